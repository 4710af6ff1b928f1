"""A way to an origin that can be cut: then connections are refused, or reset."""

import asyncio
import socket
import struct
import threading
from contextlib import suppress
from enum import Enum, auto
from types import TracebackType
from typing import Self

from tests.end_to_end.program import Program

NO_LINGER = struct.pack("ii", 1, 0)  # close() sends a reset then
BLOCK = 64 * 1024
ADD = """
    mutation($urls: [String!]!) {
      addDownloads(input: {urls: $urls, options: {retryInterval: 0.5, connections: 1}}) {
        errors { code message }
      }
    }
"""


def add_patient(program: Program, *urls: str) -> None:
    """Add downloads that are tried again soon when they fail."""
    answer = program.ask(ADD, urls=list(urls))
    assert answer["data"] == {"addDownloads": {"errors": []}}


class Way(Enum):
    """What becomes of a new connection."""

    OPEN = auto()
    REFUSED = auto()
    RESET = auto()


class Link:
    """Forwards to a port of 127.0.0.1, in a thread of its own. Use it in a `with` block."""

    def __init__(self, target: int) -> None:
        self.resets = 0
        self._target = target
        self._way = Way.OPEN
        # Never listens, and keeps the port ours while nobody does.
        self._guard = _bound(0)
        self.port = int(self._guard.getsockname()[1])
        self._server: asyncio.Server | None = None
        self._transports: set[asyncio.WriteTransport] = set()
        self._talks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def url(self, path: str) -> str:
        """Return the URL of what the origin has at `path`, by this way."""
        return f"http://127.0.0.1:{self.port}{path}"

    def go(self, way: Way) -> None:
        """Cut what is connected, and have new connections go that way."""
        self._do(way)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(Way.OPEN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._do(Way.REFUSED)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._guard.close()

    def _do(self, way: Way) -> None:
        asyncio.run_coroutine_threadsafe(self._go(way), self._loop).result(10)

    async def _go(self, way: Way) -> None:
        self._way = way
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in self._transports:
            _reset(transport)
        await asyncio.gather(*self._talks, return_exceptions=True)
        if way is not Way.REFUSED:
            self._server = await asyncio.start_server(self._meet, sock=_bound(self.port))

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._way is Way.RESET:
            self.resets += 1
            _reset(writer.transport)
            return
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beyond, across = await asyncio.open_connection("127.0.0.1", self._target)
        pair = {writer.transport, across.transport}
        self._transports |= pair
        try:
            await asyncio.gather(_pump(reader, across), _pump(beyond, writer))
        finally:
            self._transports -= pair
            writer.close()
            across.close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def _reset(transport: asyncio.WriteTransport) -> None:
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while block := await reader.read(BLOCK):
            writer.write(block)
            await writer.drain()
    writer.close()
