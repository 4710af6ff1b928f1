"""What lets pages of allowed origins read the answers, by the Fetch standard's CORS protocol."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from argosy.origins import Origin

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
# What a page may ask to send, it may ask for by any name: what it sends is its user's to send.
NAMES = re.compile(r"[A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+)*", re.ASCII)
EXPOSED = "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
PREFLIGHT_SECONDS = 600


class Cors:
    """Answers what browsers ask before a request, and marks answers; nothing if none is allowed.

    It stands inside the check of origins: what comes here from a page is allowed, or its own.
    """

    def __init__(self, app: ASGIApp, *, allowed: Sequence[Origin]) -> None:
        self._app = app
        self._allowed = frozenset(map(str, allowed))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._allowed:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        marks = {"Vary": "Origin"}
        if origin in self._allowed:
            marks |= {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Expose-Headers": EXPOSED,
            }
            if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                await _preflight(headers, marks)(scope, receive, send)
                return
        raw = [(name.lower().encode(), value.encode()) for name, value in marks.items()]

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *raw]
            await send(message)

        await self._app(scope, receive, send_marked)


def _preflight(headers: Headers, marks: dict[str, str]) -> Response:
    asked = headers.get("access-control-request-headers", "")
    named = {"Access-Control-Allow-Headers": asked} if NAMES.fullmatch(asked) else {}
    kept = {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
    return Response(status_code=204, headers={**marks, **named, **kept})
