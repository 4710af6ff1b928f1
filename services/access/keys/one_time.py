"""Tokens that are taken once, and soon: 256 random bits, of which only the SHA-256 is kept."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.access.digests import digest
from services.clock import Clock
from services.errors import Unauthorized
from services.store.rows import Row, read_json, write_json
from services.store.store import Reader, Store, Transaction

ADD = """
    INSERT INTO one_time_tokens (digest, kind, user_id, data, expires_at) VALUES (?, ?, ?, ?, ?)
"""
FIND = """
    SELECT user_id, data FROM one_time_tokens WHERE digest = ? AND kind = ? AND expires_at > ?
"""
# Of two who take the same row at once, the second waits for the first and then finds none.
TAKE = """
    DELETE FROM one_time_tokens WHERE digest = ? AND kind = ? AND expires_at > ?
    RETURNING user_id, data
"""
PRUNE = "DELETE FROM one_time_tokens WHERE expires_at <= ?"


class OneTimeKind(StrEnum):
    """What a token is good for; it is good for nothing else."""

    SETUP = "setup"  # to choose a password
    CHALLENGE = "challenge"  # the password was right, the second factor is to come
    SOCKET = "socket"  # to open a WebSocket


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose a token was, and what its maker wanted to know again."""

    user_id: int
    data: Mapping[str, object]


class OneTimeTokens:
    """Makes tokens and takes them, each once."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def issue(
        self, kind: OneTimeKind, user_id: int, data: Mapping[str, object], lifetime: timedelta
    ) -> str:
        """Make a token that lasts for `lifetime` and return it; those that expired go."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        values = (digest(token), kind.value, user_id, write_json(dict(data)), now + lifetime)

        async def write(transaction: Transaction) -> None:
            await transaction.execute(PRUNE, now)
            await transaction.execute(ADD, *values)

        await self._store.write(write)
        return token

    async def take(self, kind: OneTimeKind, token: str) -> Taken:
        """Return what a token stands for, and forget it; raise `Unauthorized` if it is none."""
        now = self._clock.now()

        async def write(transaction: Transaction) -> Taken:
            return await take_within(transaction, kind, token, now)

        return await self._store.write(write)

    async def look(self, kind: OneTimeKind, token: str) -> Taken:
        """Return what a token stands for and leave it; raise `Unauthorized` if it is none."""
        return await _first(self._store, FIND, kind, token, self._clock.now())


async def take_within(
    transaction: Transaction, kind: OneTimeKind, token: str, now: datetime
) -> Taken:
    """Take a token together with what it is taken for: if that fails, the token is still good."""
    return await _first(transaction, TAKE, kind, token, now)


async def _first(
    reader: Reader, statement: str, kind: OneTimeKind, token: str, now: datetime
) -> Taken:
    rows = await reader.fetch(statement, digest(token), kind.value, now)
    if not rows:
        message = "This was used before, or it has expired. Begin again."
        raise Unauthorized(message)
    return _read(rows[0])


def _read(row: Row) -> Taken:
    return Taken(row["user_id"], read_json(row["data"]))
