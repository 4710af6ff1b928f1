"""One connection: uvicorn's, with bounds on what a client can make it hold and wait for."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import httptools
import structlog
from uvicorn import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from argosy.http.answers import json_response
from argosy.http.surroundings import HEADERS
from services.errors import ErrorCode

# Of a request's head, and of what stands between parts of its body; looked at after each piece.
HEADER_BYTES = 16 * 1024
PIECE = 4096  # bytes that are parsed between two looks at the bounds
MOST_WAITING = 32  # requests that wait for the answer to the one before them
MOST_HEADERS = 100
HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0
UNREAD_SECONDS = 30.0  # that an answer may wait for a client that takes nothing of it
STOP_SECONDS = 2.0  # that a client has left to send or take the rest once the server stops
ABORT_SECONDS = 0.4  # from the goodbye to who may no longer be here to the end of the connection
LINGER_SECONDS = 2.0  # a connection that is closed with unread bytes takes the answer with it
LINGER_BYTES = 1_000_000

log = structlog.get_logger(__name__)


class Flow(FlowControl):
    """Reads no more while it is held."""

    is_held = False

    def resume_reading(self) -> None:
        if not self.is_held:
            super().resume_reading()


class Connection(HttpToolsProtocol):
    """Refuses long heads, reads a few requests ahead at most, and waits for nobody for ever."""

    flow: Flow

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._unparsed = b""
        self._overhead = 0  # bytes since the last that belonged to a body, or ended a head
        self._in_body = False
        self._deadline: float | None = None  # of the head or body that is coming
        self._watch: asyncio.TimerHandle | None = None
        self._running: RequestResponseCycle | None = None
        self._has_ended = False
        self._unsent = 0  # bytes, at the last look
        self._unsent_since = 0.0
        self._ignored = 0  # bytes that came after the end

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = Flow(transport)
        self._deadline = self.loop.time() + HEAD_SECONDS
        self._watch = self.loop.call_at(self._deadline, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._has_ended:
            self._ignored += len(data)
            if self._ignored > LINGER_BYTES:
                self.transport.abort()
            return
        if self._deadline is None:
            self._deadline = self.loop.time() + HEAD_SECONDS
        self._parse(self._unparsed + data)

    def _parse(self, data: bytes) -> None:
        """Parse as much of `data` as there is room for, and keep the rest."""
        self._unset_keepalive_if_required()
        at = 0
        while at < len(data) and len(self.pipeline) < MOST_WAITING and not self._has_ended:
            self._parse_piece(data[at : at + PIECE])
            at += PIECE
        self._unparsed = b"" if self._has_ended else data[at:]
        self.flow.is_held = bool(self._unparsed)
        if self.flow.is_held:
            self.flow.pause_reading()

    def _parse_piece(self, piece: bytes) -> None:
        self._overhead += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
        except httptools.HttpParserError:
            if len(self.headers) > MOST_HEADERS:
                message = f"A request has {MOST_HEADERS} headers at most."
                self._refuse(431, ErrorCode.LIMIT_REACHED, message)
            else:
                self._refuse(400, ErrorCode.INVALID_INPUT, "This is not a request in HTTP/1.1.")
        else:
            if self._overhead > HEADER_BYTES:
                message = f"The head of a request has {HEADER_BYTES} bytes at most."
                self._refuse(431, ErrorCode.LIMIT_REACHED, message)

    def handle_websocket_upgrade(self) -> None:
        self._end()
        self.flow.resume_reading()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._deadline is None:
            self._deadline = self.loop.time() + HEAD_SECONDS

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS:
            message = "too many headers"
            raise ValueError(message)  # which ends the parsing, before the request is begun

    def on_headers_complete(self) -> None:
        if not self.url.startswith(b"/"):
            self._take_absolute(self.url)
        super().on_headers_complete()
        self.scope["state"]["abort"] = self._abort
        self._overhead = 0
        if not self.parser.should_upgrade():
            self.headers = []  # those that follow a body would come after they were looked at
        self._in_body = True
        self._deadline = self.loop.time() + BODY_SECONDS

    def _take_absolute(self, url: bytes) -> None:
        """Take the host from `http://host/path`, for it goes before `Host`.

        RFC 9112, section 3.2.2. What is neither that nor a path leads nowhere.
        """
        scheme, separator, rest = url.partition(b"://")
        if scheme.lower() not in {b"http", b"https"} or not separator:
            self.url = b"/*"
            return
        host = re.split(rb"[/?#]", rest, maxsplit=1)[0]
        self.headers[:] = [header for header in self.headers if header[0] != b"host"]
        self.headers.append((b"host", host))
        self.url = b"/" + rest[len(host) :].removeprefix(b"/")

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._overhead = 0

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._overhead = 0
        self._in_body = False
        self._deadline = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._unparsed and not self.transport.is_closing():
            self._parse(self._unparsed)
            self.flow.resume_reading()

    def shutdown(self) -> None:
        if self._has_ended and (self._running is None or self._running.response_complete):
            self.transport.abort()
            return
        self.pipeline.clear()
        self._unparsed = b""
        if self._running is not None:
            self._running.keep_alive = False
            # A stream has no end of its own that could be waited for.
            if stop := self._running.scope.get("state", {}).get("stop"):
                stop()
        super().shutdown()
        if not self.transport.is_closing():
            self._watch_again(self.loop.time() + STOP_SECONDS, self._stop)

    def _stop(self) -> None:
        """End what waits for the client, so that the server need not."""
        if self._in_body:
            self._refuse(503, ErrorCode.UNAVAILABLE, "The server is stopping.")
        elif self.flow.write_paused:
            self._abort()

    def _look(self) -> None:
        """End the connection if what should have come has not."""
        now = self.loop.time()
        if self._is_unread(now):
            self._abort()
        elif self._deadline is None or self.flow.read_paused:
            self._watch_again(now + HEAD_SECONDS, self._look)
        elif now < self._deadline:
            self._watch_again(min(self._deadline, now + HEAD_SECONDS), self._look)
        elif self._in_body or self._overhead:
            part, seconds = ("body", BODY_SECONDS) if self._in_body else ("head", HEAD_SECONDS)
            message = f"The {part} of the request did not come within {seconds:g} seconds."
            self._refuse(408, ErrorCode.INVALID_INPUT, message)
        else:
            self._abort()

    def _is_unread(self, now: float) -> bool:
        """Whether the client has long taken nothing of what waits for it."""
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        return unsent > 0 and now - self._unsent_since >= UNREAD_SECONDS

    def _watch_again(self, when: float, what: Any) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self.loop.call_at(when, what)

    def _refuse(self, status: int, code: ErrorCode, message: str) -> None:
        """Answer that this goes no further, unless another answer is under way."""
        log.debug("http.refused", status=status)
        if not self._may_answer():
            self._let_out()
            return
        self._end()
        body = {"code": code.value, "message": message, "requestId": uuid4().hex}
        answer = json_response({"error": body}, status, {"Connection": "close"})
        headers = [*self.server_state.default_headers, *answer.raw_headers, *HEADERS]
        lines = [b"%s: %s\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", bytes(answer.body)]))
        self.transport.write_eof()
        self.flow.resume_reading()
        self._watch_again(self.loop.time() + LINGER_SECONDS, self.transport.abort)

    def _let_out(self) -> None:
        """Take nothing more, and close when the answer that is under way has gone."""
        running = self._running
        if running is None or running.response_complete:
            self._abort()
            return
        self._has_ended = True
        self._unparsed = b""
        self.pipeline.clear()
        running.keep_alive = False
        self.flow.is_held = False
        self.flow.resume_reading()  # to learn of it when the client goes
        self._watch_again(self.loop.time() + BODY_SECONDS, self._abort)

    def _may_answer(self) -> bool:
        running = self._running
        if self._in_body:
            return running is self.cycle and not running.response_started
        return running is None or running.response_complete

    def _abort(self) -> None:
        self._end()
        self.transport.abort()

    def _end(self) -> None:
        """Take nothing more from this client, and tell who is at work for it."""
        self._has_ended = True
        self._unparsed = b""
        self.flow.is_held = False
        self.pipeline.clear()
        self._unset_keepalive_if_required()
        if self._watch is not None:
            self._watch.cancel()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()
