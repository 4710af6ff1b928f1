"""A client that does not read: what it costs, what it gets, and whom it holds up."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from services.tasks.records import TaskProgress
from tests.integration.http.running import Running, until
from tests.integration.http.talking import Socket, acknowledged

TIMES = 2000
MOST_HELD = 256 * 1024  # bytes
# Each message has 16 KiB: 2,000 are far more than the kernel's buffers take.
NAME = "x" * 2048
PROGRESS = """
    subscription($id: ID!) { taskProgress(taskId: $id) {
        receivedBytes a: name b: name c: name d: name e: name f: name g: name h: name
    } }
"""


def connect_with_little_room(address: tuple[object, ...]) -> socket.socket:
    """Return a socket that takes little from the network until it is read."""
    made = socket.socket(address[0], address[1], address[2])  # type: ignore[call-overload]
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return made


@asynccontextmanager
async def following(argosy: Running, task: str) -> AsyncIterator[Socket]:
    """Give a socket that has heard how the task is doing at the beginning."""
    async with acknowledged(argosy) as client:
        await client.subscribe("a", PROGRESS, id=task)
        await client.hear_next("a")
        yield client


@pytest.fixture
async def argosy(argosy: Running) -> Running:
    """A server whose clients have little room."""
    await argosy.session.close()
    connector = aiohttp.TCPConnector(socket_factory=connect_with_little_room)
    argosy.session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
    return argosy


async def publish_in_step(argosy: Running, task: str, reader: Socket) -> list[int]:
    """Publish many times, each time when `reader` has read; return what it has read."""
    heard = []
    for number in range(1, TIMES + 1):
        argosy.publish(task, received=number, name=NAME)
        progress = (await reader.hear_next("a"))["taskProgress"]
        heard.append(progress["receivedBytes"])
    return heard


async def test_reader_beside_one_that_does_not_read_gets_everything(argosy: Running) -> None:
    task = await argosy.plant()

    async with following(argosy, task), following(argosy, task) as reader:
        heard = await publish_in_step(argosy, task, reader)

    assert heard == list(range(1, TIMES + 1))


async def test_little_is_held_for_a_client_that_does_not_read(argosy: Running) -> None:
    task = await argosy.plant()

    async with following(argosy, task), following(argosy, task) as reader:
        await publish_in_step(argosy, task, reader)
        connections = argosy.server.server_state.connections
        in_transports = [c.transport.get_write_buffer_size() for c in connections]
        feeds = argosy.container.services.tasks._channel._feeds.values()
        in_feeds = [value.received for of_task in feeds for f in of_task for value in f._newest]
        records = [found for found in gc.get_objects() if isinstance(found, TaskProgress)]

    assert max(in_transports) < MOST_HELD
    assert in_feeds == [TIMES, TIMES]
    assert len(records) < 10


async def test_client_that_reads_again_gets_the_newest_and_no_old_one_after_it(
    argosy: Running,
) -> None:
    task = await argosy.plant()

    async with following(argosy, task) as sleeper, following(argosy, task) as reader:
        await publish_in_step(argosy, task, reader)
        heard = [0]
        while heard[-1] < TIMES:
            heard.append((await sleeper.hear_next("a"))["taskProgress"]["receivedBytes"])
        argosy.publish(task, received=TIMES + 1, name=NAME)
        last = (await sleeper.hear_next("a"))["taskProgress"]["receivedBytes"]

    assert heard == sorted(set(heard))
    assert len(heard) < TIMES / 2
    assert last == TIMES + 1


async def test_client_that_does_not_read_hears_of_the_end(argosy: Running) -> None:
    task = await argosy.plant()

    async with following(argosy, task) as sleeper, following(argosy, task) as reader:
        await publish_in_step(argosy, task, reader)
        await argosy.ask(
            "mutation($id: ID!) { cancelTasks(input: { ids: [$id] }) { errors { code } } }", id=task
        )
        while (message := await sleeper.hear())["type"] == "next":
            pass

    assert message == {"type": "complete", "id": "a"}


async def test_client_that_does_not_read_and_vanishes_leaves_nothing_behind(
    argosy: Running,
) -> None:
    task = await argosy.plant()

    async with following(argosy, task) as sleeper, following(argosy, task) as reader:
        await publish_in_step(argosy, task, reader)
        sleeper.vanish()
        await until(lambda: argosy.gauge("argosy_websocket_connections") == 1)

        assert argosy.followers == 1
        assert argosy.gauge("argosy_subscriptions") == 1


async def test_pings_of_a_client_that_does_not_read_are_not_piled_up(argosy: Running) -> None:
    async with acknowledged(argosy) as sleeper:
        ping = {"type": "ping", "payload": {"x": "x" * 100_000}}
        sending = asyncio.create_task(sleeper.say(*[ping] * 1000))
        connection = next(iter(argosy.server.server_state.connections))
        await until(lambda: not connection.writable.is_set())
        held = connection.transport.get_write_buffer_size()
        sending.cancel()
        await asyncio.wait([sending])

    assert held < MOST_HELD
