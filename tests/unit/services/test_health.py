"""Whether the server can do its work, by the word of each part."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services import health as health_module
from services.errors import Unavailable
from services.health import Health, HealthService, Obstructed
from tests.fakes.clock import START, FakeClock


def service(clock: FakeClock, **checks: Callable[[], Awaitable[bool]]) -> HealthService:
    return HealthService(
        version="1.2.3", clock=clock, uptime=lambda: timedelta(hours=3), checks=checks
    )


async def well() -> bool:
    return True


async def ill() -> bool:
    return False


async def unavailable() -> bool:
    message = "No."
    raise Unavailable(message)


async def silent() -> bool:
    return await asyncio.Event().wait()


async def test_all_parts_are_asked(clock: FakeClock) -> None:
    health = await service(clock, database=well, runner=well).examine()

    assert health == Health(
        version="1.2.3",
        at=START,
        uptime=timedelta(hours=3),
        parts={"database": "ok", "runner": "ok"},
    )
    assert health.is_well


@pytest.mark.parametrize("check", [ill, unavailable])
async def test_one_ill_part_makes_the_whole_ill(
    clock: FakeClock, check: Callable[[], Awaitable[bool]]
) -> None:
    health = await service(clock, database=check, runner=well).examine()

    assert health.parts == {"database": "failed", "runner": "ok"}
    assert not health.is_well


async def test_part_that_does_not_answer_has_failed(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "CHECK_SECONDS", 0)

    health = await service(clock, engines=silent).examine()

    assert health.parts == {"engines": "failed"}


async def test_server_without_parts_is_well(clock: FakeClock) -> None:
    assert (await service(clock).examine()).is_well


async def obstructed() -> bool:
    message = "The disk is full."
    raise Obstructed(message)


async def test_part_that_says_why_is_quoted_and_others_are_not(clock: FakeClock) -> None:
    health = await service(clock, disk=obstructed, database=unavailable).examine()

    assert health.parts == {"disk": "failed", "database": "failed"}
    assert health.reasons == {"disk": "The disk is full."}
