"""A client of WebSockets that writes its frames by hand, right or wrong."""

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from tests.integration.http.running import KEY, PATIENCE_SECONDS, Running

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
SUBPROTOCOL = "graphql-transport-ws"
MASK = b"\x0f\xf0\x55\xaa"


def frame(
    data: bytes | str = b"",
    opcode: int = TEXT,
    *,
    fin: bool = True,
    reserved: int = 0,
    is_masked: bool = True,
    length: bytes | None = None,
) -> bytes:
    """Return a frame; `length` is what it says of its length, in place of what is so."""
    content = data.encode() if isinstance(data, str) else data
    said = _length(len(content)) if length is None else length
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    head = bytes([first, (0x80 if is_masked else 0) | said[0]]) + said[1:]
    return head + (MASK + masked(content) if is_masked else content)


def message(content: object) -> bytes:
    """Return a frame with a message: text as it is, everything else as JSON."""
    return frame(content if isinstance(content, str) else orjson.dumps(content).decode())


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    """Return a close frame."""
    return frame((b"" if code is None else code.to_bytes(2, "big")) + reason, CLOSE)


def masked(content: bytes) -> bytes:
    mask = (MASK * (len(content) // 4 + 1))[: len(content)]
    return (int.from_bytes(content, "big") ^ int.from_bytes(mask, "big")).to_bytes(
        len(content), "big"
    )


def _length(number: int) -> bytes:
    if number < 126:
        return bytes([number])
    if number < 1 << 16:
        return b"\x7e" + number.to_bytes(2, "big")
    return b"\x7f" + number.to_bytes(8, "big")


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame from the server."""

    opcode: int
    data: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.data)

    @property
    def code(self) -> int:
        """Of a close frame, its code."""
        assert self.opcode == CLOSE, self
        return int.from_bytes(self.data[:2], "big")

    @property
    def reason(self) -> str:
        """Of a close frame, its reason."""
        assert self.opcode == CLOSE, self
        return self.data[2:].decode()


class RawSocket:
    """A connection on which every byte is the test's own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        """Send bytes as they are, as far as the server still takes them."""
        try:
            for piece in pieces:
                self.writer.write(piece)
                await self.writer.drain()
        except ConnectionError:
            pass  # what it said before can be heard all the same

    async def say(self, *contents: object) -> None:
        """Send messages."""
        await self.send(*map(message, contents))

    async def shake_hands(self, *protocols: str, **headers: str) -> int:
        """Ask for a WebSocket and return the status of the answer."""
        asked = {
            "Host": "127.0.0.1",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **({"Sec-WebSocket-Protocol": ", ".join(protocols)} if protocols else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
        await self.send(f"GET /graphql HTTP/1.1\r\n{lines}\r\n".encode("latin-1"))
        return int((await self.head()).split()[1])

    async def head(self) -> bytes:
        """Return the head of an answer over HTTP."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._reader.readuntil(b"\r\n\r\n")

    async def init(self, key: str = KEY) -> None:
        """Begin a conversation, and wait for the acknowledgement."""
        await self.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {key}"}})
        assert (await self.hear()).json == {"type": "connection_ack"}

    async def hear(self) -> Heard:
        """Return the next frame."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            first, length = await self._reader.readexactly(2)
            assert first & 0x70 == 0, "reserved bits"
            if length >= 126:
                size = 2 if length == 126 else 8
                length = int.from_bytes(await self._reader.readexactly(size), "big")
            return Heard(first & 0x0F, await self._reader.readexactly(length))

    async def hear_close(self) -> Heard:
        """Return the close frame, which may come after others, and nothing after it."""
        while (heard := await self.hear()).opcode != CLOSE:
            pass
        return heard

    async def rest(self) -> bytes:
        """Return what still comes until the server closes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._reader.read()


@asynccontextmanager
async def dialled(argosy: Running, *, room: int | None = None) -> AsyncIterator[RawSocket]:
    """Give a connection on which nothing was said yet; `room` is what it takes unread."""
    made = socket.socket()
    if room is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    made.setblocking(False)
    address = argosy.server.servers[0].sockets[0].getsockname()
    await asyncio.get_running_loop().sock_connect(made, address)
    reader, writer = await asyncio.open_connection(sock=made, limit=room or 1 << 16)
    try:
        yield RawSocket(reader, writer)
    finally:
        writer.transport.abort()


@asynccontextmanager
async def opened(
    argosy: Running, protocol: str = SUBPROTOCOL, *, room: int | None = None
) -> AsyncIterator[RawSocket]:
    """Give a WebSocket on which nothing was said yet."""
    async with dialled(argosy, room=room) as raw:
        assert await raw.shake_hands(protocol) == 101
        yield raw
