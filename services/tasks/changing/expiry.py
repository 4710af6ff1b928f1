"""Deletes finished tasks, and their files, when they have been there for long enough."""

from datetime import timedelta

import structlog

from services.clock import Clock
from services.tasks.changing.removal import Removal

MOST_AT_ONCE = 20_000  # tasks in one go; the others have their turn a minute later

log = structlog.get_logger(__name__)


class Expiry:
    """Done by the scheduler. `minutes` may be set while the server runs; 0 is never."""

    def __init__(self, *, removal: Removal, clock: Clock, minutes: int) -> None:
        self._removal = removal
        self._clock = clock
        self.minutes = minutes

    async def run(self) -> int:
        """Remove what ended that long ago; return how many tasks."""
        if not self.minutes:
            return 0
        before = self._clock.now() - timedelta(minutes=self.minutes)
        count = await self._removal.expire(before, MOST_AT_ONCE)
        if count:
            log.info("tasks.expired", count=count)
        return count
