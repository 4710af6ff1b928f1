"""What becomes of tasks that wait for a time when somebody sets the clock back."""

from datetime import UTC, datetime, timedelta

from services.clock import Clock
from services.store.rows import read_id, read_time
from services.store.store import Store, Transaction

LEAST = timedelta(seconds=5)  # what is less is how clocks are kept right all the time

SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
WAITING = """
    SELECT id, attempt, due_at FROM tasks
    WHERE state = 'RETRYING' AND NOT is_due AND due_at > ? ORDER BY id
"""
MOVE = "UPDATE tasks SET due_at = ? WHERE id = ? AND attempt = ? AND state = 'RETRYING'"


class Jumps:
    """Compares the clock with one that nobody sets.

    Tasks that are to be tried again in a minute would wait for an hour and a minute if the clock
    went back by an hour. Those that somebody gave a time keep it.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._ahead = self._how_far()

    async def follow(self) -> bool:
        """Move the times with the clock, if it was set back since the last call; say whether."""
        ahead = self._how_far()
        back, self._ahead = self._ahead - ahead, ahead
        if back < LEAST:
            return False
        # Before that, it is the time of a task that has failed since the clock was set.
        after = self._clock.now() + back - LEAST

        async def write(transaction: Transaction) -> None:
            rows = await transaction.fetch(WAITING, after)
            moved = [(read_time(r["due_at"]) - back, read_id(r["id"]), r["attempt"]) for r in rows]
            await transaction.execute_many(MOVE, moved)

        await self._store.write(write)
        return True

    def _how_far(self) -> timedelta:
        passed = self._clock.now() - SOME_TIME
        return passed - timedelta(seconds=self._clock.monotonic())
