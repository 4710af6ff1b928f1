"""Groups: many URLs as one task, with a file for each."""

import asyncio
import hashlib
from collections.abc import Sequence

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched
from services.errors import ErrorCode, FetchFailed, InvalidInputs, Skipped
from services.ids import show
from services.store.store import Store, Transaction
from services.tasks.moves import move
from services.tasks.records import File, Task
from services.tasks.running.group_files import GroupFiles
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock
from tests.fakes.engine import Fails, FakeEngine, Finishes, Waits
from tests.integration.databases import POSTGRES
from tests.integration.services.tasks.conftest import Start, Worker
from tests.integration.services.tasks.running import Running, until

A, B, C = (f"https://example.com/{name}" for name in "abc")
# Of a row that another transaction has, PostgreSQL waits for that transaction.
WAITING_FOR_A_ROW = """
    SELECT 1 AS one FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND locktype = 'transactionid' AND datname = current_database()
"""
TIMED_OUT = FetchFailed("No answer.", code=ErrorCode.TIMED_OUT, temporary=True)
GONE = FetchFailed("It is gone.", code=ErrorCode.HTTP_STATUS, temporary=False)
FILTERED = Skipped("It is a film.", code=ErrorCode.FILTERED)
COMPLETED, FAILED, SKIPPED, PENDING = (
    *(TaskState.COMPLETED, TaskState.FAILED, TaskState.SKIPPED, TaskState.PENDING),
)


async def add(tasks: Tasks, owner: Identity, *urls: str) -> Task:
    (task,) = await tasks.ask(owner, urls or (A, B, C), group="holiday")
    return task


async def files(tasks: Tasks, owner: Identity, task: Task) -> list[File]:
    return (await tasks.files.pages(owner, [task.id], 100, None))[task.id].items


def states(found: Sequence[File]) -> list[TaskState]:
    return [file.state for file in found]


async def test_group_is_one_task_with_its_files(
    tasks: Tasks, alice: Identity, store: Store
) -> None:
    task = await add(tasks, alice)

    found = await files(tasks, alice, task)
    assert (task.name, task.is_group, task.url, task.kind) == ("holiday", True, A, None)
    assert [(file.url, file.name, file.state, file.path) for file in found] == [
        (A, "a", PENDING, ""),
        (B, "b", PENDING, ""),
        (C, "c", PENDING, ""),
    ]
    assert len(await store.fetch("SELECT id FROM tasks")) == 1


async def test_bytes_of_a_group_are_counted_for_the_hosts_of_its_files(
    run: Running, alice: Identity, store: Store
) -> None:
    other = "https://other.example/b"
    task = await add(run.tasks, alice, A, other, C)
    run.engine.plan(other, Finishes(7))

    await run.end(alice, task)

    rows = await store.fetch("SELECT host, downloads, bytes FROM transfers ORDER BY host")
    assert [(row["host"], row["downloads"], row["bytes"]) for row in rows] == [
        ("example.com", 1, 10),
        ("other.example", 0, 7),
    ]


async def test_files_come_one_after_another(run: Running, alice: Identity) -> None:
    task = await add(run.tasks, alice)
    run.engine.plan(B, Finishes(7))

    end = await run.end(alice, task)

    found = await files(run.tasks, alice, task)
    assert (end.state, end.received, end.total) == (COMPLETED, 17, 17)
    assert states(found) == [COMPLETED] * 3
    assert [(file.path, file.size) for file in found] == [
        ("alice/a", 5),
        ("alice/b", 7),
        ("alice/c", 5),
    ]
    assert found[1].sha256 == hashlib.sha256(bytes(7)).hexdigest()
    assert run.engine.most_at_once <= 1
    assert run.engine.attempts == [file.id for file in found]
    assert run.engine.kept == set()


async def test_progress_is_that_of_all_files(run: Running, alice: Identity) -> None:
    run.engine.plan(B, Waits(3))
    task = await add(run.tasks, alice)
    job = await run.engine.started.get()

    live = run.runner.live(task.id)
    run.engine.let_go(job.task_id)
    await run.end(alice, task)

    assert live is not None
    assert (live.name, live.received, live.total) == ("holiday", 8, None)


async def test_one_bad_file_does_not_cost_the_others(run: Running, alice: Identity) -> None:
    run.engine.plan(A, Fails(GONE))
    run.engine.plan(B, Fails(FILTERED))
    task = await add(run.tasks, alice)

    end = await run.end(alice, task)

    found = await files(run.tasks, alice, task)
    assert (end.state, end.error_code) == (FAILED, ErrorCode.HTTP_STATUS)
    assert end.error_message == "1 of 3 files did not come; the last: It is gone."
    assert states(found) == [FAILED, SKIPPED, COMPLETED]
    assert [file.error_message for file in found] == ["It is gone.", "It is a film.", None]


async def test_what_failed_for_now_is_tried_again_alone(run: Running, alice: Identity) -> None:
    run.engine.plan(A, Fails(TIMED_OUT))
    task = await add(run.tasks, alice)

    end = await run.end(alice, task)

    first, second, third = (file.id for file in await files(run.tasks, alice, task))
    assert end.state is COMPLETED
    assert run.engine.attempts == [first, second, third, first]


async def test_what_failed_for_good_is_fetched_where_the_group_is_retried(
    run: Running, alice: Identity
) -> None:
    run.engine.plan(A, Fails(GONE))
    task = await add(run.tasks, alice)
    await run.end(alice, task)

    await run.changes.retry(alice, [show("task", task.id)])
    end = await run.end(alice, task)

    assert (end.state, states(await files(run.tasks, alice, task))) == (COMPLETED, [COMPLETED] * 3)
    assert len(run.engine.attempts) == 4


async def test_crash_costs_no_file_that_had_come(
    start: Start, tasks: Tasks, alice: Identity
) -> None:
    engine = FakeEngine()
    engine.plan(B, Waits(2), Waits())
    task = await add(tasks, alice)
    async with start(engine) as run:
        await engine.started.get()
        assert states(await files(tasks, alice, task)) == [COMPLETED, PENDING, PENDING]
        assert run.runner.running == 1
    async with start(engine) as run:
        job = await engine.started.get()
        engine.let_go(job.task_id)
        await run.end(alice, task)

    first, second, third = (file.id for file in await files(tasks, alice, task))
    assert engine.attempts == [first, second, second, third]


async def test_cancelled_group_keeps_what_had_come_and_nothing_else(
    run: Running, alice: Identity
) -> None:
    run.engine.plan(B, Waits(2))
    task = await add(run.tasks, alice)
    await run.engine.started.get()

    await run.changes.cancel(alice, [show("task", task.id)])
    # One job after another is discarded, whether something is kept of it or not.
    await until(lambda: len({task_id for task_id, _ in run.engine.discarded}) == 2)

    found = await files(run.tasks, alice, task)
    assert states(found) == [COMPLETED, PENDING, PENDING]
    assert not run.engine.kept
    assert {task_id for task_id, _ in run.engine.discarded} == {found[1].id, found[2].id}


async def test_attempt_that_has_lost_its_task_writes_no_file(
    tasks: Tasks, alice: Identity, worker: Worker, store: Store, clock: FakeClock
) -> None:
    task = await add(tasks, alice)
    (claim,) = await worker("one").take(1)
    await worker("one").recover_own()
    (other,) = await worker("two").take(1)
    group, file = GroupFiles(store=store, clock=clock), claim.files[0]

    late = await group.finish(file, claim.task.attempt, Fetched("a", "alice/a", 5, None))
    drop = await group.drop(file, claim.task.attempt, FAILED, GONE)
    now = await group.finish(file, other.task.attempt, Fetched("a", "alice/a", 6, None))

    (first, *_) = await files(tasks, alice, task)
    assert (late, drop, now) == (False, False, True)
    assert (first.state, first.size) == (COMPLETED, 6)


@pytest.mark.parametrize("store", [POSTGRES], indirect=True)
async def test_file_waits_for_whoever_is_taking_its_task(
    tasks: Tasks, worker: Worker, store: Store, clock: FakeClock, alice: Identity
) -> None:
    task = await add(tasks, alice)
    (claim,) = await worker("one").take(1)
    group, taking, go_on = GroupFiles(store=store, clock=clock), asyncio.Event(), asyncio.Event()

    async def pause(transaction: Transaction) -> None:
        await move(transaction, task.id, TaskState.PAUSED, at=START)
        taking.set()
        await go_on.wait()

    pausing = asyncio.create_task(store.write(pause))
    await taking.wait()
    fetched = Fetched("a", "alice/a", 5, None)
    recording = asyncio.create_task(group.finish(claim.files[0], claim.task.attempt, fetched))
    while not await store.fetch(WAITING_FOR_A_ROW):
        await asyncio.sleep(0)
    go_on.set()

    await pausing
    assert not await recording
    assert states(await files(tasks, alice, task)) == [PENDING] * 3


@pytest.mark.parametrize("name", ["", ".", "a/b", "x" * 256, "con"])
async def test_name_of_a_group_is_one_that_a_file_may_have(
    tasks: Tasks, alice: Identity, name: str
) -> None:
    with pytest.raises(InvalidInputs) as caught:
        await tasks.ask(alice, [A, B], group=name)

    assert [error.field for error in caught.value.errors] == ["groupName"]


async def test_metalinks_and_groups_do_not_mix(tasks: Tasks, alice: Identity) -> None:
    with pytest.raises(InvalidInputs) as caught:
        await tasks.ask(alice, [A], metalinks=["<nonsense/>"], group="holiday")

    assert "metalinks" in [error.field for error in caught.value.errors]
