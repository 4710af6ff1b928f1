"""`clock.jumps`: the machine's clock was set, or the machine slept."""

from collections.abc import Collection
from datetime import timedelta

from services.alerts.catalog import Rule
from services.alerts.issues import Level
from services.alerts.records import Issue
from services.alerts.rules.rule import Found, MachinesRule
from services.clock import Clock

QUIET = timedelta(minutes=30)  # without a jump, until all is well again


class ClockJumps(MachinesRule):
    """Compares the time of day with one that nobody sets. `most` seconds apart is a jump; 0: off.

    What runs behind or ahead a little at a time is no jump: that is how clocks are corrected.
    """

    name = Rule.CLOCK_JUMPS.value

    def __init__(self, machine: str, *, most: float, clock: Clock) -> None:
        super().__init__(machine)
        self.most = most
        self._clock = clock
        self._offset = self._measure()
        self._started = clock.monotonic()
        self._jump: tuple[float, float] | None = None  # when, and how far

    async def look(self, known: Collection[str]) -> Found:
        if not self.most:
            return []
        before, self._offset = self._offset, self._measure()
        now, jump = self._clock.monotonic(), self._offset - before
        if abs(jump) >= self.most:
            self._jump = now, jump
        if self._jump is None:
            # One that another process saw, before a restart, is told for as long.
            was_before = known and now - self._started < QUIET.total_seconds()
            return None if was_before else []
        at, far = self._jump
        return [] if now - at >= QUIET.total_seconds() else [self._issue(far)]

    def _measure(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _issue(self, far: float) -> Issue:
        where = "ahead" if far > 0 else "back"
        message = f"The clock of the machine jumped {abs(far):.0f} seconds {where}, or it slept."
        details = {"seconds": round(far, 1)}
        return Issue(self.name, message, Level.WARNING, self.subject(), details=details)
