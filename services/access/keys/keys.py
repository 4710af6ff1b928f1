"""Access keys: 256 random bits, of which only the SHA-256 is kept."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.access.digests import digest
from services.access.identity import (
    ALL_SCOPES,
    LENT,
    Credential,
    CredentialKind,
    Identity,
    Role,
    Scope,
    read_scopes,
    write_scopes,
)
from services.access.keys.key_uses import KeyUses
from services.access.people.users import User
from services.clock import Clock
from services.errors import Conflict, ErrorCode, InvalidInput, Unauthorized
from services.ids import new_id
from services.store.rows import Row, read_id, read_json, read_time, read_time_or_none, write_json
from services.store.store import Store, Transaction

WORD = "argosy_"
PREFIX = len(WORD) + 6  # letters of a key that may be shown, to tell it from others
LONGEST_NAME = 64
MOST_KEYS = 100  # of one user

FIND = """
    SELECT users.id AS user_id, users.name AS user_name, users.role, users.tier, users.is_active,
           keys.id, keys.scopes, keys.prefix, keys.expires_at, keys.last_used_at
    FROM keys JOIN users ON users.id = keys.user_id
    WHERE keys.digest = ?
"""
FIND_USER = """
    SELECT id AS user_id, name AS user_name, role, tier, is_active FROM users WHERE id = ?
"""
INSERT = """
    INSERT INTO keys (id, user_id, name, prefix, digest, scopes, created_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Key:
    """What may be shown of a key. `last_used_at` is right to the minute."""

    id: UUID
    owner_id: int
    name: str
    prefix: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its value, which nobody can have again."""

    key: Key
    value: str


def new_key() -> str:
    """Return a new key."""
    return WORD + secrets.token_urlsafe(32)


def draw(
    owner_id: int,
    *,
    name: str,
    scopes: Iterable[Scope],
    now: datetime,
    expires_at: datetime | None = None,
    value: str | None = None,
) -> NewKey:
    """Return a new key, which is good for nothing before it is inserted.

    Raises `InvalidInput` about `name` or `expiresAt`.
    """
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        message = (
            f"The name of a key has 1 to {LONGEST_NAME} letters, without line ends and other "
            "controls."
        )
        raise InvalidInput(message, field="name")
    if expires_at is not None and expires_at <= now:
        message = "A key expires at a time that is to come."
        raise InvalidInput(message, field="expiresAt")
    text = value or new_key()
    prefix = text[:PREFIX] if text.startswith(WORD) else ""
    key = Key(new_id(), owner_id, name, prefix, frozenset(scopes), now, expires_at)
    return NewKey(key, text)


async def insert(transaction: Transaction, new: NewKey, *, most: int | None = MOST_KEYS) -> None:
    """Make a key good. Raises `Conflict` if its owner is gone, or has as many as one may."""
    key = new.key
    # Held, so that two who make keys at once are counted one after the other.
    lock = " FOR UPDATE" if transaction.dialect == "postgres" else ""
    owners = await transaction.fetch(FIND_USER + lock, key.owner_id)
    if not owners or not owners[0]["is_active"]:
        message = "This user may not use the server now: no key can be made for them."
        raise Conflict(message)
    (row,) = await transaction.fetch(
        "SELECT COUNT(*) AS n FROM keys WHERE user_id = ?", key.owner_id
    )
    if most is not None and row["n"] >= most:
        message = f"A user has {most} keys at most. Revoke some that are not needed any more."
        raise Conflict(message, code=ErrorCode.LIMIT_REACHED)
    scopes = write_json(write_scopes(key.scopes))
    await transaction.execute(
        INSERT,
        *(key.id, key.owner_id, key.name, key.prefix, digest(new.value), scopes),
        *(key.created_at, key.expires_at),
    )


def read_key(row: Row) -> Key:
    """Return the key in a row of the table."""
    return Key(
        read_id(row["id"]),
        row["user_id"],
        row["name"],
        row["prefix"],
        read_scopes(read_json(row["scopes"])),
        read_time(row["created_at"]),
        read_time_or_none(row["expires_at"]),
        read_time_or_none(row["last_used_at"]),
    )


class Keys:
    """Makes keys and tells whose they are."""

    def __init__(self, *, store: Store, clock: Clock, uses: KeyUses | None = None) -> None:
        self._store = store
        self._clock = clock
        self._uses = uses
        self._lent: dict[str, int] = {}  # to whom, by digest

    async def create(
        self,
        user: User,
        *,
        name: str,
        scopes: Iterable[Scope] = ALL_SCOPES,
        expires_at: datetime | None = None,
        key: str | None = None,
    ) -> str:
        """Make a key for `user` and return it; it cannot be read again later.

        `key` makes sure that a given value works; it is not made twice. Raises `InvalidInput`,
        and `Conflict` where a user has too many.
        """
        if key is not None and await self._store.fetch(FIND, digest(key)):
            return key
        new = draw(
            user.id,
            name=name,
            scopes=scopes,
            now=self._clock.now(),
            expires_at=expires_at,
            value=key,
        )

        async def write(transaction: Transaction) -> None:
            if not await transaction.fetch(FIND, digest(new.value)):
                # A server that is given a key starts, however many there are.
                await insert(transaction, new, most=MOST_KEYS if key is None else None)

        await self._store.write(write)
        return new.value

    def lend(self, user: User) -> str:
        """Make a key that works until this process ends and is written down nowhere."""
        value = new_key()
        self._lent[digest(value)] = user.id
        return value

    def lend_to(self, user: User) -> None:
        """Have what was lent be of `user` from now on: in another database, others have numbers."""
        self._lent = dict.fromkeys(self._lent, user.id)

    async def authenticate(self, key: str) -> Identity:
        """Return whose key this is, or raise `Unauthorized`."""
        kept = digest(key)
        lent_to = self._lent.get(kept)
        if lent_to is not None:
            rows = await self._store.fetch(FIND_USER, lent_to)
        else:
            rows = await self._store.fetch(FIND, kept)
        if not rows:
            message = (
                "This key is not known here. If it was once, it has been revoked. Make one with: "
                "./run key create --user NAME"
            )
            raise Unauthorized(message)
        identity = self._identity(rows[0], is_lent=lent_to is not None)
        if self._uses is not None and lent_to is None:
            self._uses.note(read_id(rows[0]["id"]), read_time_or_none(rows[0]["last_used_at"]))
        return identity

    def _identity(self, row: Row, *, is_lent: bool) -> Identity:
        if not row["is_active"]:
            message = (
                f"The user {row['user_name']} may not use this server now. Ask an administrator."
            )
            raise Unauthorized(message)
        scopes, credential = (ALL_SCOPES, LENT) if is_lent else self._credential(row)
        return Identity(
            row["user_id"],
            row["user_name"],
            Role(row["role"]),
            scopes,
            credential,
            row["tier"],
        )

    def _credential(self, row: Row) -> tuple[frozenset[Scope], Credential]:
        expires_at = read_time_or_none(row["expires_at"])
        if expires_at is not None and expires_at <= self._clock.now():
            message = (
                f"This key expired at {expires_at:%Y-%m-%d %H:%M} UTC. Make another one with: "
                f"./run key create --user {row['user_name']}"
            )
            raise Unauthorized(message)
        credential = Credential(CredentialKind.KEY, read_id(row["id"]), row["prefix"], expires_at)
        return read_scopes(read_json(row["scopes"])), credential
