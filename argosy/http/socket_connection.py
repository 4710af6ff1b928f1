"""One WebSocket: uvicorn's, with bounds on what a client can make it hold, do and wait for.

However a connection ends, the other side is told with a close frame, and given a moment to take
it: closing at once, with bytes of the client still unread, would take the frame back.
"""

import asyncio
from http import HTTPStatus
from typing import Any, cast

import structlog
from uvicorn import Config
from uvicorn._types import ASGISendEvent, WebSocketScope
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request

from argosy.http.handshake import Handshaking
from argosy.http.pace import Pace

PIECE = 4096  # bytes that are parsed at a time: others have their turn in between
LINGER_SECONDS = 2.0  # that the other side has to take our goodbye and give its own
LINGER_BYTES = 1_000_000  # that are read meanwhile, for nothing

log = structlog.get_logger(__name__)


class SocketConnection(WebSocketsSansIOProtocol):
    """Parses piece by piece, collects one message at a time, and waits for nobody for ever."""

    scope: WebSocketScope

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn: Handshaking = Handshaking(max_size=config.ws_max_size, logger=self.logger)
        self._pace = Pace(self.loop.time())
        self._unparsed = memoryview(b"")
        self._later: asyncio.TimerHandle | None = None
        self._message = bytearray()
        self._is_text = False
        self._pong = b""  # the newest, for when the client reads again
        self._is_over = False  # nothing that still comes matters
        self._ignored = 0  # bytes of that

    # What comes

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            self._ignored += len(data)
            if self._ignored > LINGER_BYTES and not self.transport.is_closing():
                self.transport.pause_reading()
            return
        if not self.handshake_initiated:
            self._shake_hands(data)
            return
        self._unparsed = memoryview(bytes(self._unparsed) + data if self._unparsed else data)
        if self._later is None:
            self._parse()

    def _shake_hands(self, data: bytes) -> None:
        self.conn.receive_data(data)
        for event in self.conn.events_received():
            if isinstance(event, Request) and event.path.isascii():
                self.handle_connect(event)
                if not self.close_sent:
                    self.scope["state"]["abort"] = self.abort
                return
        if answer := b"".join(self.conn.data_to_send()):
            self._end_with(answer)
        else:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def _refuse(self, status: HTTPStatus) -> None:
        self._end_with(self.conn.reject(status, "").serialize())

    def _end_with(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.handshake_initiated = self.handshake_complete = True
        self._leave(CloseCode.ABNORMAL_CLOSURE)
        self._listen_no_more()

    def _parse(self) -> None:
        """Parse a piece of what has come, and see to it that the rest has its turn."""
        self._later = None
        if self._unparsed:
            piece, self._unparsed = self._unparsed[:PIECE], self._unparsed[PIECE:]
            self.conn.receive_data(bytes(piece))
            frames = self.conn.events_received()
            for frame in frames:
                self._take(cast("Frame", frame))
            self._answer_pings()
            if self.conn.parser_exc is not None and not self._is_over:
                self._fail()
            self._pace.spend(1 + len(frames), self.loop.time())
        self._go_on()

    def _go_on(self) -> None:
        """Parse more or read more, now or later, unless the application has enough to do."""
        if self._later is not None or self.transport.is_closing():
            return
        wait = self._pace.wait(self.loop.time())
        is_free = self.close_sent or self.queue.empty()
        if is_free and (self._unparsed or wait):
            self._later = self.loop.call_later(wait, self._parse)
        is_held = not is_free or self._later is not None
        if is_held is self.read_paused:
            return
        self.read_paused = is_held
        if is_held:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self._part()
        elif frame.opcode is Opcode.PONG:
            self.handle_pong(frame)
        elif frame.opcode is not Opcode.PING and not self.close_sent:
            self._collect(frame)

    def _collect(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._message += frame.data
        if not frame.fin:
            return
        data, self._message = bytes(self._message), bytearray()
        if not self._is_text:
            self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
            return
        try:
            self.queue.put_nowait({"type": "websocket.receive", "text": data.decode()})
        except UnicodeDecodeError:
            self.conn.fail(CloseCode.INVALID_DATA, "The message is not in UTF-8")
            self._fail()

    def _answer_pings(self) -> None:
        """Write the pongs; to who does not read, only the newest, and when it does again."""
        pongs = self.conn.data_to_send()
        if self.close_sent or not pongs:
            return
        if self.writable.is_set():
            self.transport.write(b"".join(pongs))
        else:
            self._pong = pongs[-1]

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._pong and not self.close_sent:
            self.transport.write(self._pong)
        self._pong = b""

    # What the application does

    async def run_asgi(self) -> None:
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            log.exception("websocket.crashed")
        if not self.handshake_complete and self.initial_response is None:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
        self._say_goodbye(CloseCode.INTERNAL_ERROR, "Internal error")

    async def receive(self) -> Any:
        message = await self.queue.get()
        if self.queue.empty():
            self._go_on()
        return message

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close" and self.handshake_complete:
            self._say_goodbye(message.get("code", 1000), message.get("reason") or "")
            return
        while not self.writable.is_set():  # somebody else may have been faster
            await self.writable.wait()
        await super().send(message)

    def abort(self) -> None:
        """End the connection now, whatever the client has not read."""
        self.transport.abort()

    # How it ends

    def shutdown(self) -> None:
        if not self.handshake_complete:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        self._say_goodbye(CloseCode.GOING_AWAY, "The server is stopping")

    def keepalive_timeout(self) -> None:
        if not self.close_sent:
            self.conn.fail(CloseCode.INTERNAL_ERROR, "No answer to a ping")
            self._fail()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._later is not None:
            self._later.cancel()
        self._unparsed = memoryview(b"")
        super().connection_lost(exc)

    def _say_goodbye(self, code: int, reason: str) -> None:
        """Send a close frame behind what waits to be read, and wait for the other's."""
        if self.close_sent or self.transport.is_closing():
            return
        try:
            self.conn.send_close(code, reason)
        except InvalidState:  # it was lost in this moment
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._leave(code, reason)

    def _fail(self) -> None:
        """Send the close frame of what the protocol does not allow, and listen no more."""
        if self.close_sent:
            self._listen_no_more()
            return
        sent = self.conn.close_sent
        log.debug("websocket.failed", code=sent and sent.code, reason=sent and sent.reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._leave(sent.code if sent else CloseCode.ABNORMAL_CLOSURE)
        self._listen_no_more()

    def _part(self) -> None:
        """Answer the other side's close frame, unless it is the answer to ours."""
        if self.close_sent:
            self.transport.close()
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        received = self.conn.close_rcvd
        code = received.code if received else CloseCode.NO_STATUS_RCVD
        self._leave(code, keeps=True)
        self._listen_no_more()

    def _leave(self, code: int, reason: str = "", *, keeps: bool = False) -> None:
        """Tell the application, and give the other side its moment.

        `keeps` says that what was said before is still to be heard.
        """
        self.stop_keepalive()
        self.close_sent = self.disconnected = True
        self.writable.set()  # whoever waits there learns that it is over
        self._message, self._pong = bytearray(), b""
        while not keeps and not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.abort)
        self._go_on()

    def _listen_no_more(self) -> None:
        """Send our end, and read only to learn of the other's."""
        self._is_over = True
        self._unparsed = memoryview(b"")
        if self.transport.can_write_eof():
            self.transport.write_eof()
