"""A web server that is wrong in whatever way a test asks for, and hears everything.

What is said at a path comes from a behaviour (see `tests.fakes.fault_behaviours`): a function
from the request to a `Reply`. Connections are kept open between two requests and there may be
any number of them. The server has a second port, which is another origin with the same paths.
"""

import asyncio
import fcntl
import socket
import ssl
import struct
import termios
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from types import TracebackType
from typing import Self

BLOCK = 16 * 1024
NO_LINGER = struct.pack("ii", 1, 0)  # close() sends a reset then


class Then(Enum):
    """What becomes of the connection behind an answer."""

    KEEP = auto()  # it waits for another request
    CLOSE = auto()
    RESET = auto()
    HOLD = auto()  # nothing more is said, and nothing heard


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `number` counts those for its path, `at_once` those under way there, from 1."""

    method: str
    target: str
    headers: Mapping[str, str]  # names in small letters
    port: int
    number: int
    at_once: int
    connection: int  # counted from 1

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def span(self, size: int) -> tuple[int, int] | None:
        """Return which of `size` bytes are asked for, the second number one past the last."""
        asked = self.headers.get("range", "").removeprefix("bytes=")
        if not asked:
            return None
        first, _, last = asked.partition("-")
        return int(first), min(int(last) + 1, size) if last else size


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. A Content-Length is added unless the headers say how the body ends.

    In the headers, `{here}`, `{other}`, `{port}` and the server's `words` are filled in.
    """

    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    cut: int | None = None  # only so many bytes of the body are sent
    then: Then = Then.KEEP
    block: int = BLOCK  # bytes that are sent at once
    pause: float = 0.0  # seconds between two blocks
    endless: bool = False  # the body is sent again and again
    raw: bytes | None = None  # said in place of the head
    before: bytes = b""  # said in front of the head
    behind: bytes = b""  # said behind the body

    def head(self, words: Mapping[str, str]) -> bytes:
        """Return all that comes before the body."""
        if self.raw is not None:
            return self.before + self.raw
        lines = [f"HTTP/1.1 {self.status}", *self.headers]
        ends = ("content-length", "transfer-encoding", "connection: close")
        if not any(line.lower().startswith(ends) for line in self.headers):
            lines.append(f"Content-Length: {len(self.body)}")
        text = "\r\n".join([*lines, "", ""])
        for word, value in words.items():
            text = text.replace(f"{{{word}}}", value)
        return self.before + text.encode("utf-8", "surrogateescape")


Behaviour = Callable[[Request], Reply]


@dataclass(slots=True)
class Heard:
    """One request that came, and how many bytes of a body were sent for it."""

    method: str
    target: str
    headers: Mapping[str, str]
    port: int
    sent: int = 0

    @property
    def range(self) -> str | None:
        return self.headers.get("range")


@dataclass(slots=True)
class _Counts:
    requests: Counter[str] = field(default_factory=Counter)
    open: set[tuple[str, asyncio.StreamReader]] = field(default_factory=set)
    connections: int = 0

    def at_once(self, path: str) -> int:
        """Return how many are being answered at `path`, without those who have gone."""
        return sum(at == path and not reader.at_eof() for at, reader in self.open)


class FaultServer:
    """Answers on two ports of 127.0.0.1.

    What is not in `says` is answered by what is said at `*` there, or by 404.
    """

    port: int  # from the start of the `async with` block on
    other_port: int

    def __init__(
        self,
        says: Mapping[str, Behaviour],
        *,
        words: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.says = dict(says)
        self.words = dict(words or {})
        self.heard: list[Heard] = []
        self._tls = tls
        self._counts = _Counts()
        self._talks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []

    @property
    def url(self) -> str:
        return self._url(self.port)

    @property
    def sent(self) -> int:
        """How many bytes of bodies were sent."""
        return sum(heard.sent for heard in self.heard)

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return self._counts.connections

    def _url(self, port: int) -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{port}"

    async def __aenter__(self) -> Self:
        for _ in range(2):
            server = await asyncio.start_server(
                self._meet, "127.0.0.1", 0, ssl=self._tls, limit=1 << 20
            )
            self._servers.append(server)
        self.port, self.other_port = (s.sockets[0].getsockname()[1] for s in self._servers)
        self.words |= {
            "here": self.url,
            "other": self._url(self.other_port),
            "port": str(self.port),
        }
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._counts.connections += 1
        talk = asyncio.create_task(self._talk(reader, writer, self._counts.connections))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        try:
            while await self._exchange(reader, writer, connection) is Then.KEEP:
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side has gone
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> Then:
        head = await reader.readuntil(b"\r\n\r\n")
        port = writer.get_extra_info("sockname")[1]
        method, target, headers = _read(head)
        heard = Heard(method, target, headers, port)
        self.heard.append(heard)
        path = target.partition("?")[0]
        counts = self._counts
        counts.requests[path] += 1
        counts.open.add((path, reader))
        try:
            request = Request(
                method,
                target,
                headers,
                port,
                counts.requests[path],
                counts.at_once(path),
                connection,
            )
            reply = self.says.get(path, self.says.get("*", _missing))(request)
            writer.write(reply.head(self.words))
            await _send(reply, heard, writer)
            if reply.then is Then.HOLD:
                await reader.read()  # until the other side has gone
        finally:
            counts.open.discard((path, reader))
        if reply.then is Then.RESET:
            await _reset(writer)
        return reply.then


def _missing(_: Request) -> Reply:
    return Reply("404 Not Found")


def _read(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.split(":", 1) for line in lines if line)
    return method, target, {name.lower(): value.strip() for name, value in pairs}


async def _send(reply: Reply, heard: Heard, writer: asyncio.StreamWriter) -> None:
    if heard.method != "HEAD":
        await _send_body(reply, heard, writer)
    if reply.behind:
        writer.write(reply.behind)
    await writer.drain()


async def _send_body(reply: Reply, heard: Heard, writer: asyncio.StreamWriter) -> None:
    body = memoryview(reply.body)[: reply.cut]
    while True:
        for at in range(0, len(body), reply.block):
            block = body[at : at + reply.block]
            writer.write(block)
            await writer.drain()
            heard.sent += len(block)
            if reply.pause or reply.endless:
                await asyncio.sleep(reply.pause)
        if not reply.endless:
            return


async def _reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection when all that was sent has arrived: a reset drops the rest."""
    sock: socket.socket = writer.get_extra_info("socket")
    while _on_its_way(sock) or writer.transport.get_write_buffer_size():
        await asyncio.sleep(0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()


def _on_its_way(sock: socket.socket) -> int:
    """Return how many bytes the other side has not taken (SIOCOUTQ)."""
    counted = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
    return int(struct.unpack("i", counted)[0])
