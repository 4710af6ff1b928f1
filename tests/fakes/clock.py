"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """Both of its times go on together, until somebody sets the time of day."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = timedelta()
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._start + self._passed + self._ahead

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def advance(self, seconds: float) -> None:
        """Let that much time pass."""
        self._passed += timedelta(seconds=seconds)

    def set_ahead(self, by: timedelta) -> None:
        """Set the time of day that much ahead of what has passed, or behind it."""
        self._ahead = by
