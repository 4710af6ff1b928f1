"""Keeps a log within its bounds, a little at a time."""

import asyncio
from typing import Protocol

import structlog

from services.errors import Unavailable

PAUSE_SECONDS = 0.05  # between two chunks, for those who want to write

log = structlog.get_logger(__name__)


class Bounded(Protocol):
    """A log with bounds of age or number."""

    async def prune(self) -> int:
        """Remove some of what is out of bounds; return how many entries, 0 if nothing is."""
        ...


class Pruning:
    """Removes what is out of bounds, every so many `seconds`. `open` starts it."""

    def __init__(self, entries: Bounded, *, name: str, seconds: float) -> None:
        self._entries = entries
        self._name = name
        self._seconds = seconds
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start to look, now and then."""
        self._loop = asyncio.create_task(self._prune_forever(), name=f"pruning {self._name}")

    async def close(self) -> None:
        """Stop."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def prune(self) -> int:
        """Remove all that is out of bounds; return how many entries those were."""
        removed = 0
        while chunk := await self._entries.prune():
            removed += chunk
            await asyncio.sleep(PAUSE_SECONDS)
        return removed

    async def _prune_forever(self) -> None:
        while True:
            try:
                if removed := await self.prune():
                    log.info("pruning.done", entries=self._name, count=removed)
            except Unavailable as error:
                log.warning("pruning.cannot", entries=self._name, reason=error.message)
            except Exception:
                log.exception("pruning.crashed", entries=self._name)
            await asyncio.sleep(self._seconds)
