"""Notices that another server on the same database has restored a backup, and that nothing works.

What should run after a restore may not come up, for the database is away in that moment. It is
tried again until it does: nobody else would.
"""

import asyncio

import structlog

from services.backups.restoring.renewal import RESTORED
from services.backups.restoring.standstill import Works
from services.errors import Unavailable
from services.remembered import Remembered
from services.store.store import Store

LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


class RestoreWatch:
    """Starts everything anew when the rows are others, or when nothing of it runs."""

    def __init__(self, *, store: Store, remembered: Remembered, works: Works) -> None:
        self._store = store
        self._remembered = remembered
        self._works = works
        self._known: object = None
        self._loop: asyncio.Task[None] | None = None
        self._look: asyncio.Task[None] | None = None

    async def learn(self) -> None:
        """Take the rows as they are for known: all that works has read them."""
        self._known = await self._remembered.get(RESTORED)

    async def open(self) -> None:
        """Start to look."""
        self._loop = asyncio.create_task(self._look_forever(), name="restore watch")

    async def close(self) -> None:
        """Look no more."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._look is not None:  # what is stopped starts again before anything else happens
            await asyncio.gather(self._look, return_exceptions=True)

    async def look(self) -> None:
        """Start everything anew if there are other rows than it knows, or if it does not run."""
        are_known = await self._are_known()
        if self._works.is_stopped or (are_known and self._works.is_running):
            return
        log.info("restore.noticed", runs=self._works.is_running)
        async with self._works.stopped():
            pass

    async def _are_known(self) -> bool:
        """Whether the rows are those that all that works has read. On SQLite nobody else writes."""
        if self._store.dialect == "sqlite":
            return True
        return await self._remembered.get(RESTORED) == self._known

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self._look = asyncio.create_task(self.look(), name="restore look")
                await asyncio.shield(self._look)
            except Unavailable as error:
                log.warning("restore.cannot_look", reason=error.message)
            except Exception:
                log.exception("restore.look_crashed")
