"""Talking to a running server, the way any other client does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from argosy.cli.whereabouts import ServerAway, ServerTroubled, Whereabouts
from argosy.presence import Presence
from services.errors import ArgosyError, Forbidden, InvalidInput, Unauthorized
from services.text import plain, plain_content

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"
SUBPROTOCOL = "graphql-transport-ws"
ANSWER_SECONDS = 60.0
CONNECT_SECONDS = 10.0
HEARTBEAT_SECONDS = 20.0
# The closing codes after which another try would end the same way.
KEY_REFUSED = frozenset({4401, 4403})
FINAL_CLOSES = KEY_REFUSED | {4400, 4406, 4409}


class NotArgosy(ServerAway):
    """Something else answers there: a stranger, or what stands before a server that is away."""


class TooMany(ArgosyError):
    """The server does not take so many subscriptions over one connection."""


KINDS: dict[str, type[ArgosyError]] = {
    "UNAUTHORIZED": Unauthorized,
    "FORBIDDEN": Forbidden,
    "INVALID_INPUT": InvalidInput,
    "LIMIT_REACHED": TooMany,
    "RATE_LIMITED": ServerTroubled,  # nothing was done of what was asked, and it passes
    "UNAVAILABLE": ServerTroubled,  # as it says while it is stopping, too
}


@cache
def operation(name: str) -> str:
    """Return the document of that name."""
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Followed:
    """A subscription: its document, the field of it, and what is asked."""

    operation: str
    field: str
    variables: Mapping[str, object]


class Client:
    """One user of one server."""

    def __init__(self, whereabouts: Whereabouts) -> None:
        self._whereabouts = whereabouts

    async def ask(self, name: str, field: str, **variables: object) -> dict[str, Any]:
        """Run a query or mutation and return what `field` of its data holds.

        Raises what the server answers as an `ArgosyError`, `ServerAway` if it does not.
        """
        there = self._whereabouts.find()
        body = orjson.dumps({"query": operation(name), "variables": variables})
        headers = {"Authorization": f"Bearer {there.key}", "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(
                    f"{there.url}/graphql", data=body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                text = await answer.read()
        except (aiohttp.ClientError, OSError) as error:
            raise _away(there, error) from error
        if "Location" in answer.headers:
            message = f"{there.url} leads on to {plain(answer.headers['Location'])}: give that"
            raise NotArgosy(message)
        return _field(_read(text, there), field, there)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator["Socket"]:
        """Give an acknowledged connection for subscriptions; raise `ServerAway`."""
        there = self._whereabouts.find()
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
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
            raise _away(there, error) from error


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

    async def follow(self, wanted: Mapping[str, Followed]) -> AsyncIterator[tuple[str, Any]]:
        """Yield what is told by all these subscriptions until each has ended, with its name.

        Raises `TooMany` if the server does not take so many.
        """
        for name, each in wanted.items():
            payload = {"query": operation(each.operation), "variables": each.variables}
            await self._send({"type": "subscribe", "id": name, "payload": payload})
        running = set(wanted)
        while running:
            message = await self._receive()
            name = message.get("id", "")
            match message["type"]:
                case "next" if name in wanted:
                    field = wanted[name].field
                    yield name, _field(message.get("payload"), field, self._there)
                case "error":
                    raise _error(message.get("payload"), self._there)
                case "complete":
                    running.discard(name)

    async def _send(self, message: object) -> None:
        await self._connection.send_str(orjson.dumps(message).decode())

    async def _receive(self) -> dict[str, Any]:
        while True:
            message = await self._connection.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                content = _read(message.data, self._there)
                if not isinstance(content, dict) or "type" not in content:
                    raise _stranger(self._there)
                if content["type"] != "ping":
                    return content
                await self._send({"type": "pong"})
            elif (code := self._connection.close_code) in FINAL_CLOSES:
                text = f"{self._there.url} refused: {plain(message.extra or '') or 'wrong key'}"
                raise Unauthorized(text) if code in KEY_REFUSED else ArgosyError(text)
            else:
                raise _away(self._there)


def _away(there: Presence, error: Exception | None = None) -> ServerAway:
    if isinstance(error, aiohttp.ClientSSLError):
        return ServerAway(f"no secure connection to {there.url}. Is it http:// there?")
    if error is None or isinstance(error, aiohttp.ClientConnectionError | OSError):
        return ServerAway(f"no answer from {there.url}. Is the server running?")
    return _stranger(there)


def _stranger(there: Presence) -> NotArgosy:
    return NotArgosy(f"something answers at {there.url}, but not Argosy. Is the address right?")


def _read(text: str | bytes, there: Presence) -> Any:
    try:
        return plain_content(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise _stranger(there) from error


def _field(content: Any, name: str, there: Presence) -> dict[str, Any]:
    """Return the field of that name in a GraphQL answer, or raise what went wrong instead."""
    if isinstance(content, dict) and content.get("errors"):
        raise _error(content["errors"], there)
    data = content.get("data") if isinstance(content, dict) else None
    value = data.get(name) if isinstance(data, dict) else None
    if not isinstance(value, dict):
        raise _stranger(there)
    return value


def _error(errors: Any, there: Presence) -> ArgosyError:
    try:
        first = errors[0]
        text = f"{there.url}: {first['message']}"
        code = str((first.get("extensions") or {}).get("code"))
    except (LookupError, TypeError, AttributeError):
        return _stranger(there)
    return KINDS.get(code, ArgosyError)(text)
