"""GraphQL as server-sent events, over real sockets."""

import asyncio

import aiohttp
import orjson
import pytest

from argosy.http import connection
from argosy.http.graphql import sse
from services.access.identity import Scope
from services.events.kinds import EventKind
from services.tasks.states import TaskState
from tests.integration.http.listening import (
    EVENT_STREAM,
    EVENTS,
    Told,
    happen,
    listening,
    opened,
    place,
)
from tests.integration.http.running import JSON, KEY, Running, until
from tests.integration.http.wiring import POST, connected, gone

PROGRESS = "subscription($id: ID!) { taskProgress(taskId: $id) { receivedBytes cursor } }"
LATER = """
    subscription($id: ID!, $after: String) { taskProgress(taskId: $id, after: $after) { cursor } }
"""
QUEUE = "subscription { queueProgress { isSnapshot running tasks { receivedBytes state } } }"


async def test_stream_is_let_through_as_it_comes(argosy: Running) -> None:
    async with opened(argosy) as answer:
        headers = answer.headers
        begins = await answer.content.readexactly(2050)

    assert answer.status == 200
    assert headers["Content-Type"].partition(";")[0] == EVENT_STREAM
    assert headers["Cache-Control"] == "no-cache, no-transform"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert begins == b":" + b" " * 2048 + b"\n"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_events_come_with_ids(argosy: Running, method: str) -> None:
    async with listening(argosy, method=method) as stream:
        task = await happen(argosy, kind=EventKind.TASK_FAILED)
        told = await stream.hear()

    cursor = place(argosy, 1)
    event = {"seq": 1, "kind": "FAILED", "taskId": task}
    update = {"cursor": cursor, "event": event, "lagged": None}
    data = {"data": {"taskEvents": update}, "extensions": told.data["extensions"]}
    assert told == Told("next", data, cursor)
    assert stream.retry == 2000


async def test_client_that_comes_back_gets_what_it_missed(argosy: Running) -> None:
    async with listening(argosy) as stream:
        await happen(argosy, number=2)
        last = (await stream.hear()).id
        await stream.hear()
    await happen(argosy, number=3)

    async with listening(argosy, last=last) as stream:
        assert await stream.seqs(4) == [2, 3, 4, 5]
        await happen(argosy)
        assert await stream.seqs(1) == [6]


async def test_argument_goes_before_the_header(argosy: Running) -> None:
    await happen(argosy, number=3)

    async with listening(argosy, last=place(argosy, 0), after=place(argosy, 2)) as stream:
        assert await stream.seqs(1) == [3]


async def test_header_of_another_log_tells_that_it_has_expired(argosy: Running) -> None:
    await happen(argosy, number=3)

    async with listening(argosy, last="zzzzzzzz.2") as stream:
        told = await stream.hear()

    newest = place(argosy, 3)
    lagged = {"reason": "EXPIRED", "after": newest}
    assert told.data["data"]["taskEvents"] == {"cursor": newest, "event": None, "lagged": lagged}
    assert told.id == newest


async def test_header_that_is_no_cursor_is_told_in_the_stream(argosy: Running) -> None:
    async with listening(argosy, last="yesterday") as stream:
        told, end = await stream.hear(), await stream.hear()

        assert await stream.rest() == b""
    (error,) = told.data["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (
        *("INVALID_INPUT", "after"),
    )
    assert (told.event, end) == ("next", Told("complete", None))


async def test_finished_task_ends_its_stream(argosy: Running) -> None:
    task = await argosy.plant(state="RUNNING", total=100)
    async with listening(argosy, PROGRESS, id=task) as stream:
        await stream.next("taskProgress")
        argosy.publish(task, received=100, revision=2, state=TaskState.COMPLETED)

        assert (await stream.next("taskProgress"))["receivedBytes"] == 100
        assert await stream.hear() == Told("complete", None)
        assert await stream.rest() == b""


async def test_progress_that_was_told_is_not_told_again(argosy: Running) -> None:
    task = await argosy.plant()
    async with listening(argosy, PROGRESS, id=task) as stream:
        told = await stream.hear()
    assert told.id == told.data["data"]["taskProgress"]["cursor"]

    async with listening(argosy, LATER, id=task, last=told.id) as stream:
        await until(lambda: argosy.followers == 1)
        argosy.publish(task, received=1, revision=5)
        new = await stream.hear()

    assert new.id is not None
    assert new.id.startswith("5.")


async def test_queue_is_told_as_a_snapshot_and_then_what_is_new(argosy: Running) -> None:
    task = await argosy.plant(state="RUNNING", total=100)
    async with listening(argosy, QUEUE) as stream:
        first = await stream.next("queueProgress")
        argosy.publish(task, received=1, revision=1)
        second = await stream.next("queueProgress")
        argosy.publish(task, received=100, revision=2, state=TaskState.COMPLETED)
        third = await stream.next("queueProgress")

    running = {"receivedBytes": 0, "state": "RUNNING"}
    assert first == {"isSnapshot": True, "running": 1, "tasks": [running]}
    assert second == {
        "isSnapshot": False,
        "running": 1,
        "tasks": [{"receivedBytes": 1, "state": "RUNNING"}],
    }
    assert third == {
        "isSnapshot": False,
        "running": 0,
        "tasks": [{"receivedBytes": 100, "state": "COMPLETED"}],
    }


@pytest.mark.parametrize(
    "query", ["{ viewer { name } }", "mutation { cancelTasks(input: {ids: []}) { tasks { id } } }"]
)
async def test_queries_and_mutations_run_too(argosy: Running, query: str) -> None:
    plain = await argosy.ask(query)
    async with listening(argosy, query) as stream:
        told, end = await stream.hear(), await stream.hear()

        assert (told, end) == (Told("next", plain.json), Told("complete", None))
        assert await stream.rest() == b""


@pytest.mark.parametrize(
    ("query", "method", "status", "code"),
    [
        ("subscription { taskEvents", "POST", 400, "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "POST", 400, "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription($a: String!) { taskEvents(after: $a) { cursor } }",
            "POST",
            400,
            "INVALID_INPUT",
        ),
        ("mutation { pause }", "GET", 400, "GRAPHQL_VALIDATION_FAILED"),
        (
            "mutation { cancelTasks(input: {ids: []}) { tasks { id } } }",
            *("GET", 405, "INVALID_INPUT"),
        ),
    ],
)
async def test_what_cannot_begin_is_refused_in_json(
    argosy: Running, query: str, method: str, status: int, code: str
) -> None:
    async with opened(argosy, query, method=method) as answer:
        body = orjson.loads(await answer.read())

    assert (answer.status, body["errors"][0]["extensions"]["code"]) == (status, code)
    assert answer.headers["Content-Type"] == JSON


async def test_head_has_no_stream(argosy: Running) -> None:
    path = "/graphql?query=subscription%7BtaskEvents%7Bcursor%7D%7D"
    answer = await argosy.send("HEAD", path, headers={"Accept": EVENT_STREAM})

    assert (answer.status, answer.body) == (406, b"")


async def test_plain_json_is_given_where_both_are_accepted(argosy: Running) -> None:
    answer = await argosy.post({"query": "{ viewer { name } }"}, accept=f"{JSON}, {EVENT_STREAM}")

    assert (answer.status, answer.headers["Content-Type"]) == (200, JSON)


async def test_key_is_needed(argosy: Running) -> None:
    async with opened(argosy, key="wrong") as answer:
        assert answer.status == 401
    _, key = await argosy.user("writer", Scope.TASKS_WRITE)
    async with opened(argosy, key=key) as answer:
        body = orjson.loads(await answer.read())

    assert (answer.status, body["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


async def test_others_events_are_not_told(argosy: Running) -> None:
    alice, key = await argosy.user("alice")
    async with listening(argosy, key=key) as hers, listening(argosy) as everything:
        await happen(argosy)
        await happen(argosy, owner=alice)

        assert await hers.seqs(1) == [2]
        assert await everything.seqs(2) == [1, 2]


async def test_others_task_looks_absent(argosy: Running) -> None:
    task = await happen(argosy)
    _, key = await argosy.user("alice")

    async with listening(argosy, key=key, filter={"taskId": task}) as stream:
        told = await stream.hear()

    assert told.data["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_client_that_leaves_ends_its_source(argosy: Running) -> None:
    tail = argosy.container.services.tail
    async with listening(argosy):
        await until(lambda: tail.followers == 1)
        assert argosy.gauge("argosy_subscriptions") == 1

    await until(lambda: tail.followers == 0)
    assert argosy.gauge("argosy_subscriptions") == 0


async def test_heart_beats_while_nothing_happens(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT_SECONDS", 0.01)
    async with listening(argosy) as stream:
        lines = [await stream.line() for _ in range(6)]
        await happen(argosy)

        assert await stream.seqs(1) == [1]
    assert [line for line in lines if line] == [":"] * 3


async def test_server_that_stops_ends_its_streams(argosy: Running) -> None:
    async with listening(argosy) as stream:
        await until(lambda: argosy.container.services.tail.followers == 1)
        for connection in list(argosy.server.server_state.connections):
            connection.shutdown()

        assert await stream.rest() == b""


async def test_reader_that_is_slow_is_bounded_and_holds_nobody_up(argosy: Running) -> None:
    tail = argosy.container.services.tail
    stopped = aiohttp.ClientSession(read_bufsize=1024)
    text: dict[str, object] = {"code": "HTTP_STATUS", "message": "x" * 20_000}
    often = " ".join(f"a{number}: error {{ message }}" for number in range(15))
    query = EVENTS.replace("taskId }", f"taskId {often} }}")
    try:
        async with (
            stopped.post(
                f"{argosy.url}/graphql",
                json={"query": query},
                headers={"Accept": EVENT_STREAM, "Authorization": f"Bearer {KEY}"},
            ),
            listening(argosy, query) as quick,
        ):
            await until(lambda: tail.followers == 2)
            for number in range(1, 101):
                await happen(argosy, data=text)
                assert await quick.seqs(1) == [number]

            assert max(feed._size for feed in tail._feeds) <= 256 * 1024
            assert any(feed._has_dropped for feed in tail._feeds)
    finally:
        await stopped.close()


async def test_reader_that_reads_nothing_is_cut_off(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(connection, "UNREAD_SECONDS", 0.5)
    tail = argosy.container.services.tail
    often = " ".join(f"a{number}: error {{ message }}" for number in range(15))
    body = orjson.dumps({"query": f"subscription {{ taskEvents {{ event {{ {often} }} }} }}"})
    text: dict[str, object] = {"code": "HTTP_STATUS", "message": "x" * 2000}

    async with connected(argosy) as client:
        head = f"Accept: {EVENT_STREAM}\r\nContent-Length: {len(body)}\r\n\r\n"
        await client.send(POST + head.encode() + body)
        await until(lambda: tail.followers == 1)
        for _ in range(20):
            await happen(argosy, data=text, number=60)

        await gone(argosy)
    await until(lambda: tail.followers == 0)


async def test_many_streams_end_together(argosy: Running) -> None:
    tail = argosy.container.services.tail

    async def listen() -> list[int]:
        async with listening(argosy) as stream:
            return await stream.seqs(5)

    listeners = [asyncio.create_task(listen()) for _ in range(20)]
    await until(lambda: tail.followers == 20)
    await happen(argosy, number=5)

    assert await asyncio.gather(*listeners) == [[1, 2, 3, 4, 5]] * 20
    await until(lambda: tail.followers == 0)
