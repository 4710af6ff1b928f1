"""What people do with their keys: list them, make some, revoke some."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.access.identity import Identity, Scope, scopes_of
from services.access.keys.key_uses import KeyUses
from services.access.keys.keys import Key, NewKey, draw, insert, read_key
from services.access.revision import advance
from services.access.standing import place_of, read_standings, why_over
from services.clock import Clock
from services.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthorized
from services.paging import cursors
from services.paging.conditions import Condition, joined
from services.paging.pages import Page
from services.repetition import Key as ClientKey
from services.repetition import check_key, repeated
from services.store.rows import write_json
from services.store.store import Store, Transaction

LIST = "keys"
MOST_SCOPES = 50  # that one may name, however often


@dataclass(frozen=True, slots=True)
class KeyWish:
    """What somebody wants of a new key. Without `scopes`, it can do what they can."""

    name: str
    scopes: Collection[str] | None = None
    expires_at: datetime | None = None

    def print(self) -> str:
        """Return what tells this wish from others."""
        scopes = None if self.scopes is None else sorted(set(self.scopes))
        expiry = None if self.expires_at is None else self.expires_at.timestamp()
        content = write_json(["createApiKey", self.name, scopes, expiry])
        return hashlib.sha256(content.encode()).hexdigest()


class KeyRing:
    """The keys that one identity may see: their own; for administrators, also those of others.

    `on_change` is called after a key was taken away.
    """

    def __init__(
        self, *, store: Store, clock: Clock, uses: KeyUses, on_change: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._uses = uses
        self._on_change = on_change

    async def page(
        self, identity: Identity, user_id: int | None, *, first: int, after: str | None
    ) -> Page[Key]:
        """Return up to `first` keys behind the cursor `after`, the newest first."""
        conditions = [_of(identity, user_id)]
        if after is not None:
            conditions.append(Condition("id < ?", (cursors.read_id(LIST, after),)))
        text, values = joined(conditions)
        rows = await self._store.fetch(
            f"SELECT * FROM keys WHERE {text} ORDER BY id DESC LIMIT ?",  # noqa: S608 - ours
            *values,
            first + 1,
        )
        keys = [self._newest(read_key(row)) for row in rows[:first]]
        places = [cursors.show(LIST, str(key.id)) for key in keys]
        return Page(keys, places, has_more=len(rows) > first)

    async def has_before(self, identity: Identity, user_id: int | None, after: str | None) -> bool:
        """Return whether there are keys up to the cursor `after`."""
        if after is None:
            return False
        text, values = joined(
            [_of(identity, user_id), Condition("id >= ?", (cursors.read_id(LIST, after),))]
        )
        statement = f"SELECT id FROM keys WHERE {text} LIMIT 1"  # noqa: S608 - ours
        return bool(await self._store.fetch(statement, *values))

    async def count(self, identity: Identity, user_id: int | None) -> int:
        """Return how many keys there are."""
        text, values = joined([_of(identity, user_id)])
        statement = f"SELECT COUNT(*) AS n FROM keys WHERE {text}"  # noqa: S608 - ours
        (row,) = await self._store.fetch(statement, *values)
        return int(row["n"])

    async def create(
        self, identity: Identity, wish: KeyWish, client_key: str | None = None
    ) -> NewKey | Key:
        """Make a key for whoever asks; it can do no more than what they ask with.

        Whoever asks the same again with the same `client_key` is given the key without its
        value, which nobody has. Raises `InvalidInput`, `Forbidden` and `Conflict`.
        """
        check_key(client_key)
        now = self._clock.now()
        new = draw(
            identity.user_id,
            name=wish.name,
            scopes=_granted(identity, wish.scopes),
            now=now,
            expires_at=wish.expires_at,
        )

        async def write(transaction: Transaction) -> NewKey | Key:
            await _check(transaction, identity, now)
            if client_key is not None:
                asked = ClientKey(client_key, [wish.print()])
                ids = await repeated(transaction, identity.user_id, asked, [new.key.id], now)
                if ids is not None:
                    return await _made_before(transaction, identity, ids[0])
            await insert(transaction, new)
            return new

        return await self._store.write(write)

    async def revoke(self, identity: Identity, key_id: UUID) -> Key:
        """Take a key away, at once and for ever; what it has open is ended. Raises `NotFound`."""
        text, values = joined([_seen(identity), Condition("id = ?", (key_id,))])

        async def write(transaction: Transaction) -> Key:
            rows = await transaction.fetch(
                f"DELETE FROM keys WHERE {text} RETURNING *",  # noqa: S608 - ours
                *values,
            )
            if not rows:
                raise _no_such_key()
            await advance(transaction)
            transaction.after_commit(self._on_change)
            return read_key(rows[0])

        return self._newest(await self._store.write(write))

    def _newest(self, key: Key) -> Key:
        return replace(key, last_used_at=self._uses.newest(key.id, key.last_used_at))


def _granted(identity: Identity, wanted: Collection[str] | None) -> frozenset[Scope]:
    """Return the scopes of a new key; raise `InvalidInput`, or `Forbidden` where it is too much."""
    most = identity.scopes & scopes_of(identity.role)
    if wanted is None:
        return most
    if len(wanted) > MOST_SCOPES:
        message = f"Give up to {MOST_SCOPES} scopes."
        raise InvalidInput(message, field="scopes")
    if unknown := sorted(set(wanted) - set(Scope)):
        message = f"{unknown[0][:40]!r} is no scope; take some of: {', '.join(Scope)}."
        raise InvalidInput(message, field="scopes")
    scopes = frozenset(Scope(word) for word in wanted)
    if not scopes:
        message = "A key without any scope can do nothing; give some, or leave `scopes` away."
        raise InvalidInput(message, field="scopes")
    for scope in sorted(scopes - most):
        identity.require(scope)
    return scopes


async def _check(transaction: Transaction, identity: Identity, now: datetime) -> None:
    """Raise `Unauthorized` if what somebody asks with was taken away this moment."""
    standings = await read_standings(transaction, [identity])
    if reason := why_over(identity, standings.get(place_of(identity)), now):
        raise Unauthorized(reason)


async def _made_before(transaction: Transaction, identity: Identity, key_id: UUID) -> Key:
    rows = await transaction.fetch(
        "SELECT * FROM keys WHERE id = ? AND user_id = ?", key_id, identity.user_id
    )
    if not rows:
        message = "What this request made has been revoked since. Take another idempotencyKey."
        raise Conflict(message, field="idempotencyKey")
    return read_key(rows[0])


def _seen(identity: Identity) -> Condition:
    return Condition("1 = 1") if identity.is_admin else _owned(identity.user_id)


def _of(identity: Identity, user_id: int | None) -> Condition:
    """Return the condition of the keys of a user, or of whoever asks."""
    if user_id not in {None, identity.user_id} and not identity.is_admin:
        message = "Only administrators may ask for the keys of others; leave userId away."
        raise Forbidden(message, field="userId")
    return _owned(identity.user_id if user_id is None else user_id)


def _owned(user_id: int) -> Condition:
    return Condition("user_id = ?", (user_id,))


def _no_such_key() -> NotFound:
    message = "There is no such key."
    return NotFound(message, field="id")
