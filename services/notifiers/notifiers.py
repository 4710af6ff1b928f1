"""What people do with their notifiers: list them, make, change, try and delete them."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from services.access.identity import Identity
from services.alerts.issues import Level
from services.clock import Clock
from services.errors import Conflict, ErrorCode, Forbidden, NotFound
from services.ids import new_id
from services.notifiers.addresses import open_url, seal_url
from services.notifiers.records import Message, Notifier, read_notifier
from services.notifiers.sender import Address, Sender
from services.notifiers.wishes import NotifierChange, NotifierWish, check, quiet_columns
from services.paging import cursors
from services.paging.conditions import Condition, joined
from services.paging.pages import Page
from services.repetition import Key, check_key, repeated
from services.sealing import Sealer
from services.store.rows import Row, marks
from services.store.store import Store, Transaction

LIST = "notifiers"
MOST = 20  # of one user

OWNER = "SELECT is_active FROM users WHERE id = ?"
FORGET_NOTICES = "DELETE FROM notices WHERE notifier_id = ?"
WELL = "UPDATE notifiers SET failures = 0, last_error = NULL, retry_at = NULL, last_sent_at = ?"
TEST = Message(
    Level.INFO, "A test from Argosy", "This notifier works. Alerts will come to you this way."
)


class Notifiers:
    """The notifiers that one identity may see: their own; for administrators, also others'.

    `on_change` is called after something was changed that may let waiting notices go.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        sealer: Sealer,
        sender: Sender,
        on_change: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer
        self._sender = sender
        self._on_change = on_change

    async def page(
        self, identity: Identity, user_id: int | None, *, first: int, after: str | None
    ) -> Page[Notifier]:
        """Return up to `first` notifiers behind the cursor `after`, the newest first."""
        conditions = [_of(identity, user_id)]
        if after is not None:
            conditions.append(Condition("id < ?", (cursors.read_id(LIST, after),)))
        text, values = joined(conditions)
        rows = await self._store.fetch(
            f"SELECT * FROM notifiers WHERE {text} ORDER BY id DESC LIMIT ?",  # noqa: S608 - ours
            *values,
            first + 1,
        )
        found = [read_notifier(row) for row in rows[:first]]
        places = [cursors.show(LIST, str(notifier.id)) for notifier in found]
        return Page(found, places, has_more=len(rows) > first)

    async def has_before(self, identity: Identity, user_id: int | None, after: str | None) -> bool:
        """Return whether there are notifiers up to the cursor `after`."""
        if after is None:
            return False
        text, values = joined(
            [_of(identity, user_id), Condition("id >= ?", (cursors.read_id(LIST, after),))]
        )
        statement = f"SELECT id FROM notifiers WHERE {text} LIMIT 1"  # noqa: S608 - ours
        return bool(await self._store.fetch(statement, *values))

    async def count(self, identity: Identity, user_id: int | None) -> int:
        """Return how many notifiers there are."""
        text, values = joined([_of(identity, user_id)])
        statement = f"SELECT COUNT(*) AS n FROM notifiers WHERE {text}"  # noqa: S608 - ours
        (row,) = await self._store.fetch(statement, *values)
        return int(row["n"])

    async def create(
        self, identity: Identity, wish: NotifierWish, client_key: str | None = None
    ) -> Notifier:
        """Make a notifier for whoever asks. Raises `InvalidInput` and `Conflict`."""
        check_key(client_key)
        check(wish, is_admin=identity.is_admin)
        address = await self._sender.check(wish.url)
        made, now = new_id(), self._clock.now()
        url = await seal_url(self._sealer, made, wish.url)
        columns = _columns(made, identity.user_id, wish, address, url) | {"created_at": now}
        key = await self._key(client_key, wish)

        async def write(transaction: Transaction) -> Row:
            if key is not None:
                ids = await repeated(transaction, identity.user_id, key, [made], now)
                if ids is not None:
                    return await _made_before(transaction, identity, ids[0])
            await _check_room(transaction, identity.user_id)
            rows = await transaction.fetch(
                f"INSERT INTO notifiers ({', '.join(columns)}) "  # noqa: S608 - ours
                f"VALUES ({marks(len(columns))}) RETURNING *",
                *columns.values(),
            )
            return rows[0]

        return read_notifier(await self._store.write(write))

    async def change(
        self, identity: Identity, notifier_id: UUID, change: NotifierChange
    ) -> Notifier:
        """Change a notifier. Raises `InvalidInput` and `NotFound`."""
        check(change, is_admin=identity.is_admin)
        columns = change.columns()
        if change.url is not None:
            await self._row(identity, notifier_id)  # before a process is started for it
            address = await self._sender.check(change.url)
            columns |= {"service": address.service, "shown": address.shown}
            columns["url"] = await seal_url(self._sealer, notifier_id, change.url)
            columns |= {"failures": 0, "last_error": None, "retry_at": None}

        async def write(transaction: Transaction) -> Row:
            row = await _hold(transaction, identity, notifier_id)
            if change.is_active is False:
                await transaction.execute(FORGET_NOTICES, notifier_id)
            if not columns:
                return row
            assigned = ", ".join(f"{name} = ?" for name in columns)
            rows = await transaction.fetch(
                f"UPDATE notifiers SET {assigned} WHERE id = ? RETURNING *",  # noqa: S608 - ours
                *columns.values(),
                notifier_id,
            )
            transaction.after_commit(self._on_change)
            return rows[0]

        return read_notifier(await self._store.write(write))

    async def delete(self, identity: Identity, notifier_id: UUID) -> Notifier:
        """Delete a notifier, and what it was still to tell. Raises `NotFound`."""

        async def write(transaction: Transaction) -> Row:
            row = await _hold(transaction, identity, notifier_id)
            await transaction.execute(FORGET_NOTICES, notifier_id)
            await transaction.execute("DELETE FROM notifiers WHERE id = ?", notifier_id)
            return row

        return read_notifier(await self._store.write(write))

    async def test(self, identity: Identity, notifier_id: UUID) -> Notifier:
        """Send a message at once, whatever the hour. Raises `NotFound` and `FetchFailed`."""
        row = await self._row(identity, notifier_id)
        url = await open_url(self._sealer, notifier_id, row["url"])
        await self._sender.send(url, TEST)
        now = self._clock.now()

        async def write(transaction: Transaction) -> Row:
            rows = await transaction.fetch(f"{WELL} WHERE id = ? RETURNING *", now, notifier_id)
            transaction.after_commit(self._on_change)
            return rows[0] if rows else row  # deleted while it was tried

        return read_notifier(await self._store.write(write))

    async def _row(self, identity: Identity, notifier_id: UUID) -> Row:
        statement, values = _find(identity, notifier_id)
        rows = await self._store.fetch(statement, *values)
        if not rows:
            raise _no_such_notifier()
        return rows[0]

    async def _key(self, text: str | None, wish: NotifierWish) -> Key | None:
        if text is None:
            return None
        return Key(text, await asyncio.to_thread(self._sealer.prints_of, wish.content()))


def _columns(
    notifier_id: UUID, owner_id: int, wish: NotifierWish, address: Address, url: str
) -> dict[str, object]:
    return {
        "id": notifier_id,
        "owner_id": owner_id,
        "name": wish.name,
        "service": address.service,
        "shown": address.shown,
        "url": url,
        "level": wish.level.value,
        "is_active": wish.is_active,
        "tells_restored": wish.tells_restored,
        "tells_others": wish.tells_others,
        "digest_seconds": wish.digest_seconds,
        **quiet_columns(wish.quiet),
    }


async def _check_room(transaction: Transaction, owner_id: int) -> None:
    """Raise `Conflict` where a user has as many as one may, or is gone."""
    # Held, so that two who make notifiers at once are counted one after the other.
    lock = " FOR UPDATE" if transaction.dialect == "postgres" else ""
    owners = await transaction.fetch(OWNER + lock, owner_id)
    if not owners or not owners[0]["is_active"]:
        message = "This user may not use the server now: nobody is to be told for them."
        raise Conflict(message)
    (row,) = await transaction.fetch(
        "SELECT COUNT(*) AS n FROM notifiers WHERE owner_id = ?", owner_id
    )
    if row["n"] >= MOST:
        message = f"A user has {MOST} notifiers at most. Delete one that is not needed any more."
        raise Conflict(message, code=ErrorCode.LIMIT_REACHED)


async def _made_before(transaction: Transaction, identity: Identity, notifier_id: UUID) -> Row:
    rows = await transaction.fetch(
        "SELECT * FROM notifiers WHERE id = ? AND owner_id = ?", notifier_id, identity.user_id
    )
    if not rows:
        message = "What this request made has been deleted since. Take another idempotencyKey."
        raise Conflict(message, field="idempotencyKey")
    return rows[0]


async def _hold(transaction: Transaction, identity: Identity, notifier_id: UUID) -> Row:
    """Return the row of a notifier, held until the transaction ends."""
    statement, values = _find(identity, notifier_id)
    lock = " FOR UPDATE" if transaction.dialect == "postgres" else ""
    rows = await transaction.fetch(statement + lock, *values)
    if not rows:
        raise _no_such_notifier()
    return rows[0]


def _find(identity: Identity, notifier_id: UUID) -> tuple[str, list[object]]:
    text, values = joined([_seen(identity), Condition("id = ?", (notifier_id,))])
    return f"SELECT * FROM notifiers WHERE {text}", values  # noqa: S608 - ours


def _seen(identity: Identity) -> Condition:
    return Condition("1 = 1") if identity.is_admin else _owned(identity.user_id)


def _of(identity: Identity, user_id: int | None) -> Condition:
    """Return the condition of the notifiers of a user, or of whoever asks."""
    if user_id not in {None, identity.user_id} and not identity.is_admin:
        message = "Only administrators may ask for the notifiers of others; leave userId away."
        raise Forbidden(message, field="userId")
    return _owned(identity.user_id if user_id is None else user_id)


def _owned(user_id: int) -> Condition:
    return Condition("owner_id = ?", (user_id,))


def _no_such_notifier() -> NotFound:
    message = "There is no such notifier."
    return NotFound(message, field="id")
