"""What surrounds every request: an id, security headers, a log line, measurements."""

import asyncio
import time
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from argosy.http.allowances import rate_headers
from argosy.http.answers import json_response
from services.access.caller import LONGEST_AGENT, Caller
from services.errors import ErrorCode
from services.metrics import Metrics
from services.text import plain

PAGES = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", PAGES),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),  # for browsers that do not know `frame-ancestors`
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

STOPPING = {"code": ErrorCode.UNAVAILABLE.value, "message": "The server is stopping."}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger(__name__)


class Surroundings:
    """Wraps the application; made for ASGI itself, because it runs for every request."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = uuid4().hex
        scope.setdefault("state", {}).update(request_id=request_id, caller=_caller(scope))
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            if scope["type"] == "http":
                await self._http(scope, receive, send, request_id)
            else:
                await self._app(scope, receive, _with_headers(send, scope))

    async def _http(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began = time.perf_counter()
        status: int | None = None
        seconds = 0.0  # to the answer, of which a stream may have no end

        async def measure(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
            await send(message)

        send_with_headers = _with_headers(measure, scope)
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:  # the last one to see it; what was to be answered has been
            log.exception("http.crashed")
        except asyncio.CancelledError:  # the server stops, and waits no longer for this
            if status is None:
                answer = json_response({"error": STOPPING | {"requestId": request_id}}, 503)
                await answer(scope, receive, send_with_headers)
        finally:
            if status is None:
                seconds = time.perf_counter() - began
            # The pattern of the route, never the path: labels must have few values.
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.requests.labels(
                route=route, method=method, status=str(status or 500)
            ).inc()
            self._metrics.request_seconds.labels(route=route).observe(seconds)
            log.debug(
                "http.answered",
                route=route,
                method=method,
                status=status or 500,
                seconds=round(seconds, 6),
            )


def _with_headers(send: Send, scope: Scope) -> Send:
    """Return what sends an answer with the headers that every answer has.

    The handshake of a socket that is refused is answered too.
    """

    async def send_with_headers(message: Message) -> None:
        if message["type"] in {"http.response.start", "websocket.http.response.start"}:
            headers = list(message.get("headers", ()))
            names = {name for name, _ in headers}
            headers += [header for header in HEADERS if header[0] not in names]
            headers.append((b"x-request-id", scope["state"]["request_id"].encode()))
            headers += rate_headers(scope)
            message["headers"] = headers
        await send(message)

    return send_with_headers


def _caller(scope: Scope) -> Caller:
    peer = scope.get("client")
    agents = (value for name, value in scope["headers"] if name == b"user-agent")
    agent = plain(next(agents, b"").decode("latin-1"), most=LONGEST_AGENT)
    return Caller(peer[0] if peer else "", agent)
