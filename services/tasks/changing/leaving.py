"""The end of users who were removed: their tasks first, and then what is left of them.

It is done by whichever server looks, because only a server can stop what it is downloading. If it
is cut off, it is done again.
"""

import asyncio

import structlog

from services.access.identity import ALL_SCOPES, Identity
from services.access.people.users import User, read_user
from services.errors import Unavailable
from services.ids import TASK, show
from services.store.rows import read_id
from services.store.store import Store, Transaction
from services.tasks.changing.removal import BATCH, Removal
from services.webhooks.forgetting import forget_deliveries_of

LOOK_SECONDS = 10.0
CHUNK = 5000  # events that go in one transaction

LEAVING = "SELECT * FROM users WHERE removed_at IS NOT NULL ORDER BY id LIMIT 100"
THERE = "SELECT id FROM tasks WHERE owner_id = ? AND removed_at IS NULL ORDER BY id LIMIT ?"
ANY = "SELECT 1 FROM tasks WHERE owner_id = ? LIMIT 1"
FORGET_EVENTS = """
    DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE owner_id = ? LIMIT ?)
    RETURNING seq
"""
FORGET = """
    DELETE FROM users WHERE id = ? AND removed_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM tasks WHERE owner_id = users.id)
    RETURNING id
"""

log = structlog.get_logger(__name__)


class Leaving:
    """Makes an end of removed users. `open` starts it."""

    def __init__(self, *, store: Store, removal: Removal) -> None:
        self._store = store
        self._removal = removal
        self._hurry = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to look."""
        self._loop = asyncio.create_task(self._look_forever(), name="leaving users")

    async def close(self) -> None:
        """Look no more."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def hurry(self) -> None:
        """Look at once: somebody was removed."""
        self._hurry.set()

    async def look(self) -> int:
        """Remove the tasks of those who leave, forget those who have none left; say how many."""
        gone = 0
        for row in await self._store.fetch(LEAVING):
            user = read_user(row)
            await self._remove_tasks(user)
            # `Purge` makes an end of the tasks, and there may be some for a minute.
            if not await self._store.fetch(ANY, user.id):
                gone += await self._forget(user)
        return gone

    async def _remove_tasks(self, user: User) -> None:
        identity = Identity(user.id, user.name, user.role, ALL_SCOPES)
        while True:
            rows = await self._store.fetch(THERE, user.id, BATCH)
            if not rows:
                return
            ids = [show(TASK, read_id(row["id"])) for row in rows]
            removed = await self._removal.remove(identity, ids)
            if not removed.count:
                return  # the next time, then

    async def _forget(self, user: User) -> int:
        async def events(transaction: Transaction) -> int:
            return len(await transaction.fetch(FORGET_EVENTS, user.id, CHUNK))

        async def row(transaction: Transaction) -> int:
            return len(await transaction.fetch(FORGET, user.id))

        while await self._store.write(events) == CHUNK:
            pass
        await forget_deliveries_of(self._store, user.id)
        forgotten = await self._store.write(row)
        if forgotten:
            log.info("user.removed", user=user.name)
        return forgotten

    async def _look_forever(self) -> None:
        while True:
            self._hurry.clear()
            try:
                await self.look()
            except Unavailable as error:
                log.warning("user.not_removed", reason=error.message)
            except Exception:
                log.exception("user.removal_crashed")
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._hurry.wait()
            except TimeoutError:
                continue
