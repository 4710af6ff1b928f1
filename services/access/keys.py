"""Access keys: 256 random bits, of which only the SHA-256 is kept."""

import hashlib
import secrets
from collections.abc import Iterable

from models.key import Key as KeyRow
from services.access.identity import (
    ALL_SCOPES,
    Credential,
    CredentialKind,
    Identity,
    Role,
    Scope,
    read_scopes,
    write_scopes,
)
from services.access.users import User
from services.clock import Clock
from services.errors import InvalidInput, Unauthorized
from services.ids import new_id
from services.store.rows import Row, read_id, read_json, read_time_or_none
from services.store.store import Store, Transaction

WORD = "argosy_"
PREFIX = len(WORD) + 6  # letters of a key that may be shown, to tell it from others

FIND = """
    SELECT users.id, users.name, users.role, users.tier, users.is_active, keys.id AS key_id,
           keys.scopes, keys.prefix, keys.expires_at
    FROM keys JOIN users ON users.id = keys.user_id
    WHERE keys.digest = ?
"""


def new_key() -> str:
    """Return a new key."""
    return WORD + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """Return what is kept of a key."""
    # The key is 256 random bits: nothing slower than a plain hash is needed.
    return hashlib.sha256(key.encode()).hexdigest()


class Keys:
    """Makes keys and tells whose they are."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._in_memory: dict[str, Identity] = {}

    async def create(
        self, user: User, *, name: str, scopes: Iterable[Scope] = ALL_SCOPES, key: str | None = None
    ) -> str:
        """Make a key for `user` and return it; it cannot be read again later.

        `key` makes sure that a given value works; it is not made twice.
        """
        if key is not None and await self._store.fetch(FIND, digest(key)):
            return key
        if not 0 < len(name) <= 64 or not name.isprintable():
            message = "The name of a key has 1 to 64 letters, without line ends and other controls."
            raise InvalidInput(message, field="name")
        value = key or new_key()
        fields = {
            "id": new_id(),
            "user_id": user.id,
            "name": name,
            "prefix": value[:PREFIX] if value.startswith(WORD) else "",
            "digest": digest(value),
            "scopes": write_scopes(scopes),
            "created_at": self._clock.now(),
        }

        async def insert(transaction: Transaction) -> None:
            found = await transaction.fetch("SELECT 1 FROM keys WHERE digest = ?", fields["digest"])
            if not found:
                await KeyRow.create(using_db=transaction.client, **fields)

        await self._store.write(insert)
        return value

    def lend(self, user: User) -> str:
        """Make a key that works until this process ends and is written down nowhere."""
        value = new_key()
        self._in_memory[digest(value)] = Identity(user.id, user.name, user.role, ALL_SCOPES)
        return value

    async def authenticate(self, key: str) -> Identity:
        """Return whose key this is, or raise `Unauthorized`."""
        kept = digest(key)
        if lent := self._in_memory.get(kept):
            return lent
        rows = await self._store.fetch(FIND, kept)
        if not rows:
            message = "This key is not known here. Make one with: ./run key create --user NAME"
            raise Unauthorized(message)
        return self._identity(rows[0])

    def _identity(self, row: Row) -> Identity:
        expires_at = read_time_or_none(row["expires_at"])
        if not row["is_active"]:
            message = f"The user {row['name']} may not use this server now. Ask an administrator."
            raise Unauthorized(message)
        if expires_at is not None and expires_at <= self._clock.now():
            message = "This key has expired. Make another one."
            raise Unauthorized(message)
        return Identity(
            row["id"],
            row["name"],
            Role(row["role"]),
            read_scopes(read_json(row["scopes"])),
            Credential(CredentialKind.KEY, read_id(row["key_id"]), row["prefix"], expires_at),
            row["tier"],
        )
