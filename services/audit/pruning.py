"""Keeps the audit log within its age, a little at a time."""

import asyncio

import structlog

from services.audit.log import CHUNK, AuditLog
from services.errors import Unavailable

LOOK_SECONDS = 3600.0
PAUSE_SECONDS = 0.05  # between two chunks, for those who want to write

log = structlog.get_logger(__name__)


class AuditPruning:
    """Removes entries that are too old. `open` starts it."""

    def __init__(self, *, audit: AuditLog) -> None:
        self._audit = audit
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start to look, now and then."""
        self._loop = asyncio.create_task(self._prune_forever(), name="audit pruning")

    async def close(self) -> None:
        """Stop."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def prune(self) -> int:
        """Remove all that is too old; return how many entries those were."""
        removed = 0
        while True:
            chunk = await self._audit.prune()
            removed += chunk
            if chunk < CHUNK:
                return removed
            await asyncio.sleep(PAUSE_SECONDS)

    async def _prune_forever(self) -> None:
        while True:
            try:
                if removed := await self.prune():
                    log.info("audit.pruned", count=removed)
            except Unavailable as error:
                log.warning("audit.not_pruned", reason=error.message)
            except Exception:
                log.exception("audit.pruning_crashed")
            await asyncio.sleep(LOOK_SECONDS)
