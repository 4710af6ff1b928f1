"""Asking a row as a caller, by each way that there is."""

from typing import Any

import aiohttp
import orjson
from graphql import GraphQLSchema

from tests.contracts.ownership.answers import Heard
from tests.contracts.ownership.documents import document
from tests.contracts.ownership.rows import Row, Values, World
from tests.integration.http.running import PATIENCE_SECONDS, Answer
from tests.integration.http.talking import Socket, connected

NOT_LET_IN = frozenset({4401, 4403})


def question(schema: GraphQLSchema, row: Row, values: Values) -> dict[str, Any]:
    """Return what is sent."""
    return {"query": document(schema, row.field, values, row.on), "variables": dict(values)}


async def over_http(schema: GraphQLSchema, row: Row, world: World, values: Values) -> Heard:
    """Ask once, and return the answer."""
    asked = question(schema, row, values)
    return _heard(world, await world.argosy.post(asked, key=world.key, accept="application/json"))


async def over_sse(schema: GraphQLSchema, row: Row, world: World, values: Values) -> Heard:
    """Follow, and return what comes first."""
    headers = {"Accept": "text/event-stream", "Content-Type": "application/json"}
    if world.key is not None:
        headers["Authorization"] = f"Bearer {world.key}"
    body = orjson.dumps(question(schema, row, values))
    async with world.argosy.session.post(
        f"{world.argosy.url}/graphql", data=body, headers=headers
    ) as answer:
        if answer.content_type != "text/event-stream":
            return _heard(world, Answer(answer.status, answer.headers, await answer.read()))
        async for line in answer.content:
            if line.startswith(b"data: ") and line.strip() != b"data:":
                return _read(world, answer.status, line.removeprefix(b"data: "))
    message = "the stream ended without a word"
    raise AssertionError(message)


async def over_websocket(schema: GraphQLSchema, row: Row, world: World, values: Values) -> Heard:
    """Follow, and return what comes first."""
    async with connected(world.argosy) as socket:
        payload = {} if world.key is None else {"Authorization": f"Bearer {world.key}"}
        await socket.say({"type": "connection_init", "payload": payload})
        message = await _hear(socket)
        if message.type is not aiohttp.WSMsgType.TEXT:
            code, reason = socket.connection.close_code, str(message.extra)
            assert code in NOT_LET_IN, (code, reason)
            return Heard(401, reason, None, (("UNAUTHORIZED", reason),), ())
        asked = question(schema, row, values)
        await socket.say({"type": "subscribe", "id": "a", "payload": asked})
        message = await _hear(socket)
        said = orjson.loads(message.data)
        content = {"errors": said["payload"]} if said["type"] == "error" else said["payload"]
        return _read(world, 200, orjson.dumps(content))


async def _hear(socket: Socket) -> aiohttp.WSMessage:
    return await socket.connection.receive(timeout=PATIENCE_SECONDS)


def _heard(world: World, answer: Answer) -> Heard:
    return _read(world, answer.status, answer.body)


def _read(world: World, status: int, body: bytes) -> Heard:
    content, text = orjson.loads(body), body.decode()
    data = content.get("data") if isinstance(content, dict) else None
    found = content.get("errors", []) if isinstance(content, dict) else []
    errors = [(error["extensions"]["code"], error["message"]) for error in found]
    for payload in (data or {}).values():
        told = payload.get("errors", []) if isinstance(payload, dict) else []
        errors += [(error["code"], error["message"]) for error in told]
    traces = tuple(trace for trace in world.traces if trace in text)
    return Heard(status, text, data, tuple(errors), traces)
