"""A proxy on this machine for programs of ours: it leads to checked addresses and nowhere else.

Programs that we run, and libraries with a client of their own, are given this proxy and no other
way. It looks a name up once, checks every address that it leads to, and connects to one of those;
what is refused is answered with the reason as plain text. It wants a login, which is made anew
with each server and which other users of the machine do not have.
"""

import asyncio
import hmac
import secrets
from asyncio import StreamReader, StreamWriter
from base64 import b64encode
from contextlib import suppress

import structlog

from services.errors import ArgosyError, ErrorCode, FetchFailed, Unavailable
from services.outgoing.addresses import AddressPolicy, ForbiddenAddress
from services.outgoing.dial import dial
from services.outgoing.guard.heads import LONGEST_HEAD, BadHead, Head, read_head
from services.outgoing.guard.relay import Relay

HOST = "127.0.0.1"
NAME = "argosy"
HEAD_SECONDS = 10.0
MOST_CONNECTIONS = 256
CODE_HEADER = "X-Argosy-Code"

REASONS = {400: "Bad Request", 403: "Forbidden", 407: "Proxy Authentication Required"} | {
    411: "Length Required",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}

log = structlog.get_logger(__name__)


class GuardedProxy:
    """Belongs to the loop that it is opened in."""

    def __init__(self, *, policy: AddressPolicy) -> None:
        self._policy = policy
        self._password = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take connections from programs of this machine."""
        self._server = await asyncio.start_server(self._take, HOST, 0, limit=LONGEST_HEAD)
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End all connections."""
        if self._server is None:
            return
        self._server.close()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    @property
    def address(self) -> tuple[str, int]:
        """Where it is. Raises `Unavailable` while it is not open."""
        if self._server is None:
            message = "The way out for other programs is not open. Try again later."
            raise Unavailable(message)
        return HOST, self._port

    @property
    def authorization(self) -> str:
        """What `Proxy-Authorization` has to say. It is a secret."""
        return f"Basic {b64encode(f'{NAME}:{self._password}'.encode()).decode()}"

    @property
    def url(self) -> str:
        """The URL for `HTTP_PROXY` and `HTTPS_PROXY` of a program. It is a secret."""
        host, port = self.address
        return f"http://{NAME}:{self._password}@{host}:{port}"

    def _take(self, reader: StreamReader, writer: StreamWriter) -> None:
        if len(self._serving) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer), name="guarded connection")
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                await self._answer(reader, writer)
        except Exception:
            log.exception("guard.crashed")
        finally:
            await _close(writer)

    async def _answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                content = await reader.readuntil(b"\r\n\r\n")
            head = read_head(content)
        except (BadHead, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            await _refuse(writer, 400, "This is no request that a proxy takes.")
            return
        if not self._knows(head):
            await _refuse(writer, 407, "This proxy is for programs of Argosy alone.")
            return
        try:
            most = None if head.path is None else head.length
        except BadHead:
            await _refuse(writer, 411, "Say how long the body is: only then it is passed on.")
            return
        try:
            connection = await dial(self._policy, head.host, head.port)
        except (ForbiddenAddress, FetchFailed) as error:
            await _refuse(writer, _status(error), error.message, error.code)
            return
        outside = await asyncio.open_connection(sock=connection)
        try:
            if head.path is None:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                outside[1].write(head.passed_on())
            await Relay().carry((reader, writer), outside, most=most)
        finally:
            await _close(outside[1])

    def _knows(self, head: Head) -> bool:
        said = (head.header("proxy-authorization") or "").encode("latin-1", "replace")
        return hmac.compare_digest(said, self.authorization.encode())


def _status(error: ArgosyError) -> int:
    if isinstance(error, ForbiddenAddress):
        return 403
    return 504 if error.code is ErrorCode.TIMED_OUT else 502


async def _refuse(
    writer: StreamWriter, status: int, message: str, code: ErrorCode | None = None
) -> None:
    body = message.encode()
    lines = [
        f"HTTP/1.1 {status} {REASONS[status]}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if status == 407:
        lines.append('Proxy-Authenticate: Basic realm="argosy"')
    if code is not None:
        lines.append(f"{CODE_HEADER}: {code.value}")
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    await writer.drain()


async def _close(writer: StreamWriter) -> None:
    writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            await writer.wait_closed()
