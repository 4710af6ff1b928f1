"""Clients that send bytes as they please, and what the server makes of their connections."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

from argosy.http.connection import Connection
from tests.integration.http.running import KEY, PATIENCE_SECONDS, Running, until

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
POST = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Authorization: Bearer " + KEY.encode() + b"\r\n"
)
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
QUERY = b'{"query": "{ viewer { name } }"}'
MUCH = 20_000_000  # bytes; far more than the buffers between client and server take


@dataclass(frozen=True, slots=True)
class Client:
    """A client that sends what it is told to, whether or not it makes sense."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def flood(self, data: bytes) -> int:
        """Send `data` again and again until the server has enough; return how many bytes."""
        sent = 0
        try:
            while sent < MUCH:
                await self.send(data)
                sent += len(data)
        except ConnectionError:
            pass
        return sent

    async def answer(self) -> tuple[int, bytes]:
        """Return the status and the body of the next answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in head.splitlines()
                if line.lower().startswith(b"content-length:")
            )
            return int(head.split()[1]), await self.reader.readexactly(length)

    async def end(self) -> bytes:
        """Return what still comes until the server closes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.read()


@asynccontextmanager
async def connected(argosy: Running) -> AsyncIterator[Client]:
    port = argosy.server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()


def connections(argosy: Running) -> list[Connection]:
    return [c for c in argosy.server.server_state.connections if isinstance(c, Connection)]


async def gone(argosy: Running) -> None:
    """Wait until the server holds no connection and works for none."""
    state = argosy.server.server_state
    await until(lambda: not state.connections and not state.tasks)


def loud(logs: Iterable[Mapping[str, object]]) -> list[object]:
    """Return what an operator reads of the log."""
    return [line["event"] for line in logs if line["log_level"] != "debug"]


def code_of(body: bytes) -> str:
    return str(orjson.loads(body)["error"]["code"])
