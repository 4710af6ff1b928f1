"""Which leases have run out, by a measure that no change of the clock disturbs."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.clock import Clock
from services.store.rows import Row, read_id, read_time_or_none

# In so much time, whoever lives extends a lease several times.
STILL = timedelta(seconds=3)


class Leases:
    """What one worker has seen of the leases of others.

    The time in a row says nothing where somebody has set the clock, or where two machines do not
    agree. So a lease has run out only when nobody has extended it before our eyes: for as long as
    a lease lasts, or for `STILL` where its time is past as well.
    """

    def __init__(self, *, clock: Clock, length: timedelta) -> None:
        self._clock = clock
        self._length = length
        self._seen: dict[UUID, tuple[object, float]] = {}

    def run_out(self, rows: Sequence[Row]) -> set[UUID]:
        """Return which of `rows` nobody has held on to; they are all that there are to watch.

        They have `id`, `attempt` and `lease_until`.
        """
        now = self._clock.monotonic()
        seen: dict[UUID, tuple[object, float]] = {}
        for row in rows:
            task_id = read_id(row["id"])
            state = row["attempt"], row["lease_until"]
            before, since = self._seen.get(task_id, (state, now))
            seen[task_id] = state, since if before == state else now
        self._seen = seen
        return {
            read_id(row["id"])
            for row in rows
            if now - seen[read_id(row["id"])][1] >= self._patience(row).total_seconds()
        }

    def _patience(self, row: Row) -> timedelta:
        until = read_time_or_none(row["lease_until"])
        return STILL if until is None or until < self._clock.now() else self._length
