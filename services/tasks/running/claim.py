"""A task that a worker has."""

from dataclasses import dataclass, field

from services.engines.engine import Previous
from services.tasks.records import File, Task


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that this worker has, the name of its owner's folder, and since when (seconds).

    `sealed` holds its secrets. `previous` is what came of the same URL before, where the task
    wants to know. `files` are those of a group, in their order.
    """

    task: Task
    owner_name: str
    began: float
    sealed: str | None = field(default=None, repr=False)
    previous: Previous | None = None
    files: tuple[File, ...] = ()

    def active_ms(self, now: float) -> int:
        """Return how many milliseconds this attempt and those before it have taken."""
        return self.task.active_ms + max(0, round((now - self.began) * 1000))
