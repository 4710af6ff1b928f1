"""An HTTP server that gives parts of one file, and has manners of its own for each request."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

BLOCK = 64 << 10


@dataclass(frozen=True, slots=True)
class Ask:
    """What was asked, over which connection; all are counted from 0."""

    number: int
    connection: int
    start: int
    end: int | None  # one past the last byte; None is the end of the file
    condition: str | None  # of If-Range


@dataclass(frozen=True, slots=True)
class Manner:
    """How one request is answered.

    `pause` is in seconds and lies between two blocks. After `sends` bytes of the body nothing
    more comes until `until` is set, or the connection ends if it `breaks`.
    """

    body: bytes
    etag: str | None = '"one"'
    status: str | None = None  # an error in place of the file
    headers: tuple[str, ...] = ()
    minds_condition: bool = True
    knows_ranges: bool = True
    sends: int | None = None
    until: asyncio.Event | None = None
    breaks: bool = False
    pause: float | None = None
    extra: bytes = b""  # said after the body, though nothing announced it


@dataclass
class Ranged:
    """The server, on 127.0.0.1. `manner` says how a request is answered."""

    manner: Callable[[Ask], Manner]
    tls: ssl.SSLContext | None = None
    port: int = 0  # any, until it listens
    asked: list[Ask] = field(default_factory=list)
    connections: int = 0
    busiest: int = 0  # most requests that were being answered at once
    _busy: set[asyncio.StreamWriter] = field(default_factory=set)
    _talks: set[asyncio.Task[None]] = field(default_factory=set)
    _crowds: dict[int, asyncio.Event] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}/a.bin"

    def crowd(self, count: int) -> asyncio.Event:
        """Return what is set once there have been so many requests."""
        crowd = self._crowds.setdefault(count, asyncio.Event())
        if len(self.asked) >= count:
            crowd.set()
        return crowd

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(reader, writer, self.connections))
        self.connections += 1
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        try:
            while True:
                ask = self._note(await reader.readuntil(b"\r\n\r\n"), connection)
                if not await self._answer(ask, writer):
                    return
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass  # the other side has gone
        finally:
            writer.transport.abort()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    def _note(self, head: bytes, connection: int) -> Ask:
        lines = (line.partition(": ") for line in head.decode().split("\r\n"))
        headers = {name.lower(): value for name, _, value in lines}
        first, _, last = headers.get("range", "bytes=0-").removeprefix("bytes=").partition("-")
        end = int(last) + 1 if last else None
        condition = headers.get("if-range")
        ask = Ask(len(self.asked), connection, int(first), end, condition)
        self.asked.append(ask)
        for count, crowd in self._crowds.items():
            if len(self.asked) >= count:
                crowd.set()
        return ask

    async def _answer(self, ask: Ask, writer: asyncio.StreamWriter) -> bool:
        """Answer; return whether the connection goes on."""
        manner = self.manner(ask)
        if manner.status is not None:
            lines = [f"HTTP/1.1 {manner.status}", "Content-Length: 0", *manner.headers, "", ""]
            writer.write("\r\n".join(lines).encode())
            return True
        start, end = _part(ask, manner)
        writer.write(_head(manner, start, end))
        self._busy.add(writer)
        # Whoever has hung up is not asking any more, though their answer is still being written.
        there = sum(not other.transport.is_closing() for other in self._busy)
        self.busiest = max(self.busiest, there)
        try:
            return await self._send(manner, start, end, writer)
        finally:
            self._busy.discard(writer)

    async def _send(
        self, manner: Manner, start: int, end: int, writer: asyncio.StreamWriter
    ) -> bool:
        hold = start if manner.sends is None else min(end, start + manner.sends)
        await self._write(manner, start, hold, writer)
        if manner.sends is not None and hold < end:
            if manner.breaks:
                return False
            await (manner.until or asyncio.Event()).wait()
        await self._write(manner, hold, end, writer, manner.extra)
        return True

    async def _write(
        self,
        manner: Manner,
        start: int,
        end: int,
        writer: asyncio.StreamWriter,
        extra: bytes = b"",
    ) -> None:
        for at in range(start, end, BLOCK):
            # What is extra goes along with the last block, so that they are read together.
            more = extra if at + BLOCK >= end else b""
            writer.write(manner.body[at : min(end, at + BLOCK)] + more)
            await writer.drain()
            if manner.pause is not None:
                await asyncio.sleep(manner.pause)


def _part(ask: Ask, manner: Manner) -> tuple[int, int]:
    """Return which bytes are sent to whoever asks that."""
    is_met = not manner.minds_condition or ask.condition in {None, manner.etag}
    if not manner.knows_ranges or not is_met:
        return 0, len(manner.body)
    return ask.start, min(len(manner.body), ask.end or len(manner.body))


def _head(manner: Manner, start: int, end: int) -> bytes:
    total = len(manner.body)
    lines = [f"Content-Length: {end - start}", *manner.headers]
    if manner.etag is not None:
        lines.append(f"ETag: {manner.etag}")
    if end - start == total:
        first = "HTTP/1.1 200 OK"
    else:
        first = "HTTP/1.1 206 Partial Content"
        lines.append(f"Content-Range: bytes {start}-{end - 1}/{total}")
    return "\r\n".join([first, *lines, "", ""]).encode()
