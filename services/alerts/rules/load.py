"""`memory.high` and `cpu.high`: the machine has had too much to do for some time."""

from collections.abc import Collection
from datetime import timedelta

import psutil

from services.alerts.catalog import Rule
from services.alerts.issues import Level
from services.alerts.records import Issue
from services.alerts.rules.allotted import allotted_percent
from services.alerts.rules.rule import Found, MachinesRule
from services.clock import Clock

WELL_AGAIN = 5  # percent below what is too much


class _Load(MachinesRule):
    """Looks at a share in percent: `most` is too much once it lasts for `after`; 0 is off."""

    what: str

    def __init__(self, machine: str, *, most: float, after: timedelta, clock: Clock) -> None:
        super().__init__(machine)
        self.most = most
        self.after = after
        self._clock = clock
        self._since: float | None = None

    async def look(self, known: Collection[str]) -> Found:
        if not self.most:
            return []
        percent = self.measure()
        if percent is None:
            return None
        subject = self.subject()
        is_known = subject in known
        if percent < self.most - (WELL_AGAIN if is_known else 0):
            self._since = None
            return []
        now = self._clock.monotonic()
        self._since = now if self._since is None else self._since
        if not is_known and now - self._since < self.after.total_seconds():
            return []
        message = f"{percent:.0f}% of the {self.what} in use; {self.most:g}% is too much."
        return [
            Issue(
                self.name, message, Level.WARNING, subject, details={"percent": round(percent, 1)}
            )
        ]

    def measure(self) -> float | None:
        """Return how much is in use, in percent; None where there is nothing to compare with."""
        raise NotImplementedError


class MemoryHigh(_Load):
    """Looks at the machine's memory, and at what a container may have of it."""

    name = Rule.MEMORY_HIGH.value
    what = "memory is"

    def measure(self) -> float:
        return max(float(psutil.virtual_memory().percent), allotted_percent() or 0)


class CpuHigh(_Load):
    """Looks at the machine's processors, from one look to the next."""

    name = Rule.CPU_HIGH.value
    what = "processors are"

    def __init__(self, machine: str, *, most: float, after: timedelta, clock: Clock) -> None:
        super().__init__(machine, most=most, after=after, clock=clock)
        self._before = _times()

    def measure(self) -> float | None:
        # Not `psutil.cpu_percent`: it remembers one time for all who ask.
        before, self._before = self._before, _times()
        total = self._before[1] - before[1]
        return 100 * (self._before[0] - before[0]) / total if total > 0 else None


def _times() -> tuple[float, float]:
    """Return how many seconds the processors have been busy, and how many there were."""
    times = psutil.cpu_times()
    # What guests take is in what users take (proc(5)).
    total = sum(times) - getattr(times, "guest", 0) - getattr(times, "guest_nice", 0)
    return total - times.idle - getattr(times, "iowait", 0), total
