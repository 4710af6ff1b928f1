"""Which pages may use this server from a browser.

A browser says from which page a request comes, and no page can keep it from that. Programs say
nothing, and pass: they send a key of their own accord, and nobody else's cookies.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from argosy.http.graphql.sse import EVENT_STREAM
from argosy.http.refusals import refuse
from argosy.origins import Authority, Origin
from services.errors import ErrorCode, Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = frozenset({"same-origin", "none"})  # of `Sec-Fetch-Site`; the second: no page at all


class OriginCheck:
    """Refuses what pages of other origins send: requests, streams and sockets alike."""

    def __init__(self, app: ASGIApp, *, public: Origin | None, allowed: Sequence[Origin]) -> None:
        self._app = app
        self._public = public
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and not self._may_ask(scope):
            message = (
                "A page of another origin may not use this server. If it should, put its origin "
                "into ARGOSY_ALLOWED_ORIGINS and restart the server."
            )
            error = Forbidden(message, code=ErrorCode.ORIGIN_NOT_ALLOWED)
            await refuse(error, scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may_ask(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        if not origins:
            # Older browsers send neither of the two with a request of a page's own origin.
            sites = headers.getlist("sec-fetch-site")
            return all(site in OWN for site in sites) or not _does_something(scope, headers)
        try:
            (origin,) = map(Origin.parse, origins)
        except ValueError:  # several, or `null`, which is any page that hides where it is from
            return False
        return origin == self._public or origin in self._allowed or self._is_own(origin, scope)

    def _is_own(self, origin: Origin, scope: Scope) -> bool:
        """Whether the page is of the host that the request is for.

        A proxy that is not a trusted one may have taken TLS off: then a page by https may ask
        what came by http. Never the other way round: who is between can forge a page by http.
        """
        host: Authority | None = scope["state"]["host"]
        if host is None or origin != Origin.of(origin.scheme, host):
            return False
        public = self._public
        if public and origin.authority == public.authority:
            return False  # the same but for its scheme
        return origin.scheme == "https" or scope["scheme"] in {"http", "ws"}


def _does_something(scope: Scope, headers: Headers) -> bool:
    """Whether it is more than a look at a page, as a link from elsewhere leads to one."""
    return (
        scope["type"] == "websocket"
        or scope["method"] not in SAFE_METHODS
        or EVENT_STREAM in headers.get("accept", "")
    )
