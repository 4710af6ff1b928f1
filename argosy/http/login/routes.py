"""Signing in and out, over JSON: what the page `/login` asks for.

A session that begins here lives in a cookie that no script can read. Programs log in with
GraphQL and get tokens.
"""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from argosy.http.answers import json_response
from argosy.http.authentication import Authenticator
from argosy.http.cookies import SessionCookie
from argosy.http.login.bodies import read_texts
from services.access.caller import Caller
from services.access.identity import CredentialKind, Identity
from services.access.logins.logins import Challenge, Logins
from services.access.logins.sessions import LIFETIME, SessionKind, Sessions
from services.access.people.users import User
from services.access.setup import Setup
from services.errors import NotFound


class LoginRoutes:
    """Answers `/api/login`, `/api/login/second-factor`, `/api/logout` and `/api/setup`."""

    def __init__(
        self,
        *,
        logins: Logins,
        sessions: Sessions,
        setup: Setup,
        authenticator: Authenticator,
        cookie: SessionCookie,
    ) -> None:
        self._logins = logins
        self._sessions = sessions
        self._setup = setup
        self._authenticator = authenticator
        self._cookie = cookie

    @property
    def routes(self) -> list[Route]:
        """Where they stand."""
        return [
            Route("/api/login", self.log_in, methods=["POST"]),
            Route("/api/login/second-factor", self.answer, methods=["POST"]),
            Route("/api/logout", self.log_out, methods=["POST"]),
            Route("/api/setup", self.set_up, methods=["POST"]),
        ]

    async def log_in(self, request: Request) -> Response:
        """Take a name and a password; give the cookie, or ask for the second factor."""
        texts = await read_texts(request, "name", "password")
        begun = await self._logins.begin(texts["name"], texts["password"], _caller(request))
        if isinstance(begun, Challenge):
            expires_at = begun.expires_at.isoformat()
            return json_response({"challenge": begun.token, "expiresAt": expires_at})
        return await self._let_in(request, begun)

    async def answer(self, request: Request) -> Response:
        """Take the code for a challenge; give the cookie."""
        texts = await read_texts(request, "challenge", "code")
        user = await self._logins.answer(texts["challenge"], texts["code"], _caller(request))
        return await self._let_in(request, user)

    async def set_up(self, request: Request) -> Response:
        """Take the token of the setup link; with a password, set it and give the cookie.

        Without one it says whose password is chosen, and leaves the token as it is.
        """
        texts = await read_texts(request, "token", optional="password")
        if "password" not in texts:
            return json_response({"name": (await self._setup.whose(texts["token"])).name})
        user = await self._setup.complete(texts["token"], texts["password"])
        return await self._let_in(request, user)

    async def log_out(self, request: Request) -> Response:
        """End the session of the cookie. Who has none is signed out already."""
        await read_texts(request)
        if identity := await self._authenticator.find_session(request):
            await self._end(identity)
        response = json_response({})
        self._cookie.withdraw(request, response)
        return response

    async def _let_in(self, request: Request, user: User) -> Response:
        # Whoever was signed in before in this browser is not any more.
        if identity := await self._authenticator.find_session(request):
            await self._end(identity)
        _, secret = await self._sessions.open(user, SessionKind.BROWSER, _caller(request))
        response = json_response({"name": user.name, "role": user.role.value})
        self._cookie.give(request, response, secret, LIFETIME)
        return response

    async def _end(self, identity: Identity) -> None:
        if identity.credential.kind is CredentialKind.SESSION and identity.credential.id:
            with suppress(NotFound):  # of two who end it at once, both are right
                await self._sessions.end(identity, identity.credential.id)


def _caller(request: Request) -> Caller:
    caller: Caller = request.scope["state"]["caller"]
    return caller
