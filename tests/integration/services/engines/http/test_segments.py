"""One file over several connections."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.engines.engine import Fetched, Job, Meter
from services.engines.http import pace as pace_module
from services.engines.http import ticking as ticking_module
from services.engines.http.engine import HttpEngine
from services.engines.http.settings import HttpSettings
from services.engines.options import Options
from services.engines.unfinished.ranges import Ranges
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from tests.fakes.meter import WatchedMeter
from tests.fakes.origin import content
from tests.fakes.ranges import BLOCK, Ask, Manner, Ranged
from tests.integration.services.engines.http.fetching import (
    PLACE,
    TASK_ID,
    fetched,
    finished_files,
)

BODY = content(8 << 20)
OTHER_BODY = content(8 << 20, seed=2)
SECONDS = 10  # nothing here takes as long


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that looks often, and is content with whatever more connections bring."""
    monkeypatch.setattr(ticking_module, "TICK", 0.005)
    monkeypatch.setattr(pace_module, "WINDOW", 0.002)
    monkeypatch.setattr(pace_module, "ENOUGH", 1)
    monkeypatch.setattr(pace_module, "RISE", 0.0)


@pytest.fixture
async def engine(root: Path) -> AsyncIterator[HttpEngine]:
    engine = new_engine(root)
    yield engine
    await engine.close()


def new_engine(root: Path) -> HttpEngine:
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    settings = HttpSettings(start_rate=0)
    return HttpEngine(root=root, policy=policy, user_agent="Argosy/test", settings=settings)


async def fetch(
    engine: HttpEngine, server: Ranged, *, connections: int = 4, meter: Meter | None = None
) -> Fetched:
    options = Options(connections=connections)
    job = Job(TASK_ID, server.url, PLACE, meter or Meter(), options)
    async with asyncio.timeout(SECONDS):
        return await engine.fetch(job)


def slow_until(server_of: Callable[[], Ranged], count: int) -> Callable[[Ask], Manner]:
    """Return the manner of a server that gets stuck unless there are so many requests."""
    return lambda _: Manner(BODY, sends=BLOCK, until=server_of().crowd(count))


async def test_slow_connection_gets_others_beside_it(engine: HttpEngine, root: Path) -> None:
    server = Ranged(slow_until(lambda: server, 4))
    async with server:
        result = await fetch(engine, server)

    assert result == fetched("a.bin", BODY, etag='"one"')
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert (server.busiest, server.asked[0].start, server.asked[0].end) == (4, 0, None)
    assert {ask.condition for ask in server.asked[1:]} == {'"one"'}


@pytest.mark.parametrize("most", [1, 2, 3])
async def test_there_are_never_more_connections_than_allowed(
    engine: HttpEngine, root: Path, most: int
) -> None:
    def manner(ask: Ask) -> Manner:
        return Manner(BODY, sends=BLOCK, until=server.crowd(most), pause=0.001)

    async with Ranged(manner) as server:
        await fetch(engine, server, connections=most)

    assert server.busiest == most
    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize("stalled", [0, 1, 2])
async def test_work_of_a_connection_that_stands_still_is_done_by_others(
    engine: HttpEngine, root: Path, stalled: int
) -> None:
    def manner(ask: Ask) -> Manner:
        if ask.number == stalled:
            return Manner(BODY, sends=BLOCK)
        return Manner(BODY, sends=BLOCK, until=server.crowd(3))

    async with Ranged(manner) as server:
        await fetch(engine, server)

    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize(
    "status",
    ["403 Forbidden", "404 Not Found", "429 Too Many Requests", "503 Service Unavailable"],
)
async def test_server_that_refuses_a_second_connection_gives_the_file(
    engine: HttpEngine, root: Path, status: str
) -> None:
    def manner(ask: Ask) -> Manner:
        if ask.number == 0:
            return Manner(BODY, sends=BLOCK, until=server.crowd(2), pause=0.001)
        return Manner(BODY, status=status)

    async with Ranged(manner) as server:
        await fetch(engine, server)

    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert server.busiest == 1


async def test_second_connection_that_breaks_costs_nothing(engine: HttpEngine, root: Path) -> None:
    def manner(ask: Ask) -> Manner:
        if ask.number == 0:
            return Manner(BODY, sends=BLOCK, until=server.crowd(2), pause=0.001)
        return Manner(BODY, sends=BLOCK, breaks=True) if ask.number == 1 else Manner(BODY)

    async with Ranged(manner) as server:
        await fetch(engine, server, connections=2)

    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize("minds", [True, False], ids=["whole file", "part of the new one"])
async def test_file_that_changes_on_the_way_is_fetched_anew(
    engine: HttpEngine, root: Path, minds: bool
) -> None:
    def manner(ask: Ask) -> Manner:
        if ask.number == 0:
            return Manner(BODY, sends=BLOCK, until=server.crowd(2), pause=0.001)
        return Manner(OTHER_BODY, etag='"two"', minds_condition=minds)

    async with Ranged(manner) as server:
        result = await fetch(engine, server)

    assert result == fetched("a.bin", OTHER_BODY, etag='"two"')
    assert finished_files(root) == {"alice/films/a.bin": OTHER_BODY}


async def test_server_without_ranges_gives_the_file_in_one_piece(
    engine: HttpEngine, root: Path
) -> None:
    def manner(ask: Ask) -> Manner:
        return Manner(BODY, knows_ranges=False, pause=0.001)

    async with Ranged(manner) as server:
        await fetch(engine, server)

    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize(
    "manner",
    [
        Manner(BODY, etag=None, pause=0.001),
        Manner(BODY, etag='W/"one"', pause=0.001),
        Manner(BODY, headers=("Accept-Ranges: none",), pause=0.001),
    ],
    ids=["no validator", "weak validator", "no ranges"],
)
async def test_what_cannot_be_joined_comes_over_one_connection(
    engine: HttpEngine, root: Path, manner: Manner
) -> None:
    async with Ranged(lambda _: manner) as server:
        await fetch(engine, server)

    assert (server.connections, len(server.asked)) == (1, 1)
    assert finished_files(root) == {"alice/films/a.bin": BODY}


async def test_next_attempt_asks_only_for_what_is_missing(root: Path) -> None:
    first = new_engine(root)
    meter = WatchedMeter(4 * BLOCK)
    async with Ranged(lambda _: Manner(BODY, sends=BLOCK)) as server:
        fetching = asyncio.create_task(fetch(first, server, meter=meter))
        await meter.reached()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        port, came = server.port, Ranges((ask.start, ask.start + BLOCK) for ask in server.asked)
    await first.close()

    again = new_engine(root)
    async with Ranged(lambda _: Manner(BODY), port=port) as server:
        await fetch(again, server, connections=1)
    await again.close()

    asked = [(ask.start, ask.end or len(BODY)) for ask in server.asked]
    assert meter.received == came.size == 4 * BLOCK
    assert asked == came.missing(len(BODY))
    assert finished_files(root) == {"alice/films/a.bin": BODY}


async def test_holes_are_filled_by_several_connections(root: Path) -> None:
    first = new_engine(root)
    meter = WatchedMeter(4 * BLOCK)
    async with Ranged(lambda _: Manner(BODY, sends=BLOCK)) as server:
        fetching = asyncio.create_task(fetch(first, server, meter=meter))
        await meter.reached()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        port = server.port
    await first.close()

    again = new_engine(root)
    async with Ranged(slow_until(lambda: server, 3), port=port) as server:
        await fetch(again, server)
    await again.close()

    assert server.busiest >= 3
    assert finished_files(root) == {"alice/films/a.bin": BODY}
