"""The cookie of a browser that has logged in."""

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from argosy.origins import PORTS, Authority, Origin

PLAIN = "argosy_{port}"
# A browser takes this name over TLS only, and from no other host of the same domain.
GUARDED = "__Host-argosy"
LONGEST = 256  # letters that are looked at


class SessionCookie:
    """Reads and writes the cookie; no script sees it, and no other site has it sent.

    Browsers share cookies between all ports of a host: over plain HTTP the port is in the name,
    so that two servers of one machine do not sign each other out. It is the port that the
    browser knows: that of the `public` address, else that in `Host`. Proxies that leave `Host`
    as it is need no more than that; those that change it need the public address anyway, for
    the check of origins. The port that the server listens on would not do: behind proxies and
    in containers it is often the same for all.
    """

    def __init__(self, *, public: Origin | None) -> None:
        self._public = public

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
        return GUARDED if self._is_secure(connection) else PLAIN.format(port=self._port(connection))

    def _is_secure(self, connection: HTTPConnection) -> bool:
        is_public_over_tls = self._public is not None and self._public.scheme == "https"
        return is_public_over_tls or connection.scope["scheme"] in {"https", "wss"}

    def _port(self, connection: HTTPConnection) -> int:
        host: Authority | None = connection.scope["state"]["host"]
        known = self._public.authority if self._public else host
        return (known and known.port) or PORTS["http"]
