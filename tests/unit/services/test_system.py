"""How the machine is doing: measured once a second, however many ask."""

import asyncio
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import pytest

from services import system as system_module
from services.system import System
from tests.fakes.clock import START, FakeClock


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Bytes that came and went until each measurement; the last stays as it is."""
    readings = [(1000, 500), (4000, 600), (4000, 100)]

    def read() -> tuple[int, int]:
        return readings.pop(0) if len(readings) > 1 else readings[0]

    monkeypatch.setattr(system_module, "_traffic", read)
    return readings


@pytest.fixture
def system(traffic: list[tuple[int, int]], clock: FakeClock, tmp_path: Path) -> System:
    return System(clock=clock, folder=tmp_path)


async def test_traffic_is_what_came_and_went_each_second(system: System, clock: FakeClock) -> None:
    clock.advance(2)

    sample = await system.sample()

    assert (sample.at, sample.network_in, sample.network_out) == (clock.now(), 1500.0, 50.0)


async def test_shares_are_percentages(system: System, clock: FakeClock) -> None:
    sample = await system.sample()

    assert all(0 <= share <= 100 for share in (sample.cpu, sample.memory, sample.disk))


async def test_one_measurement_serves_everybody_for_a_second(
    system: System, clock: FakeClock
) -> None:
    clock.advance(1)
    first = await asyncio.gather(*(system.sample() for _ in range(5)))
    clock.advance(0.999)
    second = await system.sample()
    clock.advance(0.001)
    third = await system.sample()

    assert [sample is first[0] for sample in (*first, second)] == [True] * 6
    assert third.at == START + timedelta(seconds=2)


async def test_counter_that_begins_anew_gives_no_negative_traffic(
    system: System, clock: FakeClock
) -> None:
    clock.advance(1)
    await system.sample()
    clock.advance(1)

    sample = await system.sample()

    assert (sample.network_in, sample.network_out) == (0, 0)


async def test_stream_begins_at_once(system: System) -> None:
    async with aclosing(system.stream()) as stream:  # type: ignore[type-var]
        first = await anext(stream)

    assert first.at == START


def test_uptime_counts_from_the_start(system: System, clock: FakeClock) -> None:
    clock.advance(90)

    assert system.uptime == timedelta(seconds=90)
