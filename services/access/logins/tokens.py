"""Tokens for programs: a short one to show with each request, and one that renews itself.

An access token is a JWT (RFC 9068): one algorithm, our issuer and audience, fifteen minutes, and
the session that it belongs to, which is looked up each time: when the session ends, so does the
token. A refresh token is taken once and gives the next one. Who shows an old one has stolen it, or
was stolen from: that ends the session.

The keys come from the key file, by HKDF; so they are never in the database, are the same for all
servers with that file, and `argosy secrets rotate` renews them.
"""

import asyncio
import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.access.caller import Caller
from services.access.digests import digest
from services.access.identity import ALL_SCOPES, Identity, Scope
from services.access.logins.sessions import (
    LIFETIME,
    Session,
    SessionKind,
    Sessions,
    find_session,
    read_session,
)
from services.access.people.users import User
from services.access.revision import advance
from services.audit.remarks import remark, remark_user
from services.clock import Clock
from services.errors import Unauthorized
from services.ids import SESSION, show
from services.sealing import Sealer
from services.store.store import Store, Transaction

ALGORITHM = "HS256"
TYPE = "at+jwt"
ISSUER, AUDIENCE = "argosy", "argosy:api"
CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "exp"]
ACCESS_LIFETIME = timedelta(minutes=15)
PURPOSE = "access tokens"

REFRESH = "argosy_refresh_"
RANDOM_SIZE, MARK_SIZE = 32, 16  # bytes

UNKNOWN = "This access token is not known here. Log in again."
EXPIRED = "This access token has expired. Take a new one with refreshLogin."
REFUSED = "This refresh token is not known here, was used before, or its login has ended."

USER = "SELECT name FROM users WHERE id = ?"
RENEW = """
    UPDATE sessions SET digest = ?, last_used_at = ?, expires_at = ?, address = ?, agent = ?
    WHERE digest = ? AND kind = ? AND expires_at > ?
        AND user_id IN (SELECT id FROM users WHERE is_active)
    RETURNING *
"""
END = "DELETE FROM sessions WHERE id = ? AND kind = ? RETURNING id"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a program shows with each request, and until when."""

    value: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """What a program is given when it logs in, and each time it renews its login."""

    session: Session
    access: AccessToken
    refresh: str


class Tokens:
    """Gives tokens, tells whose they are, and renews them."""

    def __init__(self, *, store: Store, clock: Clock, sessions: Sessions, sealer: Sealer) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._sealer = sealer
        self._keys: dict[str, bytes] = {}  # by the id of the key in the file

    async def begin(
        self, user: User, caller: Caller, scopes: Iterable[Scope] = ALL_SCOPES
    ) -> Grant:
        """Open a program's session, and return its first tokens."""
        _, key = await self._newest()
        session, refresh = await self._sessions.open(
            user, SessionKind.PROGRAM, caller, scopes, make_secret=partial(_refresh_token, key)
        )
        return Grant(session, await self.issue(session), refresh)

    async def issue(self, session: Session) -> AccessToken:
        """Return an access token of a session."""
        import jwt

        key_id, key = await self._newest()
        now = self._clock.now()
        until = min(now + ACCESS_LIFETIME, session.expires_at).replace(microsecond=0)
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(session.user_id),
            "sid": str(session.id),
            "jti": secrets.token_urlsafe(12),
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
        }
        header = {"typ": TYPE, "kid": key_id}
        return AccessToken(jwt.encode(claims, key, ALGORITHM, headers=header), until)

    async def authenticate(self, token: str) -> Identity:
        """Return whose access token this is, or raise `Unauthorized`."""
        claims = await self._read(token)
        until = datetime.fromtimestamp(claims["exp"], UTC)
        if until <= self._clock.now():
            raise Unauthorized(EXPIRED)
        return await self._sessions.of_program(UUID(claims["sid"]), until=until)

    async def renew(self, refresh: str, caller: Caller) -> Grant:
        """Take a refresh token, and return the next tokens of its session.

        Raises `Unauthorized`. One that was taken before ends the session: of the two who have
        it, one has stolen it.
        """
        _, key = await self._newest()
        session_id = _session_of(refresh)
        if session_id is None:
            raise Unauthorized(REFUSED)
        now, fresh = self._clock.now(), _refresh_token(key, session_id)
        kind, address, agent = SessionKind.PROGRAM.value, caller.address[:64], caller.agent
        values = (digest(fresh), now, now + LIFETIME, address, agent, digest(refresh), kind, now)
        is_ours = any(_is_ours(refresh, known) for known in self._keys.values())

        async def write(transaction: Transaction) -> tuple[Session | None, bool]:
            rows = await transaction.fetch(RENEW, *values)
            if rows:
                return read_session(rows[0]), False
            is_stolen = is_ours and bool(await transaction.fetch(END, session_id, kind))
            if is_stolen:
                await advance(transaction)
            return None, is_stolen

        session, is_stolen = await self._store.write(write)
        if is_stolen:
            remark(show(SESSION, session_id), ended="a refresh token came twice")
        if session is None:
            raise Unauthorized(REFUSED)
        (user,) = await self._store.fetch(USER, session.user_id)
        remark_user(session.user_id, user["name"])
        return Grant(session, await self.issue(session), fresh)

    async def find(self, session_id: UUID) -> Session | None:
        """Return the session of a credential that has just been shown."""
        return await find_session(self._store, session_id)

    async def _read(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that we have given, expired or not."""
        import jwt

        try:
            key_id = str(jwt.get_unverified_header(token).get("kid"))
            key = await self._key(key_id)
            if key is None:
                raise Unauthorized(UNKNOWN)
            # Its time is told by our clock, below.
            options: Any = {"require": CLAIMS, "verify_exp": False, "verify_iat": False}
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options=options,
            )
        except jwt.InvalidTokenError as error:
            raise Unauthorized(UNKNOWN) from error
        return claims

    async def _key(self, key_id: str) -> bytes | None:
        if key_id not in self._keys:
            await self._newest()
        return self._keys.get(key_id)

    async def _newest(self) -> tuple[str, bytes]:
        """Return the key that signs now; those in the file are known from then on."""
        derived = await asyncio.to_thread(self._sealer.derive, PURPOSE)
        self._keys = dict(derived)
        return derived[0]


def is_access_token(text: str) -> bool:
    """Whether this looks like a token of ours, and not like a key."""
    import jwt

    if text.count(".") != 2:
        return False
    try:
        return bool(jwt.get_unverified_header(text).get("typ") == TYPE)
    except jwt.InvalidTokenError:
        return False


def _refresh_token(key: bytes, session_id: UUID) -> str:
    """Return a new refresh token: the session, 256 random bits, and a mark that it is of ours."""
    content = session_id.bytes + secrets.token_bytes(RANDOM_SIZE)
    return REFRESH + base64.urlsafe_b64encode(content + _mark(key, content)).decode().rstrip("=")


def _mark(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, b"refresh token:" + content, "sha256")[:MARK_SIZE]


def _content(refresh: str) -> bytes | None:
    coded = refresh.removeprefix(REFRESH)
    try:
        content = base64.urlsafe_b64decode(coded.encode("ascii") + b"=" * (-len(coded) % 4))
    except (ValueError, binascii.Error):
        return None
    return content if len(content) == 16 + RANDOM_SIZE + MARK_SIZE else None


def _session_of(refresh: str) -> UUID | None:
    content = _content(refresh)
    return None if content is None else UUID(bytes=content[:16])


def _is_ours(refresh: str, key: bytes) -> bool:
    """Whether we have given this token once; who only knows the session cannot end it."""
    content = _content(refresh)
    if content is None:
        return False
    return hmac.compare_digest(_mark(key, content[:-MARK_SIZE]), content[-MARK_SIZE:])
