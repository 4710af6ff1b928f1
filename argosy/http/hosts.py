"""Which names this server answers to.

A page of a stranger can have its own name mean this server's address, and then counts as a page
of this server's (DNS rebinding). Names that nobody else can give it are safe.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from argosy.http.errors import BadRequest
from argosy.http.refusals import refuse
from argosy.lists import matches
from argosy.origins import Authority
from argosy.settings import Settings
from services.errors import ErrorCode

LOCAL = ("localhost", ".localhost")  # RFC 6761, section 6.3: never asked of a server of names
MISDIRECTED = 421


def names_of(settings: Settings, machine: str) -> tuple[str, ...]:
    """Return the names by which the server may be asked, beside addresses.

    Of the name of the `machine`, only the first word counts, which no stranger can have: the
    rest may have come from the network that it is in.
    """
    word = machine.partition(".")[0].lower()
    own = (word, f"{word}.local") if word else ()
    public = (settings.public_url.authority.host,) if settings.public_url else ()
    return (*LOCAL, *own, settings.host.lower(), *public, *settings.allowed_hosts)


class HostCheck:
    """Refuses requests for other hosts, and notes the host of those that go on."""

    def __init__(self, app: ASGIApp, *, names: Sequence[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            try:
                scope["state"]["host"] = self._host(scope)
            except BadRequest as error:
                await refuse(error, scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _host(self, scope: Scope) -> Authority | None:
        """Return whom the request is for; None if it does not say, as HTTP/1.0 may."""
        given = Headers(scope=scope).getlist("host")
        if not given and scope["http_version"] == "1.0":
            return None
        if len(given) != 1:
            message = "A request names the host that it is for in `Host`, once."
            raise BadRequest(400, message)
        try:
            authority = Authority.parse(given[0])
        except ValueError:
            message = "What stands in `Host` is not the name or address of a host."
            raise BadRequest(400, message) from None
        if not authority.is_address and not matches(authority.host, self._names):
            message = (
                f"This server does not answer to the name {authority.host}. If that is its name, "
                "put it into ARGOSY_ALLOWED_HOSTS, or into ARGOSY_PUBLIC_URL where it stands "
                "behind a proxy, and restart it."
            )
            raise BadRequest(MISDIRECTED, message, code=ErrorCode.HOST_NOT_ALLOWED)
        return authority
