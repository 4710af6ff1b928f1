"""The progress of running tasks: counted in memory, told a few times a second."""

from services.clock import Clock
from services.engines.engine import Meter
from services.tasks.records import TaskProgress
from services.tasks.running.claim import Claim
from services.tasks.states import TaskState

NEWEST = 0.3  # how much the newest measurement weighs in the speed that is shown


class Gauge:
    """Measures how fast one running task goes."""

    def __init__(self, *, claim: Claim, meter: Meter, clock: Clock) -> None:
        self.claim = claim
        self.meter = meter
        self._clock = clock
        self._speed: float | None = None
        self._at = clock.monotonic()
        self._received = meter.received
        self._told: TaskProgress | None = None

    def measure(self) -> None:
        """Take the speed since the last time."""
        now, received = self._clock.monotonic(), self.meter.received
        span = now - self._at
        if span <= 0:
            return
        speed = max(0, received - self._received) / span
        self._speed = speed if self._speed is None else speed * NEWEST + self._speed * (1 - NEWEST)
        self._at, self._received = now, received

    def read(self) -> TaskProgress:
        """Return how the task is doing."""
        task, meter = self.claim.task, self.meter
        return TaskProgress(
            task_id=task.id,
            owner_id=task.owner_id,
            revision=task.revision,
            state=TaskState.RUNNING,
            phase=meter.phase,
            name=meter.name,
            received=meter.received,
            total=meter.total,
            speed=round(self._speed or 0),
            error_code=None,
            error_message=None,
        )

    def news(self) -> TaskProgress | None:
        """Return how the task is doing if that is not what was told last."""
        progress = self.read()
        if progress == self._told:
            return None
        self._told = progress
        return progress
