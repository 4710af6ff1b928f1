"""When each key was used last, to the minute: kept in memory, and written down now and then."""

import asyncio
from datetime import datetime
from uuid import UUID

import structlog

from services.clock import Clock
from services.errors import Unavailable
from services.store.store import Store, Transaction

WRITE_SECONDS = 60.0

WRITE = "UPDATE keys SET last_used_at = ? WHERE id = ? AND COALESCE(last_used_at, ?) <= ?"

log = structlog.get_logger(__name__)


class KeyUses:
    """Notes the uses of keys. A crash loses those of the last minute."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted: dict[UUID, datetime] = {}
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to write down what was noted, now and then."""
        self._loop = asyncio.create_task(self._write_forever(), name="uses of keys")

    async def close(self) -> None:
        """Write down what is left, and stop."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self._try_to_write()

    def note(self, key_id: UUID, known: datetime | None) -> None:
        """Note that a key is used now; `known` is what is written down about it."""
        minute = self._clock.now().replace(second=0, microsecond=0)
        if known is None or known < minute:
            self._noted[key_id] = minute

    def newest(self, key_id: UUID, known: datetime | None) -> datetime | None:
        """Return when a key was used last: what is noted, or else what is `known`."""
        noted = self._noted.get(key_id)
        return noted if known is None or (noted is not None and noted > known) else known

    async def write(self) -> None:
        """Write down what was noted. Raises `Unavailable`; then it is noted still."""
        noted = dict(self._noted)
        if not noted:
            return
        rows = [(minute, key_id, minute, minute) for key_id, minute in noted.items()]

        async def write(transaction: Transaction) -> None:
            await transaction.execute_many(WRITE, rows)

        await self._store.write(write)
        for key_id, minute in noted.items():
            if self._noted.get(key_id) == minute:
                del self._noted[key_id]

    async def _write_forever(self) -> None:
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await self._try_to_write()

    async def _try_to_write(self) -> None:
        try:
            await self.write()
        except Unavailable as error:
            log.warning("keys.uses_not_written", reason=error.message)
        except Exception:
            log.exception("keys.uses_crashed")
