"""Talking to a running server, the way any other client does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from argosy import presence
from argosy.cli.setting import settings_or_exit
from argosy.presence import Presence
from services.errors import ArgosyError, Unauthorized, Unavailable

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"
SUBPROTOCOL = "graphql-transport-ws"
ANSWER_SECONDS = 60.0
HEARTBEAT_SECONDS = 20.0
# The closing codes after which another try would end the same way.
FINAL_CLOSES = frozenset({4400, 4401, 4403, 4406, 4409})

NO_SERVER = (
    "no server runs on this machine with the data folder {folder}. Start one with ./run, or say "
    "where it is with --server and --key (ARGOSY_URL, ARGOSY_KEY)"
)


class ServerAway(Unavailable):
    """The server does not answer now; it may be starting again."""


@cache
def operation(name: str) -> str:
    """Return the document of that name."""
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


class Client:
    """One user of one server. Finds the server anew each time, for it may have moved."""

    def __init__(self, *, server: str | None, key: str | None, data_dir: str | None) -> None:
        self._server = server
        self._key = key
        self._data_dir = data_dir

    def where(self) -> Presence:
        """Return where the server is and with which key; raise `ServerAway` if nobody knows."""
        if self._server and self._key:
            return Presence(self._server.rstrip("/"), self._key)
        folder = settings_or_exit(data_dir=self._data_dir).data_dir
        found = presence.find(folder)
        if found is None:
            if self._server or self._key:
                message = "give both --server and --key (or ARGOSY_URL and ARGOSY_KEY)"
                raise Unauthorized(message)
            raise ServerAway(NO_SERVER.format(folder=folder))
        url = (self._server or found.url).rstrip("/")
        # The key that lies here is this machine's server's: no other gets to see it.
        if url != found.url and not self._key:
            message = f"a key for {url} is needed: --key or ARGOSY_KEY"
            raise Unauthorized(message)
        return Presence(url, self._key or found.key)

    async def ask(self, name: str, **variables: object) -> dict[str, Any]:
        """Run a query or mutation and return its data."""
        there = self.where()
        body = orjson.dumps({"query": operation(name), "variables": variables})
        headers = {"Authorization": f"Bearer {there.key}", "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(f"{there.url}/graphql", data=body, headers=headers) as answer,
            ):
                content = await answer.json(content_type=None, loads=orjson.loads)
        except (aiohttp.ClientError, TimeoutError, OSError, orjson.JSONDecodeError) as error:
            raise _away(there) from error
        return _data(content, there)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator["Socket"]:
        """Give an acknowledged connection for subscriptions; raise `ServerAway`."""
        there = self.where()
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.ws_connect(
                    f"{there.url}/graphql",
                    protocols=(SUBPROTOCOL,),
                    heartbeat=HEARTBEAT_SECONDS,
                ) as connection,
            ):
                socket = Socket(connection, there)
                await socket.initialise()
                yield socket
        except (aiohttp.ClientError, OSError) as error:
            raise _away(there) from error


class Socket:
    """A connection over which subscriptions run."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse, there: Presence) -> None:
        self._connection = connection
        self._there = there

    async def initialise(self) -> None:
        """Say who we are and wait until that is acknowledged."""
        payload = {"Authorization": f"Bearer {self._there.key}"}
        await self._send({"type": "connection_init", "payload": payload})
        async with asyncio.timeout(ANSWER_SECONDS):
            while (await self._receive())["type"] != "connection_ack":
                pass

    async def progress(self, task_ids: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
        """Yield the progress of all these tasks until each has ended."""
        for task_id in task_ids:
            payload = {"query": operation("task_progress"), "variables": {"taskId": task_id}}
            await self._send({"type": "subscribe", "id": task_id, "payload": payload})
        running = set(task_ids)
        while running:
            message = await self._receive()
            match message["type"]:
                case "next":
                    yield _data(message["payload"], self._there)["taskProgress"]
                case "error":
                    raise _error(message["payload"], self._there)
                case "complete":
                    running.discard(message["id"])

    async def _send(self, message: object) -> None:
        await self._connection.send_str(orjson.dumps(message).decode())

    async def _receive(self) -> dict[str, Any]:
        while True:
            message = await self._connection.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                content: dict[str, Any] = orjson.loads(message.data)
                if content["type"] != "ping":
                    return content
                await self._send({"type": "pong"})
            elif self._connection.close_code in FINAL_CLOSES:
                message_text = f"{self._there.url} refused: {message.extra or 'wrong key'}"
                raise Unauthorized(message_text)
            else:
                raise _away(self._there)


def _away(there: Presence) -> ServerAway:
    return ServerAway(f"no answer from {there.url}. Is the server running?")


def _data(content: object, there: Presence) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise _away(there)
    if content.get("errors"):
        raise _error(content["errors"], there)
    data: dict[str, Any] = content.get("data") or {}
    return data


def _error(errors: Any, there: Presence) -> ArgosyError:
    first = errors[0]
    text = f"{there.url}: {first.get('message')}"
    code = first.get("extensions", {}).get("code")
    return Unauthorized(text) if code == "UNAUTHORIZED" else ArgosyError(text)
