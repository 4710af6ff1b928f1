"""Bytes that come in count, and stop coming where there is no quota for them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.access.quotas.quotas import Quotas
from services.access.quotas.tiers import Tiers
from services.engines.engine import Fetched
from services.engines.options import Conflict, Options
from services.errors import ErrorCode
from services.ids import show
from services.statistics.counting import add_used
from services.store.store import Store, Transaction
from services.tasks.changing.purge import Purge
from services.tasks.changing.removal import REGRET, Removal
from services.tasks.records import Task
from services.tasks.running import runner as runner_module
from services.tasks.running.group_files import GroupFiles
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock
from tests.fakes.engine import FakeEngine, Finishes, Waits
from tests.integration.services.tasks.conftest import Start, Worker
from tests.integration.services.tasks.limited import MIDNIGHT, TIERS, A, B, C, put, used
from tests.integration.services.tasks.running import Running, until
from tests.integration.services.tasks.stored import stored

TO_MIDNIGHT = (datetime(2026, 11, 23, tzinfo=UTC) - START).total_seconds()


@pytest.fixture
def tiers() -> Tiers:
    return TIERS


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "COUNT_SECONDS", 0.001)


@pytest.fixture
async def run(start: Start, engine: FakeEngine) -> AsyncIterator[Running]:
    async with start(engine) as started:
        yield started


async def waiting(run: Running, store: Store, task: Task) -> Task:
    """Return a task once it has left its worker."""
    await until(lambda: run.runner.running == 0)
    return await stored(store, task.id)


async def discard(_: Task, __: str) -> None:
    """Nothing was kept of these."""


async def test_bytes_count_on_the_day_they_come_in_whatever_becomes_of_them(
    run: Running, store: Store, alice: Identity
) -> None:
    first, second = await run.add(alice, run.engine.plan(A, Waits(300)), B)
    await run.engine.started.get()
    await run.end(alice, second)
    await run.changes.cancel(alice, [show("task", first.id)])
    await until(lambda: run.runner.running == 0)

    while (await used(store, alice))["received"] < 305:
        pass

    assert await used(store, alice) == {"added": 2, "received": 305, "stored": 5}


async def test_last_bytes_before_the_end_of_a_server_count(
    start: Start, store: Store, alice: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "COUNT_SECONDS", 3600)
    engine = FakeEngine()
    async with start(engine) as run:
        await run.add(alice, engine.plan(A, Waits(300)))
        await engine.started.get()

    assert (await used(store, alice))["received"] == 300


async def test_what_runs_over_the_bytes_of_a_day_waits_until_the_next(
    run: Running, store: Store, alice: Identity
) -> None:
    await put(store, alice, "thin")
    (task,) = await run.add(alice, run.engine.plan(A, Waits(1200), Waits(10)))
    await run.engine.started.get()

    held = await waiting(run, store, task)
    run.clock.advance(TO_MIDNIGHT - 1)
    run.runner.wake()
    still = await waiting(run, store, task)
    run.clock.advance(1)
    run.runner.wake()
    job = await run.engine.started.get()
    received = job.meter.received
    run.engine.let_go(task.id)
    end = await run.end(alice, task)

    assert (held.state, held.error_code) == (TaskState.RETRYING, ErrorCode.QUOTA_EXCEEDED)
    assert held.error_message == (
        f"The tier thin allows 1.0 kB a day; 1.2 kB have come in. {MIDNIGHT}"
    )
    assert (held.received, held.failures, still.attempt) == (1200, 0, 1)
    assert received == 1210
    assert end.state is TaskState.COMPLETED


async def test_nothing_is_started_for_whoever_has_used_the_bytes_of_a_day(
    run: Running, store: Store, alice: Identity, bob: Identity
) -> None:
    await put(store, alice, "thin")
    plans = [run.engine.plan(A, Waits(1000)), run.engine.plan(B, Waits())]
    *_, third = await run.add(alice, *plans, C)  # two run at once
    for _ in range(2):
        await run.engine.started.get()
    await until(lambda: run.runner.running == 0)

    (other,) = await run.add(bob, C)
    end = await run.end(bob, other)

    assert end.state is TaskState.COMPLETED
    assert (await stored(store, third.id)).state is TaskState.PENDING


async def test_tasks_of_others_go_on(
    run: Running, store: Store, alice: Identity, bob: Identity
) -> None:
    await put(store, alice, "thin")
    (mine,) = await run.add(alice, run.engine.plan(A, Waits(1000)))
    (other,) = await run.add(bob, run.engine.plan(B, Waits(5000)))
    for _ in range(2):
        await run.engine.started.get()

    await until(lambda: run.runner.running == 1)
    run.engine.let_go(other.id)
    end = await run.end(bob, other)

    assert end.state is TaskState.COMPLETED
    assert (await stored(store, mine.id)).state is TaskState.RETRYING


async def test_what_has_no_room_to_lie_in_fails_and_leaves_nothing(
    run: Running, store: Store, alice: Identity
) -> None:
    await put(store, alice, "small")
    await lie_there(store, alice, 500)
    (task,) = await run.add(alice, run.engine.plan(A, Waits(10)))  # of 1000 bytes
    await run.engine.started.get()

    failed = await waiting(run, store, task)
    await until(lambda: not run.engine.kept)

    assert (failed.state, failed.error_code) == (TaskState.FAILED, ErrorCode.QUOTA_EXCEEDED)
    assert failed.error_message == (
        "The tier small allows files of 1.0 kB together; with what is on its way there are 1.5 "
        "kB. Remove tasks with their files."
    )
    assert [task_id for task_id, _ in run.engine.discarded] == [task.id]


async def test_of_several_without_room_the_last_fails(
    run: Running, store: Store, alice: Identity
) -> None:
    await put(store, alice, "small")
    (first,) = await run.add(alice, run.engine.plan(A, Waits(10)))  # of 1000 bytes
    await run.engine.started.get()
    run.clock.advance(1)
    (second,) = await run.add(alice, run.engine.plan(B, Waits(10)))

    end = await run.end(alice, second)
    run.engine.let_go(first.id)

    assert (end.state, end.error_code) == (TaskState.FAILED, ErrorCode.QUOTA_EXCEEDED)
    assert (await run.end(alice, first)).state is TaskState.COMPLETED


async def lie_there(store: Store, user: Identity, size: int) -> None:
    """Count bytes of files that a user has."""

    async def write(transaction: Transaction) -> None:
        await add_used(transaction, user.user_id, START, stored=size)

    await store.write(write)


async def complete(worker: Worker, path: str, size: int) -> None:
    """Take a task and end it well."""
    claims = worker("one")
    (claim,) = await claims.take(1)
    await claims.complete(claim, Fetched("a", path, size, None))


async def test_files_that_are_removed_with_their_tasks_do_not_lie_there(
    *, tasks: Tasks, removal: Removal, worker: Worker, store: Store, clock: FakeClock,
    alice: Identity, tmp_path: Path,
) -> None:  # fmt: skip
    (first,) = await tasks.add(alice, [A])
    await complete(worker, "alice/a", 700)
    await tasks.add(alice, [B])
    await complete(worker, "alice/b", 40)
    before = await used(store, alice)

    await removal.remove(alice, [show("task", first.id)], with_files=True)
    meanwhile = await used(store, alice)
    clock.advance(REGRET.total_seconds())
    await Purge(store=store, clock=clock, root=tmp_path).run(discard)

    assert [sums["stored"] for sums in (before, meanwhile, await used(store, alice))] == [
        740,
        740,
        40,
    ]


async def test_file_in_the_place_of_another_counts_alone(
    *, tasks: Tasks, removal: Removal, worker: Worker, store: Store, clock: FakeClock,
    alice: Identity, tmp_path: Path,
) -> None:  # fmt: skip
    again = Options(conflict=Conflict.OVERWRITE)
    (first,) = await tasks.add(alice, [A], options=again)
    await complete(worker, "alice/a", 700)
    clock.advance(1)
    (second,) = await tasks.add(alice, [A], options=again)

    await complete(worker, "alice/a", 300)
    replaced = await used(store, alice)
    await removal.remove(alice, [show("task", first.id)])
    clock.advance(REGRET.total_seconds())
    await Purge(store=store, clock=clock, root=tmp_path).run(discard)
    without_first = await used(store, alice)
    await removal.remove(alice, [show("task", second.id)])
    clock.advance(REGRET.total_seconds())
    await Purge(store=store, clock=clock, root=tmp_path).run(discard)

    sums = (replaced, without_first, await used(store, alice))
    assert [each["stored"] for each in sums] == [300, 300, 0]


async def test_each_file_of_a_group_counts_when_it_has_come(
    tasks: Tasks, worker: Worker, store: Store, clock: FakeClock, alice: Identity
) -> None:
    await tasks.ask(alice, [A, B], group="both")
    claims = worker("one")
    (claim,) = await claims.take(1)
    files = GroupFiles(store=store, clock=clock)

    await files.finish(claim.files[0], claim.task.attempt, Fetched("a", "alice/both/a", 70, None))
    half = await used(store, alice)
    await files.finish(claim.files[1], claim.task.attempt, Fetched("b", "alice/both/b", 7, None))
    await claims.complete(claim, Fetched("both", "", 77, None))

    assert [half["stored"], (await used(store, alice))["stored"]] == [70, 77]


async def test_group_with_room_for_all_its_files_ends_well(
    run: Running, store: Store, alice: Identity
) -> None:
    await put(store, alice, "small")
    for url in (A, B):
        run.engine.plan(url, Finishes(400))
    run.engine.plan(C, Waits(0), Finishes(200))
    (task,) = await run.tasks.ask(alice, [A, B, C], group="all")
    job = await run.engine.started.get()
    for _ in range(2):  # looks
        last = run.claims.spent
        await until(lambda last=last: run.claims.spent is not last)  # type: ignore[misc]

    run.engine.let_go(job.task_id)
    end = await run.end(alice, task)

    assert (end.state, (await used(store, alice))["stored"]) == (TaskState.COMPLETED, 1000)


async def test_sum_that_is_wrong_is_corrected(
    *, tasks: Tasks, quotas: Quotas, worker: Worker, store: Store, alice: Identity, bob: Identity
) -> None:
    for user in (alice, bob):
        await tasks.add(user, [A])
        await complete(worker, f"{user.user_name}/a", 700)
        await lie_there(store, user, 55)
    await put(store, alice, "small")

    await quotas.recount()

    assert (await used(store, alice))["stored"] == 700
    assert (await used(store, bob))["stored"] == 755  # nobody asks
