"""Counts how often something was done, in windows of time."""

from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem
from limits.aio.storage import Storage

from services.clock import Clock


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a limit is used, and when it begins anew."""

    limit: int
    used: int
    resets_in: timedelta

    @property
    def is_over(self) -> bool:
        """Whether it was too much."""
        return self.used > self.limit

    @property
    def remaining(self) -> int:
        """How much is left."""
        return max(0, self.limit - self.used)


class Counters:
    """Counts in `storage`, in fixed windows that begin with the first that is counted."""

    def __init__(self, *, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def add(self, item: RateLimitItem, *who: str, amount: int = 1) -> Count:
        """Count `amount` more for `who`, and return how it stands."""
        key = item.key_for(*who)
        used = await self._storage.incr(key, item.get_expiry(), amount)
        return await self._count(item, key, used)

    async def read(self, item: RateLimitItem, *who: str) -> Count:
        """Return how it stands."""
        key = item.key_for(*who)
        return await self._count(item, key, await self._storage.get(key))

    async def forget(self, item: RateLimitItem, *who: str) -> None:
        """Begin anew for `who`."""
        await self._storage.clear(item.key_for(*who))

    async def _count(self, item: RateLimitItem, key: str, used: int) -> Count:
        ends = await self._storage.get_expiry(key) if used else 0.0
        seconds = min(max(ends - self._clock.now().timestamp(), 0.0), item.get_expiry())
        return Count(item.amount, used, timedelta(seconds=seconds))
