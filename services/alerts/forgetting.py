"""Forgets alerts some time after they were restored."""

from datetime import timedelta

from services.clock import Clock
from services.store.store import Store, Transaction

CHUNK = 500  # alerts that are removed in one transaction, so that no other waits long for it

FORGET = """
    DELETE FROM alerts WHERE id IN (
        SELECT id FROM alerts WHERE restored_at < ? ORDER BY restored_at, id LIMIT ?
    ) RETURNING id
"""


class Forgetting:
    """Keeps the alerts that were restored within bounds (`services.pruning.Bounded`)."""

    def __init__(self, *, store: Store, clock: Clock, age: timedelta) -> None:
        self._store = store
        self._clock = clock
        self.age = age

    async def prune(self) -> int:
        """Remove some of what was restored too long ago; return how many alerts."""
        before = self._clock.now() - self.age

        async def write(transaction: Transaction) -> int:
            return len(await transaction.fetch(FORGET, before, CHUNK))

        return await self._store.write(write)
