"""A client of graphql-transport-ws that sends exactly what it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from tests.integration.http.running import KEY, PATIENCE_SECONDS, Running

SUBPROTOCOL = "graphql-transport-ws"


@dataclass(frozen=True, slots=True)
class Closed:
    """How the server closed the socket; 1006 if it did so without a word."""

    code: int | None
    reason: str | None


class Socket:
    """An open socket."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self.connection = connection

    async def say(self, *messages: object) -> None:
        """Send messages: bytes and text as they are, everything else as JSON."""
        for message in messages:
            if isinstance(message, bytes):
                await self.connection.send_bytes(message)
            elif isinstance(message, str):
                await self.connection.send_str(message)
            else:
                await self.connection.send_str(orjson.dumps(message).decode())

    async def subscribe(self, key: str, query: str, **variables: object) -> None:
        """Start an operation."""
        payload = {"query": query, "variables": variables}
        await self.say({"type": "subscribe", "id": key, "payload": payload})

    async def hear(self) -> Any:
        """Return the next message."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self.connection.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return orjson.loads(message.data)

    async def hear_next(self, key: str) -> Any:
        """Return the data of the next message, which is a `next` for `key`."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("next", key), message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def hear_error(self, key: str) -> Any:
        """Return the one error of the next message, which is an `error` for `key`."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("error", key), message
        (error,) = message["payload"]
        return error

    async def hear_close(self) -> Closed:
        """Return how the socket is closed, which is the next thing to happen."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self.connection.receive()
        assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}, message
        return Closed(self.connection.close_code, message.extra)

    def vanish(self) -> None:
        """Be gone without a word, as after a power cut."""
        self.connection._writer.transport.abort()


@asynccontextmanager
async def connected(
    argosy: Running, *, protocol: str | None = SUBPROTOCOL, **headers: str
) -> AsyncIterator[Socket]:
    """Give a socket on which nothing was said yet."""
    protocols = () if protocol is None else (protocol,)
    async with argosy.session.ws_connect(
        f"{argosy.url}/graphql", protocols=protocols, headers=headers
    ) as connection:
        yield Socket(connection)


@asynccontextmanager
async def acknowledged(argosy: Running, key: str = KEY) -> AsyncIterator[Socket]:
    """Give a socket on which operations can be started."""
    async with connected(argosy) as socket:
        payload = {"Authorization": f"Bearer {key}"}
        await socket.say({"type": "connection_init", "payload": payload})
        assert await socket.hear() == {"type": "connection_ack"}
        yield socket
