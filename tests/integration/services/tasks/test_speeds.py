"""Speed limits: who sets them, and that they hold at once and after a restart."""

from collections.abc import Callable
from datetime import time

import pytest

from services.access.identity import Identity
from services.engines.options import Options
from services.errors import Conflict, ErrorCode, Forbidden, InvalidInput, NotFound
from services.ids import new_id, show
from services.remembered import Remembered
from services.store.store import Store
from services.tasks.limits.speeds import Limited, SpeedRule, Speeds
from services.tasks.limits.windows import DAYS, NO_SCHEDULE, Schedule, Window
from services.tasks.running import runner as runner_module
from services.tasks.states import TaskState
from tests.fakes.clock import FakeClock
from tests.fakes.engine import Waits
from tests.integration.services.tasks.running import Running, until

A = "https://example.com/a"

Make = Callable[..., Speeds]


@pytest.fixture
def make(store: Store, clock: FakeClock) -> Make:
    """Make the limits of a server that was started anew."""
    remembered = Remembered(store=store, clock=clock)
    return lambda limit=None: Speeds(store=store, remembered=remembered, clock=clock, limit=limit)


async def test_running_task_goes_by_three_limits_from_the_moment_they_are_set(
    run: Running, alice: Identity, admin: Identity
) -> None:
    url = run.engine.plan(A, Waits())
    (task,) = await run.tasks.add(alice, [url], options=Options(speed_limit=7))
    job = await run.engine.started.get()
    before = [rate.limit for rate in job.rates]

    await run.speeds.set(admin, Limited.SERVER, None, 3000)
    await run.speeds.set(alice, Limited.USER, str(alice.user_id), 2000)
    await run.speeds.set(alice, Limited.TASK, show("task", task.id), 1000)
    during = [rate.limit for rate in job.rates]
    run.engine.let_go(task.id)
    await run.end(alice, task)

    assert (before, during) == ([None, None, 7], [3000, 2000, 1000])
    assert (await run.tasks.get(alice, task.id)).options.speed_limit == 1000


async def test_limits_hold_after_a_restart(make: Make, alice: Identity, admin: Identity) -> None:
    speeds = make()
    await speeds.set(admin, Limited.SERVER, None, 3000)
    await speeds.set(alice, Limited.USER, str(alice.user_id), 2000)

    again = make(limit=1)
    await again.refresh()

    rules = (again.server(), again.own(alice), again.own(admin))
    assert [rule.usual for rule in rules] == [3000, 2000, None]


async def test_server_goes_by_its_setting_until_somebody_says_otherwise(
    make: Make, admin: Identity
) -> None:
    speeds = make(limit=500)
    await speeds.refresh()
    before = speeds.server().usual

    await speeds.set(admin, Limited.SERVER, None, None)
    again = make(limit=500)
    await again.refresh()

    assert (before, again.server()) == (500, SpeedRule(None, NO_SCHEDULE, None))


async def test_limit_of_a_waiting_task_is_there_when_it_starts(
    run: Running, alice: Identity
) -> None:
    first, second = (run.engine.plan(f"{A}{n}", Waits()) for n in range(2))
    added = await run.add(alice, first, second, run.engine.plan(A, Waits()))
    for _ in range(2):
        await run.engine.started.get()

    await run.speeds.set(alice, Limited.TASK, str(added[2].id), 10)
    run.engine.let_go(added[0].id)
    job = await run.engine.started.get()

    assert job.rates[2].limit == 10


@pytest.mark.parametrize("of", [Limited.SERVER, Limited.USER])
async def test_others_limits_are_for_administrators(
    make: Make, alice: Identity, bob: Identity, of: Limited
) -> None:
    with pytest.raises(Forbidden, match="Only an administrator"):
        await make().set(alice, of, str(bob.user_id), 1)


async def test_task_of_another_does_not_exist(run: Running, alice: Identity, bob: Identity) -> None:
    (task,) = await run.add(alice, A)

    with pytest.raises(NotFound) as caught:
        await run.speeds.set(bob, Limited.TASK, str(task.id), 1)

    assert caught.value.field == "id"


@pytest.mark.parametrize("limit", [1, None])
async def test_finished_task_has_nothing_to_limit(
    run: Running, alice: Identity, limit: int | None
) -> None:
    (task,) = await run.add(alice, A)
    await run.end(alice, task)

    with pytest.raises(Conflict, match=r"is COMPLETED; there is nothing to limit\.") as caught:
        await run.speeds.set(alice, Limited.TASK, str(task.id), limit)

    assert (caught.value.code, caught.value.field) == (ErrorCode.ILLEGAL_MOVE, "id")
    assert (await run.tasks.get(alice, task.id)).options.speed_limit is None


@pytest.mark.parametrize("thing", ["999", "-1", "alice", "²"])
async def test_user_who_is_not_there_is_told(make: Make, admin: Identity, thing: str) -> None:
    with pytest.raises(NotFound, match="no user with the number"):
        await make().set(admin, Limited.USER, thing, 1)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ((Limited.SERVER, None, 0), "bytesPerSecond"),
        ((Limited.SERVER, None, -1), "bytesPerSecond"),
        ((Limited.SERVER, None, 1 << 54), "bytesPerSecond"),
        ((Limited.SERVER, "1", 1), "id"),
        ((Limited.USER, None, 1), "id"),
        ((Limited.TASK, None, 1), "id"),
        ((Limited.TASK, "nonsense", 1), "id"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    make: Make, admin: Identity, asked: tuple[Limited, str | None, int], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await make().set(admin, *asked)

    assert caught.value.field == field


async def test_unknown_task_is_told(make: Make, admin: Identity) -> None:
    with pytest.raises(NotFound):
        await make().set(admin, Limited.TASK, str(new_id()), 1)


NIGHT = Schedule((Window(frozenset(DAYS), time(23), time(7), None),), "UTC")


async def test_other_limit_holds_in_its_window(
    make: Make, alice: Identity, admin: Identity, clock: FakeClock
) -> None:
    speeds = make()  # it is noon
    await speeds.set(admin, Limited.SERVER, None, 500)
    await speeds.set_schedule(admin, Limited.SERVER, None, NIGHT)
    by_day = speeds.server()

    clock.advance(11 * 3600)
    speeds.keep_time()
    by_night = speeds.server()
    clock.advance(8 * 3600)
    speeds.keep_time()

    assert (by_day, by_night) == (SpeedRule(500, NIGHT, 500), SpeedRule(500, NIGHT, None))
    assert speeds.server() == by_day


async def test_schedules_hold_after_a_restart(
    make: Make, alice: Identity, admin: Identity, clock: FakeClock
) -> None:
    speeds = make()
    await speeds.set(alice, Limited.USER, str(alice.user_id), 500)
    await speeds.set_schedule(alice, Limited.USER, str(alice.user_id), NIGHT)
    clock.advance(12 * 3600)

    again = make()
    await again.refresh()

    assert (again.own(alice), again.server()) == (
        SpeedRule(500, NIGHT, None),
        SpeedRule(None, NO_SCHEDULE, None),
    )


async def test_running_task_goes_by_the_hour(
    run: Running, alice: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "LEARN_SECONDS", 0)
    url = run.engine.plan(A, Waits())
    (task,) = await run.tasks.add(alice, [url])
    job = await run.engine.started.get()
    window = Window(frozenset(DAYS), time(13), time(14), 9)
    schedule = Schedule((window,), "UTC")
    await run.speeds.set_schedule(alice, Limited.USER, str(alice.user_id), schedule)

    run.clock.advance(3600)
    await until(lambda: job.rates[1].limit == 9)
    run.clock.advance(3600)
    await until(lambda: job.rates[1].limit is None)
    run.engine.let_go(task.id)

    assert (await run.end(alice, task)).state is TaskState.COMPLETED


@pytest.mark.parametrize(
    ("of", "thing", "error"),
    [
        (Limited.SERVER, None, Forbidden),
        (Limited.USER, "2", Forbidden),
        (Limited.TASK, "x", InvalidInput),
    ],
)
async def test_schedules_of_others_are_not_set(
    make: Make, alice: Identity, of: Limited, thing: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await make().set_schedule(alice, of, thing, NIGHT)
