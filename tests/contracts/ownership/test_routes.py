"""What stands behind every route and socket is for those whom the table names, and no others.

The rows are compared with the routes of the application: what is not in the table fails here.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from argosy.app import create_app
from services.access.identity import Scope
from tests.contracts.ownership.answers import Heard
from tests.contracts.ownership.people import gather
from tests.contracts.ownership.routes import DOORS, LET_IN, SOCKET, Door, doors
from tests.contracts.ownership.rows import Caller, World
from tests.contracts.ownership.things import absently, open_session, plant, words
from tests.integration.http.running import PATIENCE_SECONDS, Running, serving
from tests.integration.http.talking import connected

JSON = {"Content-Type": "application/json"}
SEEING = frozenset({Caller.OWNER, Caller.UNSCOPED})


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as running:
        yield running


async def knock(world: World, method: str, door: Door, body: Any) -> Heard:
    """Ask at a door and return what is said."""
    if method == SOCKET:
        return await hold(world)
    content = None if body is None else orjson.dumps(body)
    headers = JSON if method == "POST" else {"Accept": "application/json"}
    answer = await world.argosy.send(
        method, door.path, key=world.key, body=content, headers=headers
    )
    text = answer.body.decode()
    traces = tuple(trace for trace in world.traces if trace in text)
    return Heard(answer.status, text, None, (), traces)


async def hold(world: World) -> Heard:
    """Open a socket and say who one is; return how that ends."""
    async with connected(world.argosy) as socket:
        payload = {} if world.key is None else {"Authorization": f"Bearer {world.key}"}
        await socket.say({"type": "connection_init", "payload": payload})
        message = await socket.connection.receive(timeout=PATIENCE_SECONDS)
        if message.type is aiohttp.WSMsgType.TEXT:
            return Heard(LET_IN, str(message.data), None, (), ())
        return Heard(socket.connection.close_code or 0, str(message.extra), None, (), ())


def status_for(door: Door, caller: Caller) -> int:
    statuses: dict[Caller, int] = {
        Caller.OWNER: door.owner,
        Caller.OTHER: door.other,
        Caller.ADMIN: door.admin,
        Caller.ANONYMOUS: door.anonymous,
        Caller.UNSCOPED: door.unscoped,
    }
    return statuses[caller]


async def test_every_route_is_in_the_table_and_every_row_has_its_route(argosy: Running) -> None:
    assert set(DOORS) == set(doors(create_app(argosy.container)))


@pytest.mark.parametrize("caller", Caller)
@pytest.mark.parametrize("name", DOORS)
async def test_each_caller_is_answered_as_the_table_has_it(
    argosy: Running, name: str, caller: Caller
) -> None:
    door, method = DOORS[name], name.partition(" ")[0]
    world = await gather(argosy, caller, Scope.METRICS_READ, None)
    await plant(world)
    await open_session(world)
    body = door.body(world) if door.body else None
    sessions = await argosy.container._store.fetch("SELECT id FROM sessions")

    heard = await knock(world, method, door, body)

    assert heard.status == status_for(door, caller), heard.text
    assert bool(heard.traces) is (door.shows_owner and caller in SEEING), heard.text
    assert await argosy.container._store.fetch("SELECT id FROM sessions") == sessions
    absent = absently(world, body)
    if absent != body:
        of_absent = await knock(world, method, door, absent)
        assert heard.status == of_absent.status
        assert heard.without(*words(body)) == of_absent.without(*words(absent))


@pytest.mark.parametrize("caller", Caller)
@pytest.mark.parametrize("name", [name for name in DOORS if name.startswith("GET ")])
async def test_head_tells_what_get_tells(argosy: Running, name: str, caller: Caller) -> None:
    world = await gather(argosy, caller, Scope.METRICS_READ, None)

    heard = await knock(world, "HEAD", DOORS[name], None)

    assert heard.status == status_for(DOORS[name], caller)
    assert heard.text == ""
