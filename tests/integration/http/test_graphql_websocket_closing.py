"""GraphQL over a WebSocket: how sockets end, always with a code that says why."""

import asyncio

import orjson
import pytest
from structlog.testing import capture_logs

from tests.integration.http.running import KEY, Running, until
from tests.integration.http.talking import Closed, acknowledged, connected

LARGEST = 256 * 1024
QUERY = {"query": "{ viewer { name } }"}
PROGRESS = "subscription($id: ID!) { taskProgress(taskId: $id) { progress } }"

NOT_JSON = "The message is not JSON: "
TOO_DEEP = "The message is nested deeper than 64 levels."
NO_OBJECT = "The message is not an object"
NO_TYPE = "The type of the message is not known"
NO_ID = "The message has no id of 1 to 256 letters"
NO_PAYLOAD = "The payload of the message is not an object"
NO_PART = (
    "The payload has the unknown field 'x'; known are query, operationName, variables, extensions."
)
NO_QUERY = "The payload has no `query` with a GraphQL document in it."


def subscribe(**changes: object) -> dict[str, object]:
    """Return a message to subscribe, with some of it as it should not be."""
    return {"type": "subscribe", "id": "a", "payload": QUERY, **changes}


MALFORMED = [
    ("", NOT_JSON),
    ("{", NOT_JSON),
    ("hello", NOT_JSON),
    ("[" * 100_000, "The message has more than 10,000 values; send them in several requests."),
    ('{"type": "ping", "payload": {"n": %s}}' % ("1" * 100_000), NOT_JSON),
    ('{"type": "ping", "payload": {"a": %s}}' % ("[" * 63 + "]" * 63), TOO_DEEP),
    ('{"type": "ping", "payload": {"a": %s}}' % ("[" * 300 + "]" * 300), TOO_DEEP),
    ('{"type": "ping", "payload": {"a": %s}}' % ("[" * 1000 + "]" * 1000), TOO_DEEP),
    (b"{}", "Messages are text, this one is binary"),
    (b'{"type": "ping"}', "Messages are text, this one is binary"),
    ("null", NO_OBJECT),
    ("5", NO_OBJECT),
    ('"ping"', NO_OBJECT),
    ([], NO_OBJECT),
    ([{"type": "ping"}], NO_OBJECT),
    ({}, NO_TYPE),
    ({"type": None}, NO_TYPE),
    ({"type": 5}, NO_TYPE),
    ({"type": "hello"}, NO_TYPE),
    ({"type": "PING"}, NO_TYPE),
    ({"type": "start", "id": "a", "payload": QUERY}, NO_TYPE),
    ({"type": "connection_ack"}, NO_TYPE),
    ({"type": "next", "id": "a", "payload": {"data": None}}, NO_TYPE),
    ({"type": "error", "id": "a", "payload": []}, NO_TYPE),
    ({"type": "subscribe", "payload": QUERY}, NO_ID),
    (subscribe(id=None), NO_ID),
    (subscribe(id=""), NO_ID),
    (subscribe(id=1), NO_ID),
    (subscribe(id=["a"]), NO_ID),
    (subscribe(id="a" * 257), NO_ID),
    ({"type": "complete"}, NO_ID),
    ({"type": "complete", "id": 1}, NO_ID),
    ({"type": "subscribe", "id": "a"}, NO_PAYLOAD),
    (subscribe(payload=None), NO_PAYLOAD),
    (subscribe(payload="{ viewer { name } }"), NO_PAYLOAD),
    (subscribe(payload=[QUERY]), NO_PAYLOAD),
    ({"type": "ping", "payload": []}, NO_PAYLOAD),
    ({"type": "pong", "payload": "x"}, NO_PAYLOAD),
    (subscribe(payload={}), NO_QUERY),
    (subscribe(payload={"query": None}), NO_QUERY),
    (subscribe(payload={"query": 5}), NO_QUERY),
    (subscribe(payload={"query": ""}), NO_QUERY),
    (subscribe(payload={**QUERY, "variables": []}), "`variables` is not an object."),
    (subscribe(payload={**QUERY, "variables": "{}"}), "`variables` is not an object."),
    (subscribe(payload={**QUERY, "extensions": []}), "`extensions` is not an object."),
    (subscribe(payload={**QUERY, "operationName": 5}), "`operationName` is not text."),
    (subscribe(payload={**QUERY, "x": 1}), NO_PART),
]


@pytest.mark.parametrize(("message", "reason"), MALFORMED)
async def test_malformed_message_closes_with_4400(
    argosy: Running, message: object, reason: str
) -> None:
    async with acknowledged(argosy) as socket:
        await socket.say(message)

        closed = await socket.hear_close()

    assert closed.code == 4400
    assert closed.reason is not None
    assert closed.reason.startswith(reason)


async def test_ping_is_answered_to_its_depth(argosy: Running) -> None:
    payload = orjson.loads('{"a": %s}' % ("[" * 62 + "]" * 62))

    async with connected(argosy) as socket:
        await socket.say({"type": "ping", "payload": payload})

        assert await socket.hear() == {"type": "pong", "payload": payload}


async def test_ping_with_many_lists_is_answered(argosy: Running) -> None:
    payload = {"a": [[{"b": []}]] * 1000}

    async with connected(argosy) as socket:
        await socket.say({"type": "ping", "payload": payload})

        assert await socket.hear() == {"type": "pong", "payload": payload}


async def test_deep_message_leaves_no_word_in_the_log(argosy: Running) -> None:
    with capture_logs() as logs:
        async with connected(argosy) as socket:
            await socket.say('{"type": "ping", "payload": {"a": %s}}' % ("[" * 300 + "]" * 300))
            await socket.hear_close()

    assert [line for line in logs if line["log_level"] != "debug"] == []


@pytest.mark.parametrize("payload", [[], "x", 5, True])
async def test_init_with_a_payload_that_is_no_object_closes_with_4400(
    argosy: Running, payload: object
) -> None:
    async with connected(argosy, Authorization=f"Bearer {KEY}") as socket:
        await socket.say({"type": "connection_init", "payload": payload})

        assert await socket.hear_close() == Closed(4400, NO_PAYLOAD)


async def test_subscribe_before_init_closes_with_4401(argosy: Running) -> None:
    async with connected(argosy, Authorization=f"Bearer {KEY}") as socket:
        await socket.say(subscribe())

        assert await socket.hear_close() == Closed(4401, "Unauthorized")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": KEY},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": None},
        {"Authorization": [f"Bearer {KEY}"]},
        {"key": f"Bearer {KEY}"},
    ],
)
async def test_init_without_a_good_key_closes_with_4403(
    argosy: Running, payload: dict[str, object] | None
) -> None:
    async with connected(argosy) as socket:
        await socket.say({"type": "connection_init", "payload": payload})

        assert await socket.hear_close() == Closed(4403, "Forbidden")


async def test_key_in_the_payload_goes_before_that_in_the_handshake(argosy: Running) -> None:
    async with connected(argosy, Authorization=f"Bearer {KEY}") as socket:
        payload = {"authorization": "Bearer wrong"}
        await socket.say({"type": "connection_init", "payload": payload})

        assert await socket.hear_close() == Closed(4403, "Forbidden")


@pytest.mark.parametrize("protocol", [None, "graphql-ws", "GRAPHQL-TRANSPORT-WS", "chat"])
async def test_other_subprotocol_closes_with_4406(argosy: Running, protocol: str | None) -> None:
    async with connected(argosy, protocol=protocol) as socket:
        assert await socket.hear_close() == Closed(4406, "Subprotocol not acceptable")


async def test_id_in_use_closes_with_4409(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        await socket.say(subscribe())

        assert await socket.hear_close() == Closed(4409, "Subscriber for a already exists")


async def test_second_init_closes_with_4429(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.say({"type": "connection_init", "payload": {"Authorization": KEY}})

        assert await socket.hear_close() == Closed(4429, "Too many initialisation requests")


async def test_largest_message_is_taken(argosy: Running) -> None:
    empty = len('{"type":"ping","payload":{"x":""}}')

    async with acknowledged(argosy) as socket:
        await socket.say({"type": "ping", "payload": {"x": "x" * (LARGEST - empty)}})

        assert (await socket.hear())["type"] == "pong"


async def test_larger_message_closes_with_1009(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.say("x" * (LARGEST + 1))

        assert (await socket.hear_close()).code == 1009


async def test_close_ends_the_operations(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        await socket.say("{")
        await socket.hear_close()

        assert argosy.followers == 0


async def test_client_that_says_goodbye_leaves_nothing_behind(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        await socket.connection.close()
        await until(lambda: argosy.gauge("argosy_websocket_connections") == 0)

    assert argosy.followers == 0
    assert argosy.gauge("argosy_subscriptions") == 0


async def test_client_that_vanishes_leaves_nothing_behind(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        socket.vanish()
        await until(lambda: argosy.gauge("argosy_websocket_connections") == 0)

    assert argosy.followers == 0
    assert argosy.gauge("argosy_subscriptions") == 0


async def test_server_that_stops_closes_with_1001(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        closed, _ = await asyncio.gather(socket.hear_close(), argosy.server.shutdown())

    assert closed == Closed(1001, "The server is stopping")
    assert argosy.followers == 0
    assert argosy.gauge("argosy_websocket_connections") == 0
