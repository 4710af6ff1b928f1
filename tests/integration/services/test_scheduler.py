"""Jobs are done at their times, by one of all servers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta

import pytest

from services.scheduler import Daily, Every, Job, Scheduler
from services.store.store import Store
from tests.fakes.clock import FakeClock

HOUR = 3600


class Work:
    """A job that says when it is begun, and goes on until it is let go."""

    def __init__(self, *, fails: bool = False) -> None:
        self.begun = 0
        self.started = asyncio.Event()
        self.go = asyncio.Event()
        self._fails = fails

    async def do(self) -> None:
        self.begun += 1
        self.started.set()
        await self.go.wait()
        if self._fails:
            message = "the disk is full"
            raise OSError(message)


@asynccontextmanager
async def scheduling(store: Store, clock: FakeClock, work: Work) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(store=store, clock=clock)
    scheduler.add(Job("test", Every(timedelta(hours=1)), work.do))
    await scheduler.open()
    try:
        yield scheduler
    finally:
        await scheduler.close()


async def settled(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.01)


async def finished(scheduler: Scheduler) -> None:
    await settled(lambda: not scheduler._running)


async def test_nothing_is_done_before_its_time(store: Store, clock: FakeClock) -> None:
    work = Work()
    async with scheduling(store, clock, work) as scheduler:
        clock.advance(HOUR - 1)
        await scheduler.look()

        assert work.begun == 0


async def test_job_is_done_when_it_is_due_and_planned_again(store: Store, clock: FakeClock) -> None:
    work = Work()
    work.go.set()
    async with scheduling(store, clock, work) as scheduler:
        clock.advance(HOUR)
        await scheduler.look()
        await work.started.wait()
        await finished(scheduler)

        (plan,) = await scheduler.plans()
        assert (plan.last_at, plan.last_error) == (clock.now(), None)
        assert plan.next_at == clock.now() + timedelta(hours=1)


async def test_job_that_fails_is_planned_again_and_says_why(store: Store, clock: FakeClock) -> None:
    work = Work(fails=True)
    work.go.set()
    async with scheduling(store, clock, work) as scheduler:
        await scheduler.hurry("test")
        await work.started.wait()
        await finished(scheduler)

        (plan,) = await scheduler.plans()
        assert plan.last_error == "the disk is full"
        assert plan.next_at == clock.now() + timedelta(hours=1)


async def test_only_one_of_two_servers_does_it(store: Store, clock: FakeClock) -> None:
    work = Work()
    async with (
        scheduling(store, clock, work) as one,
        scheduling(store, clock, work) as other,
    ):
        clock.advance(HOUR)
        await asyncio.gather(one.look(), other.look())
        await work.started.wait()
        await asyncio.gather(one.look(), other.look())

        assert work.begun == 1


async def test_job_of_a_server_that_died_is_done_by_another(store: Store, clock: FakeClock) -> None:
    work = Work()
    async with scheduling(store, clock, Work()) as one:
        pass
    clock.advance(HOUR)
    assert await one._take("test")
    async with scheduling(store, clock, work) as other:
        await other.look()
        assert work.begun == 0

        clock.advance(61)
        await other.look()
        await settled(lambda: work.begun == 1)


async def test_job_of_a_server_that_stops_is_done_by_another_at_once(
    store: Store, clock: FakeClock
) -> None:
    work = Work()
    async with scheduling(store, clock, work) as one:
        clock.advance(HOUR)
        await one.look()
        await work.started.wait()

    async with scheduling(store, clock, work) as other:
        await other.look()
        await settled(lambda: work.begun == 2)


async def test_time_that_passed_while_no_server_ran_is_made_up_for(
    store: Store, clock: FakeClock
) -> None:
    work = Work()
    async with scheduling(store, clock, work):
        pass
    clock.advance(5 * HOUR)

    async with scheduling(store, clock, work) as scheduler:
        await scheduler.look()
        await settled(lambda: work.begun == 1)


@pytest.mark.parametrize(
    ("before", "after", "waits"),
    [
        (Every(timedelta(hours=6)), Every(timedelta(hours=1)), timedelta(hours=1)),
        (Every(timedelta(hours=1)), Every(timedelta(hours=6)), timedelta(hours=1)),
        (Every(timedelta(minutes=1)), Every(timedelta(hours=1)), timedelta(minutes=1)),
    ],
)
async def test_rhythm_that_was_changed_while_no_server_ran(
    *, store: Store, clock: FakeClock, before: Every, after: Every, waits: timedelta
) -> None:
    for rhythm in (before, after):
        scheduler = Scheduler(store=store, clock=clock)
        scheduler.add(Job("test", rhythm, Work().do))
        await scheduler.open()
        await scheduler.close()

    (plan,) = await scheduler.plans()
    assert plan.next_at == clock.now() + waits


async def test_time_of_day_that_was_changed_while_no_server_ran(
    store: Store, clock: FakeClock
) -> None:
    nearly, later = Daily(time(2, 30)), Daily(time(4, 0))
    for rhythm in (nearly, later):
        scheduler = Scheduler(store=store, clock=clock)
        scheduler.add(Job("test", rhythm, Work().do))
        await scheduler.open()
        await scheduler.close()

    (plan,) = await scheduler.plans()
    assert plan.next_at == later.after(clock.now())


async def test_another_rhythm_counts_from_now(store: Store, clock: FakeClock) -> None:
    async with scheduling(store, clock, Work()) as scheduler:
        await scheduler.plan("test", Every(timedelta(minutes=1)))

        (plan,) = await scheduler.plans()
        assert plan.next_at == clock.now() + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param((2026, 11, 22, 2, 29), (2026, 11, 22, 2, 30), id="later on that day"),
        pytest.param((2026, 11, 22, 2, 30), (2026, 11, 23, 2, 30), id="the day after"),
        pytest.param((2026, 12, 31, 12, 0), (2027, 1, 1, 2, 30), id="the year after"),
    ],
)
def test_daily(now: tuple[int, ...], expected: tuple[int, ...]) -> None:
    at = datetime(*now).astimezone(UTC)

    after = Daily(time(2, 30)).after(at)

    assert after == datetime(*expected).astimezone(UTC)
