"""Logins that last: of browsers, which hold a cookie, and of programs, which hold tokens."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.access.caller import Caller
from services.access.digests import digest
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
from services.access.people.users import User, check_unchanged
from services.access.revision import advance
from services.clock import Clock
from services.errors import NotFound, Unauthorized, Unavailable
from services.ids import SESSION, new_id, show
from services.store.rows import Row, read_id, read_json, read_time, write_json
from services.store.store import Reader, Store, Transaction

WORD = "argosy_session_"
LIFETIME = timedelta(days=30)  # since it was used last
TOUCHED = timedelta(minutes=1)  # `last_used_at` is right to that
MOST = 50  # of one user; who logs in more often loses the one not used for longest

INSERT = """
    INSERT INTO sessions (id, kind, digest, scopes, address, agent, created_at, last_used_at,
        expires_at, user_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
PRUNE = "DELETE FROM sessions WHERE expires_at <= ?"
TOO_MANY = """
    DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE user_id = ? ORDER BY last_used_at DESC, id DESC
        LIMIT 1000 OFFSET ?
    ) RETURNING id
"""
OF_WHOM = """
    SELECT sessions.*, users.name, users.role, users.tier
    FROM sessions JOIN users ON users.id = sessions.user_id
    WHERE users.is_active AND sessions.expires_at > ? AND sessions.kind = ?
"""
TOUCH = "UPDATE sessions SET last_used_at = ?, expires_at = ? WHERE id = ?"
SOME = """
    SELECT * FROM sessions WHERE user_id = ? AND expires_at > ? AND id > ? ORDER BY id LIMIT ?
"""
END_ALL = "DELETE FROM sessions WHERE user_id = ? RETURNING id"
COUNT = "SELECT COUNT(*) AS n FROM sessions WHERE user_id = ? AND expires_at > ?"


class SessionKind(StrEnum):
    """Who holds it."""

    BROWSER = "browser"  # a cookie
    PROGRAM = "program"  # a token that renews itself, and access tokens


@dataclass(frozen=True, slots=True)
class Session:
    """One login; `address` and `agent` are those it was used from last."""

    id: UUID
    user_id: int
    kind: SessionKind
    scopes: frozenset[Scope]
    address: str
    agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class Sessions:
    """Opens sessions, tells whose they are, and ends them."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def open(
        self,
        user: User,
        kind: SessionKind,
        caller: Caller,
        scopes: Iterable[Scope] = ALL_SCOPES,
        *,
        make_secret: Callable[[UUID], str] | None = None,
    ) -> tuple[Session, str]:
        """Open a session and return it with its secret, of which only a digest is kept.

        `make_secret` makes one of 256 random bits that knows of which session it is. Raises
        `Unauthorized` where the user has got another password since they proved who they are.
        """
        now = self._clock.now()
        session = Session(
            new_id(),
            user.id,
            kind,
            frozenset(scopes),
            caller.address[:64],
            caller.agent,
            now,
            now,
            now + LIFETIME,
        )
        secret = make_secret(session.id) if make_secret else WORD + secrets.token_urlsafe(32)

        async def write(transaction: Transaction) -> None:
            await check_unchanged(transaction, user)
            await _insert(transaction, session, secret)

        await self._store.write(write)
        return session, secret

    async def authenticate(self, cookie: str) -> Identity:
        """Return whose cookie this is, or raise `Unauthorized`."""
        now = self._clock.now()
        rows = await self._store.fetch(
            f"{OF_WHOM} AND sessions.digest = ?", now, SessionKind.BROWSER.value, digest(cookie)
        )
        if not rows:
            message = "This login has ended. Log in again."
            raise Unauthorized(message)
        session = read_session(rows[0])
        if session.last_used_at + TOUCHED <= now:
            session = await self._touch(session, now)
        return _identity(rows[0], CredentialKind.SESSION, session.expires_at)

    async def of_program(self, session_id: UUID, *, until: datetime) -> Identity:
        """Return whose session an access token is of, which is good `until` then."""
        kind = SessionKind.PROGRAM.value
        rows = await self._store.fetch(
            f"{OF_WHOM} AND sessions.id = ?", self._clock.now(), kind, session_id
        )
        if not rows:
            message = "The login of this access token has ended. Log in again."
            raise Unauthorized(message)
        return _identity(rows[0], CredentialKind.ACCESS, until)

    async def some(self, user_id: int, after: UUID, most: int) -> list[Session]:
        """Return up to `most` sessions of a user behind `after`, the oldest first."""
        rows = await self._store.fetch(SOME, user_id, self._clock.now(), after, most)
        return [read_session(row) for row in rows]

    async def count(self, user_id: int) -> int:
        """Return how many sessions a user has."""
        (row,) = await self._store.fetch(COUNT, user_id, self._clock.now())
        return int(row["n"])

    async def end(self, identity: Identity, session_id: UUID) -> Session:
        """End a session of one's own, or as an administrator anybody's; else it is `NotFound`.

        Returns it as it was.
        """
        owner = "" if identity.is_admin else " AND user_id = ?"
        values = (session_id,) if identity.is_admin else (session_id, identity.user_id)

        async def write(transaction: Transaction) -> Session:
            ended = await transaction.fetch(
                f"DELETE FROM sessions WHERE id = ?{owner} RETURNING *",  # noqa: S608 - ours
                *values,
            )
            if not ended:
                message = f"There is no session {show(SESSION, session_id)}."
                raise NotFound(message, field="id")
            await advance(transaction)
            return read_session(ended[0])

        return await self._store.write(write)

    async def end_all(self, user_id: int) -> int:
        """End all sessions of a user and return how many there were."""

        async def write(transaction: Transaction) -> int:
            ended = await transaction.fetch(END_ALL, user_id)
            await advance(transaction)
            return len(ended)

        return await self._store.write(write)

    async def _touch(self, session: Session, now: datetime) -> Session:
        until = now + LIFETIME
        with suppress(Unavailable):  # a full disk ends nobody's login
            await self._store.write(lambda t: t.execute(TOUCH, now, until, session.id))
        return session


async def find_session(reader: Reader, session_id: UUID) -> Session | None:
    """Return a session, whoever's it is."""
    rows = await reader.fetch("SELECT * FROM sessions WHERE id = ?", session_id)
    return read_session(rows[0]) if rows else None


def read_session(row: Row) -> Session:
    """Return the session in a row of the table."""
    return Session(
        read_id(row["id"]),
        row["user_id"],
        SessionKind(row["kind"]),
        read_scopes(read_json(row["scopes"])),
        row["address"],
        row["agent"],
        read_time(row["created_at"]),
        read_time(row["last_used_at"]),
        read_time(row["expires_at"]),
    )


async def _insert(transaction: Transaction, session: Session, secret: str) -> None:
    await transaction.execute(PRUNE, session.created_at)
    await transaction.execute(
        INSERT,
        session.id,
        session.kind.value,
        digest(secret),
        write_json(write_scopes(session.scopes)),
        session.address,
        session.agent,
        session.created_at,
        session.last_used_at,
        session.expires_at,
        session.user_id,
    )
    if await transaction.fetch(TOO_MANY, session.user_id, MOST):
        await advance(transaction)


def _identity(row: Row, kind: CredentialKind, until: datetime) -> Identity:
    credential = Credential(kind, read_id(row["id"]), expires_at=until)
    scopes = read_scopes(read_json(row["scopes"]))
    return Identity(row["user_id"], row["name"], Role(row["role"]), scopes, credential, row["tier"])
