"""What people do with their endpoints: list them, make some, change them, take them away."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from services.access.identity import Identity
from services.alerts.issues import Issues
from services.clock import Clock
from services.errors import Conflict, ErrorCode, InvalidInput, NotFound
from services.ids import new_id
from services.outgoing.addresses import AddressPolicy
from services.paging import cursors
from services.paging.pages import Page
from services.repetition import Key, check_key, repeated
from services.sealing import Sealer
from services.store.rows import write_json
from services.store.store import Reader, Store, Transaction
from services.webhooks.conditions import write_conditions
from services.webhooks.forgetting import forget_deliveries_to
from services.webhooks.records import Webhook, read_webhook
from services.webhooks.seals import Seals
from services.webhooks.signing import check_secret, new_secret
from services.webhooks.switching import RULE, switch_off
from services.webhooks.wishes import WebhookChange, WebhookWish, check_wish, shown_url

LIST = "webhooks"
MOST = 50  # of one user
LONGEST_OVERLAP = timedelta(days=7)

# What has no URL stands for callbacks, and is none of these.
OWN = "owner_id = ? AND url <> ''"
INSERT = """
    INSERT INTO webhooks (id, owner_id, name, url, shown, events, conditions, headers, secret,
        is_active, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ROTATE = f"""
    UPDATE webhooks SET secret = ?, previous_secret = CASE WHEN ? THEN secret END,
        previous_until = ?, updated_at = ?
    WHERE id = ? AND {OWN} RETURNING *
"""  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An endpoint and its secret, which is shown once."""

    webhook: Webhook
    secret: str = field(repr=False)


class Webhooks:
    """The endpoints of whoever asks, and of nobody else."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        policy: AddressPolicy,
        sealer: Sealer,
        issues: Issues,
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._sealer = sealer
        self._seals = Seals(sealer)
        self._issues = issues

    async def page(self, identity: Identity, *, first: int, after: str | None) -> Page[Webhook]:
        """Return up to `first` endpoints behind the cursor `after`, the newest first."""
        behind, values = (
            ("", ()) if after is None else (" AND id < ?", (cursors.read_id(LIST, after),))
        )
        rows = await self._store.fetch(
            f"SELECT * FROM webhooks WHERE {OWN}{behind} ORDER BY id DESC LIMIT ?",  # noqa: S608
            *(identity.user_id, *values, first + 1),
        )
        found = [read_webhook(row) for row in rows[:first]]
        places = [cursors.show(LIST, str(webhook.id)) for webhook in found]
        return Page(found, places, has_more=len(rows) > first)

    async def has_before(self, identity: Identity, after: str | None) -> bool:
        """Return whether there are some up to the cursor `after`."""
        if after is None:
            return False
        statement = f"SELECT id FROM webhooks WHERE {OWN} AND id >= ? LIMIT 1"  # noqa: S608
        return bool(
            await self._store.fetch(statement, identity.user_id, cursors.read_id(LIST, after))
        )

    async def count(self, identity: Identity) -> int:
        """Return how many there are."""
        return await _count(self._store, identity.user_id)

    async def find(self, identity: Identity, webhook_id: UUID) -> Webhook | None:
        """Return an endpoint; None where there is none that is theirs."""
        rows = await self._store.fetch(
            f"SELECT * FROM webhooks WHERE id = ? AND {OWN}",  # noqa: S608 - ours
            *(webhook_id, identity.user_id),
        )
        return read_webhook(rows[0]) if rows else None

    async def get(self, identity: Identity, webhook_id: UUID) -> Webhook:
        """Return an endpoint. Raises `NotFound`."""
        if found := await self.find(identity, webhook_id):
            return found
        raise no_such_webhook()

    async def create(
        self, identity: Identity, wish: WebhookWish, client_key: str | None = None
    ) -> NewSecret | Webhook:
        """Make an endpoint. Whoever asks again with the same key is not shown its secret again.

        Raises `InvalidInputs` and `Conflict`.
        """
        check_key(client_key)
        checked = check_wish(wish, self._policy)
        now, webhook_id, owner_id = self._clock.now(), new_id(), identity.user_id
        secret = wish.secret or new_secret()
        url, conditions = checked.url or "", checked.conditions
        row = (
            *(webhook_id, owner_id, wish.name),
            *(await self._seals.seal_url(webhook_id, url), shown_url(url)),
            write_json(list(checked.events or ())),
            write_json(write_conditions(conditions) if conditions else {}),
            await self._seals.seal_headers(webhook_id, tuple(wish.headers)),
            await self._seals.seal_secret(webhook_id, secret),
            *(wish.is_active, now, now),
        )
        key = await self._key(client_key, wish)

        async def write(transaction: Transaction) -> NewSecret | Webhook:
            if key is not None:
                ids = await repeated(transaction, owner_id, key, [webhook_id], now)
                if ids is not None:
                    return await _made_before(transaction, owner_id, ids[0])
            await _check_room(transaction, owner_id)
            await transaction.execute(INSERT, *row)
            return NewSecret(await _own(transaction, owner_id, webhook_id), secret)

        return await self._store.write(write)

    async def update(self, identity: Identity, webhook_id: UUID, change: WebhookChange) -> Webhook:
        """Change an endpoint. Switched on again, it begins anew: what it missed stays untold.

        Raises `InvalidInputs` and `NotFound`.
        """
        now, owner_id = self._clock.now(), identity.user_id
        columns = {"updated_at": now, **await self._columns(webhook_id, change)}

        async def write(transaction: Transaction) -> Webhook:
            changes = ", ".join(f"{name} = ?" for name in columns)
            rows = await transaction.fetch(
                f"UPDATE webhooks SET {changes} WHERE id = ? AND {OWN} RETURNING id",  # noqa: S608
                *(*columns.values(), webhook_id, owner_id),
            )
            if not rows:
                raise no_such_webhook()
            if change.is_active is False:
                await switch_off(transaction, webhook_id, None, now)
            return await _own(transaction, owner_id, webhook_id)

        changed = await self._store.write(write)
        if change.is_active is not None:
            await self._issues.restore(RULE, str(webhook_id))
        return changed

    async def _columns(self, webhook_id: UUID, change: WebhookChange) -> dict[str, object]:
        """Return what is to be written of a change; raise `InvalidInputs`."""
        checked = check_wish(change, self._policy)
        columns: dict[str, object] = {}
        if checked.url is not None:
            columns["url"] = await self._seals.seal_url(webhook_id, checked.url)
            columns["shown"] = shown_url(checked.url)
        if checked.events is not None:
            columns["events"] = write_json(list(checked.events))
        if change.name is not None:
            columns["name"] = change.name
        if change.headers is not None:
            headers = tuple(change.headers)
            columns["headers"] = await self._seals.seal_headers(webhook_id, headers)
        if checked.conditions is not None:
            columns["conditions"] = write_json(write_conditions(checked.conditions))
        if change.is_active:
            columns |= {"is_active": True, "failing_since": None, "disabled_because": None}
        return columns

    async def delete(self, identity: Identity, webhook_id: UUID) -> Webhook:
        """Take an endpoint away, with all that waits for it. Raises `NotFound`.

        It is switched off first: where this is cut off, it is told nothing all the same.
        """
        deleted, now = await self.get(identity, webhook_id), self._clock.now()

        async def write(transaction: Transaction) -> None:
            rows = await transaction.fetch(
                f"DELETE FROM webhooks WHERE id = ? AND {OWN} RETURNING id",  # noqa: S608 - ours
                *(webhook_id, identity.user_id),
            )
            if not rows:
                raise no_such_webhook()

        await self._store.write(lambda transaction: switch_off(transaction, webhook_id, None, now))
        await forget_deliveries_to(self._store, webhook_id)
        await self._store.write(write)
        await self._issues.restore(RULE, str(webhook_id))
        return deleted

    async def rotate_secret(
        self, identity: Identity, webhook_id: UUID, secret: str | None, overlap: timedelta
    ) -> NewSecret:
        """Give an endpoint a new secret; for the `overlap`, what is sent is signed with both.

        Raises `InvalidInput` and `NotFound`.
        """
        check_overlap(overlap)
        fresh = new_secret() if secret is None else check_secret(secret)
        now = self._clock.now()
        until = now + overlap if overlap else None
        sealed = await self._seals.seal_secret(webhook_id, fresh)

        async def write(transaction: Transaction) -> NewSecret:
            rows = await transaction.fetch(
                ROTATE, sealed, until is not None, until, now, webhook_id, identity.user_id
            )
            if not rows:
                raise no_such_webhook()
            return NewSecret(read_webhook(rows[0]), fresh)

        return await self._store.write(write)

    async def _key(self, text: str | None, wish: WebhookWish) -> Key | None:
        """Return a client's key with the fingerprints of what is asked, secret as that is."""
        if text is None:
            return None
        return Key(text, await asyncio.to_thread(self._sealer.prints_of, wish.content()))


def check_overlap(overlap: timedelta) -> None:
    """Raise `InvalidInput` where two secrets cannot be good for so long."""
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        most = int(LONGEST_OVERLAP.total_seconds())
        message = f"Both secrets are good for 0 to {most} seconds."
        raise InvalidInput(message, field="overlapSeconds")


def no_such_webhook(field: str = "id") -> NotFound:
    """Return the error that says that there is none, or that it is somebody else's."""
    message = "There is no such webhook."
    return NotFound(message, field=field)


async def _own(reader: Reader, owner_id: int, webhook_id: UUID) -> Webhook:
    (row,) = await reader.fetch(
        "SELECT * FROM webhooks WHERE id = ? AND owner_id = ?", webhook_id, owner_id
    )
    return read_webhook(row)


async def _made_before(reader: Reader, owner_id: int, webhook_id: UUID) -> Webhook:
    rows = await reader.fetch(
        "SELECT * FROM webhooks WHERE id = ? AND owner_id = ?", webhook_id, owner_id
    )
    if not rows:
        message = "What this request made has been deleted since. Take another idempotencyKey."
        raise Conflict(message, field="idempotencyKey")
    return read_webhook(rows[0])


async def _count(reader: Reader, owner_id: int) -> int:
    (row,) = await reader.fetch(
        f"SELECT COUNT(*) AS n FROM webhooks WHERE {OWN}",  # noqa: S608 - ours
        owner_id,
    )
    return int(row["n"])


async def _check_room(transaction: Transaction, owner_id: int) -> None:
    # Held, so that two who make some at once are counted one after the other.
    lock = " FOR UPDATE" if transaction.dialect == "postgres" else ""
    await transaction.fetch(f"SELECT id FROM users WHERE id = ?{lock}", owner_id)  # noqa: S608
    if await _count(transaction, owner_id) >= MOST:
        message = f"A user has {MOST} webhooks at most. Delete some that are not needed any more."
        raise Conflict(message, code=ErrorCode.LIMIT_REACHED)
