"""Keeps the log of events within its bounds, a little at a time."""

import asyncio

import structlog

from services.errors import Unavailable
from services.events.log import CHUNK, EventLog

LOOK_SECONDS = 60.0
PAUSE_SECONDS = 0.05  # between two chunks, for those who want to write

log = structlog.get_logger(__name__)


class Pruning:
    """Removes events that are too old or too many. `open` starts it."""

    def __init__(self, *, events: EventLog) -> None:
        self._events = events
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start to look, now and then."""
        self._loop = asyncio.create_task(self._prune_forever(), name="event pruning")

    async def close(self) -> None:
        """Stop."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def prune(self) -> int:
        """Remove all that is out of bounds; return how many events those were."""
        removed = 0
        while True:
            chunk = await self._events.prune()
            removed += chunk
            if chunk < CHUNK:
                return removed
            await asyncio.sleep(PAUSE_SECONDS)

    async def _prune_forever(self) -> None:
        while True:
            try:
                if removed := await self.prune():
                    log.info("events.pruned", count=removed)
            except Unavailable as error:
                log.warning("events.not_pruned", reason=error.message)
            except Exception:
                log.exception("events.pruning_crashed")
            await asyncio.sleep(LOOK_SECONDS)
