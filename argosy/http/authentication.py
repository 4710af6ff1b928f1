"""Who is at the other end."""

from collections.abc import Mapping

from starlette.requests import HTTPConnection

from argosy.http.cookies import SessionCookie
from services.access.identity import Identity
from services.access.keys.keys import Keys
from services.access.keys.tickets import Tickets
from services.access.logins.sessions import Sessions
from services.access.logins.tokens import Tokens, is_access_token
from services.errors import Unauthorized

HOW = (
    "Send an access key: `Authorization: Bearer KEY`; `./run key create --user admin` prints one. "
    "In a browser, sign in at /login."
)


class Authenticator:
    """Finds the identity behind the credentials of a request or a socket."""

    def __init__(
        self,
        *,
        keys: Keys,
        tickets: Tickets,
        cookie: SessionCookie,
        sessions: Sessions,
        tokens: Tokens,
    ) -> None:
        self._tokens = tokens
        self._keys = keys
        self._tickets = tickets
        self._sessions = sessions
        self._cookie = cookie

    async def identify(
        self, connection: HTTPConnection, given: Mapping[str, str] | None = None
    ) -> Identity:
        """Return who is at the other end; raise `Unauthorized`.

        `given` goes before the headers: a browser sends with a socket what it cannot send in them
        (names in small letters), a key or a ticket. A ticket may also stand in the address of a
        socket. A key goes before the cookie, also one that is wrong.
        """
        if ticket := _ticket(connection, given or {}):
            return await self._tickets.take(ticket)
        headers = given if given and "authorization" in given else connection.headers
        if "authorization" in headers:
            return await self._bear(_bearer(headers["authorization"]))
        cookie = self._cookie.read(connection)
        if cookie:
            return await self._sessions.authenticate(cookie)
        raise Unauthorized(HOW)

    async def find_session(self, connection: HTTPConnection) -> Identity | None:
        """Return whose cookie a browser has, if it has a good one."""
        cookie = self._cookie.read(connection)
        if not cookie:
            return None
        try:
            return await self._sessions.authenticate(cookie)
        except Unauthorized:
            return None

    async def find(self, connection: HTTPConnection) -> Identity | None:
        """Return who is at the other end, if that is known."""
        try:
            return await self.identify(connection)
        except Unauthorized:
            return None

    async def _bear(self, given: str) -> Identity:
        if is_access_token(given):
            return await self._tokens.authenticate(given)
        return await self._keys.authenticate(given)


def _ticket(connection: HTTPConnection, given: Mapping[str, str]) -> str | None:
    """Return the ticket that a socket is opened with; a key that it gives itself goes before it."""
    if connection.scope["type"] != "websocket" or "authorization" in given:
        return None
    return given.get("ticket") or connection.query_params.get("ticket")


def _bearer(header: str) -> str:
    kind, _, key = header.partition(" ")
    key = key.strip()
    if kind.lower() != "bearer" or not key:
        raise Unauthorized(HOW)
    return key
