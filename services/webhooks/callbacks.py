"""Callbacks of tasks: a URL that is told how one task goes, signed with a secret of its owner's.

What stands for all callbacks of a user is an endpoint without a URL: it has their secret, and what
is sent to them has its order and its share like everything else.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.access.identity import Identity
from services.clock import Clock
from services.outgoing.addresses import AddressPolicy
from services.sealing import Sealer
from services.store.rows import read_time_or_none
from services.store.store import Store, Transaction
from services.webhooks.records import bound_callback, bound_secret, callbacks_id
from services.webhooks.seals import Seals
from services.webhooks.signing import check_secret, new_secret
from services.webhooks.webhooks import check_overlap
from services.webhooks.wishes import check_url

ENSURE = """
    INSERT INTO webhooks (id, owner_id, name, url, shown, events, conditions, secret, is_active,
        created_at, updated_at)
    VALUES (?, ?, '', '', '', '[]', '{}', ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
"""
ROTATE = """
    UPDATE webhooks SET secret = ?, previous_secret = CASE WHEN ? THEN secret END,
        previous_until = ?, updated_at = ?
    WHERE id = ?
"""
FIND = "SELECT secret, previous_until FROM webhooks WHERE id = ?"


@dataclass(frozen=True, slots=True)
class CallbackSecret:
    """With what callbacks are signed; until `previous_until` with the one before it too."""

    secret: str = field(repr=False)
    previous_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedCallbacks:
    """What is written with new tasks: the callback of each, and the first secret of their owner."""

    urls: Sequence[str]
    secret: str


class Callbacks:
    """Makes callbacks of tasks ready to be told, and shows users their secret."""

    def __init__(
        self, *, store: Store, clock: Clock, policy: AddressPolicy, sealer: Sealer
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._sealer = sealer
        self._seals = Seals(sealer)

    def check(self, url: str) -> None:
        """Raise an error about `callbackUrl` where nothing can be sent there."""
        check_url(url, self._policy, field="callbackUrl")

    async def seal(self, owner_id: int, task_ids: Sequence[UUID], url: str) -> SealedCallbacks:
        """Return what is to be written with these tasks."""
        checked = str(check_url(url, self._policy, field="callbackUrl"))
        secret, bound = new_secret().encode(), bound_secret(callbacks_id(owner_id))

        def seal() -> SealedCallbacks:
            seal_one = self._sealer.seal
            urls = [seal_one(checked.encode(), bound_callback(task_id)) for task_id in task_ids]
            return SealedCallbacks(urls, seal_one(secret, bound))

        return await asyncio.to_thread(seal)

    async def ensure(self, transaction: Transaction, owner_id: int, sealed_secret: str) -> None:
        """See that a user's callbacks have a secret; one that is there stays."""
        now = self._clock.now()
        await transaction.execute(
            ENSURE, callbacks_id(owner_id), owner_id, sealed_secret, True, now, now
        )

    async def secret(self, identity: Identity) -> CallbackSecret | None:
        """Return with what the callbacks of whoever asks are signed; None before the first."""
        endpoint = callbacks_id(identity.user_id)
        rows = await self._store.fetch(FIND, endpoint)
        if not rows:
            return None
        secret = await self._seals.open_secret(endpoint, rows[0]["secret"])
        return CallbackSecret(secret, read_time_or_none(rows[0]["previous_until"]))

    async def rotate(
        self, identity: Identity, secret: str | None, overlap: timedelta
    ) -> CallbackSecret:
        """Sign callbacks with a new secret, and for the `overlap` with the one before it too."""
        check_overlap(overlap)
        fresh = new_secret() if secret is None else check_secret(secret)
        now, endpoint = self._clock.now(), callbacks_id(identity.user_id)
        sealed = await self._seals.seal_secret(endpoint, fresh)

        async def write(transaction: Transaction) -> CallbackSecret:
            known = await transaction.fetch(FIND, endpoint)
            until = now + overlap if known and overlap else None
            await self.ensure(transaction, identity.user_id, sealed)
            if known:
                await transaction.execute(ROTATE, sealed, until is not None, until, now, endpoint)
            return CallbackSecret(fresh, until)

        return await self._store.write(write)
