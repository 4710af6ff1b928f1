"""The clients that people use: each asks, changes, follows, and comes back without a gap.

What they run stands in `clients/examples`, which the documentation shows.
"""

import asyncio
import copy
import socket
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import AsyncExitStack
from threading import Event
from typing import Any

import orjson
import pytest

from tests.end_to_end.driving import CLIENTS, PATIENCE_SECONDS, Client, client_named
from tests.end_to_end.program import KEY, Program, wait_until
from tests.fakes.origin import Origin, Resource, content
from tests.fakes.relay import Relay

NAMES = [
    "graphql-ws",
    "graphql-sse",
    "apollo-ws",
    "apollo-sse",
    "urql-ws",
    "urql-sse",
    "gql",
    "curl",
]
EACH_CLIENT = pytest.mark.parametrize("name", NAMES)
TASKS = """
query Tasks($filter: TaskFilter) {
  tasks(first: 100, filter: $filter) { nodes { id name state } totalCount }
}
"""
ADD = """
mutation Add($input: AddDownloadsInput!) {
  addDownloads(input: $input) {
    tasks { id events(first: 1) { nodes { cursor } } }
    errors { code message field }
  }
}
"""
PAUSE = """
mutation Pause($ids: [ID!]!) {
  pauseTasks(input: { ids: $ids }) { results { id task { id state } error { code } } }
}
"""
RESUME = """
mutation Resume($ids: [ID!]!) {
  resumeTasks(input: { ids: $ids }) { results { id task { id state } error { code } } }
}
"""
EVENTS = """
subscription Events($after: String, $filter: TaskEventFilter) {
  taskEvents(after: $after, filter: $filter) {
    cursor
    event { seq kind taskId at state attempt task { id name url folder createdAt dueAt } }
    lagged { reason after }
  }
}
"""
QUEUE = """
subscription Queue($after: String) {
  queueProgress(after: $after) { cursor isSnapshot running waiting tasks { taskId state } }
}
"""
STORED = """
query Stored($filter: TaskEventFilter) {
  taskEvents(first: 100, filter: $filter) {
    nodes { cursor seq kind }
    pageInfo { hasNextPage }
  }
}
"""
CANCEL = """
mutation Cancel($ids: [ID!]!) {
  cancelTasks(input: { ids: $ids }) { results { id task { id state } error { code } } }
}
"""
LISTED = """
query Listed {
  tasks(first: 10) { nodes { id name state owner { id name } } }
  others: tasks(first: 100, orderBy: NAME) { nodes { id state } }
}
"""
LATER = "2100-01-01T00:00:00Z"


class Followed:
    """A task, and what a client was told of it since `after`, when it was added."""

    def __init__(self, program: Program, task_id: str, after: str) -> None:
        self.task_id = task_id
        self.after = after
        self.told: list[tuple[int, str]] = []
        self._program = program
        self._filter = {"taskId": task_id}

    def stored(self) -> list[tuple[int, str]]:
        """Return the number and the kind of each of its events after the first."""
        return [(event["seq"], event["kind"]) for event in self._events()[1:]]

    def do(self, document: str) -> None:
        """Change it, past the client."""
        answer = self._program.ask(document, ids=[self.task_id])
        ((result,),) = [field["results"] for field in answer["data"].values()]
        assert result["error"] is None

    def stir(self, times: int) -> None:
        """Make two things happen to it each time, and a third if it can run."""
        for _ in range(times):
            self.do(PAUSE)
            self.do(RESUME)

    async def begin(self, client: Client) -> None:
        """Have the client follow it from its first event on."""
        await client.follow(EVENTS, after=self.after, filter=self._filter)

    async def hear(self, client: Client) -> None:
        """Let the client be told of all that is stored now."""
        last, _ = self.stored()[-1]
        while not self.told or self.told[-1][0] < last:
            update = await client.told("taskEvents")
            assert update["lagged"] is None
            event = update["event"]
            assert not self.told or event["seq"] > self.told[-1][0]
            self.told.append((event["seq"], event["kind"]))

    def _events(self) -> list[dict[str, Any]]:
        answer = self._program.ask(STORED, filter=self._filter)
        events = answer["data"]["taskEvents"]
        assert not events["pageInfo"]["hasNextPage"]
        found: list[dict[str, Any]] = events["nodes"]
        return found


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Give a server that has the same port after each start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = Program(tmp_path_factory.mktemp("program"), ARGOSY_PORT=str(port))
    started.start()
    yield started
    started.close()


def port_of(program: Program) -> int:
    return int(program.environment["ARGOSY_PORT"])


def added(program: Program, **wanted: object) -> Followed:
    payload = program.ask(ADD, input=wanted)["data"]["addDownloads"]
    assert payload["errors"] == []
    (task,) = payload["tasks"]
    return Followed(program, task["id"], task["events"]["nodes"][0]["cursor"])


def held(program: Program, origin: Origin) -> tuple[Followed, Event]:
    """Return a task that comes to half of its file, and what lets it go on."""
    hold = Event()
    url = origin.put("/half.bin", Resource(content(1_500_000), hold=hold))
    return added(program, urls=[url], force=True, options={"conflict": "OVERWRITE"}), hold


def added_for_later(program: Program, origin: Origin) -> Followed:
    """Return a task that does nothing by itself."""
    return added(program, urls=[f"{origin.url}/later.bin"], startAt=LATER)


async def hear_that_all_is_done(client: Client) -> None:
    """Read of the queue until nothing runs and nothing waits."""
    queue = await client.told("queueProgress")
    while queue["running"] or queue["waiting"]:
        queue = await client.told("queueProgress")


@EACH_CLIENT
async def test_what_is_sent_twice_is_done_once_and_can_be_paused(
    name: str, node: str, lasting: Program, origin: Origin
) -> None:
    file = f"{name}-once.bin"
    wanted = {"urls": [f"{origin.url}/{file}"], "idempotencyKey": name, "startAt": LATER}

    async with client_named(name, lasting.url, node) as client:
        first = (await client.mutate(ADD, input=wanted))["addDownloads"]
        again = (await client.mutate(ADD, input=wanted))["addDownloads"]
        ids = [task["id"] for task in first["tasks"]]
        paused = (await client.mutate(PAUSE, ids=ids))["pauseTasks"]["results"]
        listed = (await client.query(TASKS, filter={"text": file}))["tasks"]
        resumed = (await client.mutate(RESUME, ids=ids))["resumeTasks"]["results"]
    lasting.ask(CANCEL, ids=ids)

    assert (first["errors"], len(ids)) == ([], 1)
    assert [task["id"] for task in again["tasks"]] == ids
    assert [(one["id"], one["task"]["state"]) for one in paused] == [(ids[0], "PAUSED")]
    assert [(task["id"], task["state"]) for task in listed["nodes"]] == [(ids[0], "PAUSED")]
    assert listed["totalCount"] == 1
    assert [(one["id"], one["task"]["state"]) for one in resumed] == [(ids[0], "PENDING")]


@EACH_CLIENT
async def test_no_event_is_lost_or_told_twice_where_the_connection_breaks(
    name: str, node: str, lasting: Program, origin: Origin
) -> None:
    followed, hold = held(lasting, origin)

    async with (
        Relay(port_of(lasting)) as relay,
        client_named(name, relay.url, node) as client,
    ):
        await client.follow(QUEUE)
        await followed.begin(client)
        assert (await client.told("queueProgress"))["isSnapshot"]
        followed.stir(2)
        await followed.hear(client)
        await relay.cut()
        followed.stir(3)
        relay.mend()
        followed.stir(2)
        await followed.hear(client)
        await relay.cut()
        relay.mend()
        hold.set()
        wait_until(lambda: followed.stored()[-1][1] == "COMPLETED")
        await followed.hear(client)
        await hear_that_all_is_done(client)

    assert followed.told == followed.stored()


@EACH_CLIENT
async def test_no_event_is_lost_or_told_twice_where_messages_break_in_the_middle(
    name: str, node: str, lasting: Program, origin: Origin
) -> None:
    followed = added_for_later(lasting, origin)
    followed.stir(15)

    async with (
        Relay(port_of(lasting), allowance=4000) as relay,
        client_named(name, relay.url, node) as client,
    ):
        await followed.begin(client)
        await followed.hear(client)
        followed.do(CANCEL)
        await followed.hear(client)

    assert relay.met > 2
    assert followed.told == followed.stored()


async def test_no_event_is_lost_or_told_twice_where_the_server_crashes(
    node: str, lasting: Program, origin: Origin
) -> None:
    followed, hold = held(lasting, origin)

    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(client_named(name, lasting.url, node))
            for name in NAMES
        }
        told = {name: Followed(lasting, followed.task_id, followed.after) for name in NAMES}
        for name, client in clients.items():
            await client.follow(QUEUE)
            await told[name].begin(client)
        followed.stir(2)
        for name, client in clients.items():
            await told[name].hear(client)
            assert (await client.told("queueProgress"))["isSnapshot"]
        followed.stir(2)
        lasting.kill()
        lasting.start()
        followed.stir(2)
        hold.set()
        wait_until(lambda: followed.stored()[-1][1] == "COMPLETED")
        for name, client in clients.items():
            await told[name].hear(client)
            await hear_that_all_is_done(client)

    stored = followed.stored()
    assert {name: one.told for name, one in told.items()} == dict.fromkeys(NAMES, stored)


async def test_mutation_changes_what_apollo_has_listed_without_asking_again(
    node: str, lasting: Program, origin: Origin
) -> None:
    followed = added_for_later(lasting, origin)
    variables = orjson.dumps({"ids": [followed.task_id]}).decode()
    script = CLIENTS / "apollo_cache.mjs"

    process = await asyncio.create_subprocess_exec(
        *(node, script, f"{lasting.url}/graphql", KEY, LISTED, PAUSE, variables), stdout=PIPE
    )
    printed, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    followed.do(CANCEL)

    before, after = map(orjson.loads, printed.splitlines())
    expected = copy.deepcopy(before)
    (task,) = [one for one in expected["tasks"]["nodes"] if one["id"] == followed.task_id]
    (other,) = [one for one in expected["others"]["nodes"] if one["id"] == followed.task_id]
    assert task["state"] == other["state"] == "PENDING"
    task["state"] = other["state"] = "PAUSED"
    assert after == expected
