"""The cookie of a browser that has logged in."""

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

PLAIN = "argosy"
# A browser takes this name over TLS only, and from no other host of the same domain.
GUARDED = "__Host-argosy"
LONGEST = 256  # letters that are looked at


class SessionCookie:
    """Reads and writes the cookie; no script sees it, and no other site has it sent."""

    def __init__(self, *, is_public_over_tls: bool = False) -> None:
        self._is_public_over_tls = is_public_over_tls

    def read(self, connection: HTTPConnection) -> str | None:
        """Return what the browser has sent."""
        value = connection.cookies.get(self._name(connection))
        return value if value and len(value) <= LONGEST else None

    def give(
        self, connection: HTTPConnection, response: Response, value: str, lifetime: timedelta
    ) -> None:
        """Have the browser send `value` from now on."""
        response.set_cookie(
            self._name(connection),
            value,
            max_age=int(lifetime.total_seconds()),
            path="/",
            secure=self._is_secure(connection),
            httponly=True,
            samesite="strict",
        )

    def withdraw(self, connection: HTTPConnection, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(
            self._name(connection),
            path="/",
            secure=self._is_secure(connection),
            httponly=True,
            samesite="strict",
        )

    def _name(self, connection: HTTPConnection) -> str:
        return GUARDED if self._is_secure(connection) else PLAIN

    def _is_secure(self, connection: HTTPConnection) -> bool:
        return self._is_public_over_tls or connection.scope["scheme"] in {"https", "wss"}
