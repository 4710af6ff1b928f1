"""Limits on bytes a second that can be changed while they hold."""

from collections.abc import Sequence

LEAST_PORTION = 4096  # bytes
LONGEST_PAUSE = 1.0  # seconds between two looks at a limit: it may be raised meanwhile
BURST_SECONDS = 0.1  # how much of the limit may pass at once after a pause


class Rate:
    """One limit, shared by whoever takes from it. None is no limit.

    `passed` is how many bytes were taken since it was made. `take` belongs to one thread; `limit`
    may be set by any, and `passed` read.
    """

    __slots__ = ("_at", "_ready", "limit", "passed")

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.passed = 0
        self._ready = 0.0  # bytes that may pass now; below zero, what was taken in advance
        self._at: float | None = None

    def take(self, count: int, now: float) -> float:
        """Take `count` bytes that have passed; return for how many seconds to take no more."""
        self.passed += count
        limit = self.limit
        if not limit:
            self._ready, self._at = 0.0, None
            return 0.0
        if self._at is not None:
            self._ready += (now - self._at) * limit
        self._at = now
        self._ready = min(self._ready, limit * BURST_SECONDS) - count
        return max(0.0, -self._ready / limit)


def take(rates: Sequence[Rate], count: int, now: float) -> float:
    """Take `count` bytes from all of `rates`; return for how many seconds to take no more."""
    return max((rate.take(count, now) for rate in rates), default=0.0)


def portion(rates: Sequence[Rate], most: int) -> int:
    """Return how many bytes to read at once, `most` if nothing is limited."""
    limits = [rate.limit for rate in rates if rate.limit]
    return max(LEAST_PORTION, min(most, round(min(limits) * BURST_SECONDS))) if limits else most
