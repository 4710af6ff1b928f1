"""Pages for people: who is signed in sees them, and other browsers are led to sign in."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from argosy.http.authentication import Authenticator
from argosy.http.cookies import SessionCookie
from argosy.http.login.wayback import to_login
from argosy.http.negotiation import preference
from services.access.identity import CredentialKind, Identity
from services.access.logins.sessions import LIFETIME

# Without inline scripts, and without forms that a browser would send by itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}

Page = Callable[[Identity | None], Response]


class Door:
    """Knows who stands before a page."""

    def __init__(self, *, authenticator: Authenticator, cookie: SessionCookie) -> None:
        self._authenticator = authenticator
        self._cookie = cookie

    async def lead(self, request: Request, page: Page) -> Response:
        """Show `page` to who is signed in and to programs; lead browsers to the way in."""
        identity = await self._authenticator.find(request)
        if identity is None and wants_page(request):
            return to_login(request)
        response = page(identity)
        self._renew(request, response, identity)
        return response

    def _renew(self, request: Request, response: Response, identity: Identity | None) -> None:
        """Have the browser keep the cookie for as long as its session lasts from now on."""
        value = self._cookie.read(request)
        if value and identity and identity.credential.kind is CredentialKind.SESSION:
            self._cookie.give(request, response, value, LIFETIME)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to look at."""
    return preference(request.headers, "accept", "text/html", absent=0.0).is_named
