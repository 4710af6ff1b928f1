"""Parts are restarted one at a time, and what becomes of that is told."""

import asyncio
from collections.abc import Callable

import pytest
import structlog

from services.access.identity import ALL_SCOPES, Identity, Role
from services.errors import ArgosyError, Conflict, Forbidden, NotFound, Unavailable
from services.upkeep.parts import Part, Parts, PartState
from tests.fakes.clock import FakeClock

ADMIN = Identity(1, "admin", Role.ADMIN, ALL_SCOPES)
EVE = Identity(2, "eve", Role.USER, ALL_SCOPES)


class Engine:
    """A part that writes down what is done with it, and fails or waits when it is told to."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails: ArgosyError | Exception | None = None
        self.may_close = asyncio.Event()
        self.may_close.set()
        self.is_well = True

    async def open(self) -> None:
        if self.fails is not None:
            self.is_well = False
            raise self.fails
        self.is_well = True
        self.done.append("open")

    async def close(self) -> None:
        await self.may_close.wait()
        self.done.append("close")

    def part(self, name: str) -> Part:
        return Part(
            name=name,
            title="Does something.",
            open=self.open,
            close=self.close,
            is_well=lambda: self.is_well,
        )


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def make(clock: FakeClock, engine: Engine) -> Callable[[float], Parts]:
    def made(patience: float) -> Parts:
        parts = Parts(clock=clock, patience=patience)
        parts.add(engine.part("runner"))
        parts.add(Engine().part("other"))
        return parts

    return made


async def test_restart_closes_opens_and_counts(
    make: Callable[[float], Parts], engine: Engine, clock: FakeClock
) -> None:
    parts = make(10)
    clock.advance(60)

    status = await parts.restart(ADMIN, "runner")

    assert engine.done == ["close", "open"]
    assert (status.state, status.restarts, status.last_error) == (PartState.RUNNING, 1, None)
    assert status.since == clock.now()


async def test_other_name_is_taken(make: Callable[[float], Parts], engine: Engine) -> None:
    await make(10).restart(ADMIN, "celery_worker")

    assert engine.done == ["close", "open"]


async def test_one_restarts_at_a_time_and_who_waits_too_long_is_told(
    make: Callable[[float], Parts], engine: Engine
) -> None:
    parts = make(0.01)
    engine.may_close.clear()

    with pytest.raises(Unavailable, match="goes on"):
        await parts.restart(ADMIN, "runner")
    during = {status.name: status.state for status in parts.look()}
    with pytest.raises(Conflict, match="runner is being restarted"):
        await parts.restart(ADMIN, "other")
    engine.may_close.set()
    await parts.close()

    assert during == {"runner": PartState.RESTARTING, "other": PartState.RUNNING}
    assert [status.state for status in parts.look()] == [PartState.RUNNING] * 2
    assert engine.done == ["close", "open"]


async def test_part_that_does_not_come_up_is_told_and_can_be_tried_again(
    make: Callable[[float], Parts], engine: Engine
) -> None:
    parts = make(10)
    engine.fails = Unavailable("The disk is away.")

    with pytest.raises(Unavailable, match="did not come up again: The disk is away"):
        await parts.restart(ADMIN, "runner")
    broken = parts.look()[1]
    engine.fails = None
    again = await parts.restart(ADMIN, "runner")

    assert (broken.state, broken.last_error) == (PartState.FAILED, "The disk is away.")
    assert (again.state, again.last_error, again.restarts) == (PartState.RUNNING, None, 2)


async def test_mistake_of_a_part_shows_nothing_of_itself(
    make: Callable[[float], Parts], engine: Engine
) -> None:
    engine.fails = RuntimeError("token=hunter2")

    with pytest.raises(Unavailable, match=r"RuntimeError$"):
        await make(10).restart(ADMIN, "runner")


async def test_part_that_fails_by_itself_shows(
    make: Callable[[float], Parts], engine: Engine, clock: FakeClock
) -> None:
    parts = make(10)
    parts.look()
    clock.advance(60)
    engine.is_well = False

    found = parts.look()[1]

    assert (found.state, found.since) == (PartState.FAILED, clock.now())


async def test_strangers_and_unknown_names_are_refused(
    make: Callable[[float], Parts], engine: Engine
) -> None:
    parts = make(10)

    with pytest.raises(NotFound, match="There are: other, runner"):
        await parts.restart(ADMIN, "coffee")
    with pytest.raises(Forbidden):
        await parts.restart(EVE, "runner")
    assert engine.done == []


async def test_none_is_restarted_while_all_are_closed(
    make: Callable[[float], Parts], engine: Engine
) -> None:
    parts = make(10)
    await parts.close()

    with pytest.raises(Conflict, match="stand still"):
        await parts.restart(ADMIN, "runner")
    while_closed = list(engine.done)
    parts.open()
    await parts.restart(ADMIN, "runner")

    assert while_closed == []
    assert engine.done == ["close", "open"]


async def test_what_is_restarted_has_nothing_to_do_with_the_request(clock: FakeClock) -> None:
    seen: list[object] = []

    class Curious(Engine):
        async def open(self) -> None:
            seen.append(structlog.contextvars.get_contextvars())

    parts = Parts(clock=clock)
    parts.add(Curious().part("runner"))

    with structlog.contextvars.bound_contextvars(request_id="a request"):
        await parts.restart(ADMIN, "runner")

    assert seen == [{}]
