"""Counters in the memory of this process, never more of them than a bound."""

from collections import OrderedDict
from dataclasses import dataclass

from limits.aio.storage import Storage

from services.clock import Clock

MOST = 100_000  # counters, of about 250 bytes each


@dataclass(slots=True)
class _Window:
    count: int
    ends: float


class Memory(Storage):
    """Holds counters; of too many, those that were begun first go first.

    The library's own storage has no bound, and looks through all counters at each count.
    """

    STORAGE_SCHEME = None

    def __init__(self, *, clock: Clock, most: int = MOST) -> None:
        super().__init__()
        self._clock = clock
        self._most = most
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def __len__(self) -> int:
        return len(self._windows)

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError  # the library asks; nothing here raises

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        window = self._window(key)
        if window is None:
            window = _Window(0, self._clock.monotonic() + expiry)
            self._make_room()
            self._windows[key] = window
        window.count += amount
        return window.count

    async def get(self, key: str) -> int:
        window = self._window(key)
        return window.count if window else 0

    async def get_expiry(self, key: str) -> float:
        window, now = self._window(key), self._clock.now().timestamp()
        return now + window.ends - self._clock.monotonic() if window else now

    async def check(self) -> bool:
        return True

    async def reset(self) -> int:
        count = len(self._windows)
        self._windows.clear()
        return count

    async def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    def _window(self, key: str) -> _Window | None:
        window = self._windows.get(key)
        if window is not None and window.ends <= self._clock.monotonic():
            del self._windows[key]
            return None
        return window

    def _make_room(self) -> None:
        """Let go of what has ended, two at a time, and of the oldest where that is not enough."""
        now = self._clock.monotonic()
        for _ in range(2):
            if not self._windows:
                return
            oldest = next(iter(self._windows))
            if len(self._windows) < self._most and self._windows[oldest].ends > now:
                return
            del self._windows[oldest]
