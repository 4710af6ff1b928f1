"""Where a URL gets another before it is fetched."""

from dataclasses import dataclass
from typing import Protocol

from services.tasks.records import Task


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The URL to fetch, checked like those that users give, and the engine for it."""

    url: str
    engine: str


class Rewriting(Protocol):
    """Somebody who may know a better URL. Belongs to the loop of the API."""

    @property
    def is_wanted(self) -> bool:
        """Whether there is anybody to ask. It may be looked at from any thread."""
        ...

    async def rewrite(self, task: Task, url: str) -> Rewritten | None:
        """Return what to fetch in the place of `url`, or None for that itself. Never raises."""
        ...
