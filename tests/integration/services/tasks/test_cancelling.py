"""Cancelling: each id stands for itself."""

import asyncio
from datetime import timedelta

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched, Meter
from services.errors import ErrorCode, FetchFailed, InvalidInput
from services.events.bus import Channel
from services.ids import TASK, new_id, show
from services.store.store import Store
from services.tasks.changing.changes import Changes
from services.tasks.changing.results import MOST_IDS
from services.tasks.records import Task, TaskProgress
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock
from tests.fakes.runner import FakeRunner
from tests.integration.services.tasks.conftest import Worker

FETCHED = Fetched("a", "alice/a", 5, "ab" * 32)
TIMED_OUT = FetchFailed("No answer.", code=ErrorCode.TIMED_OUT, temporary=True)


async def add(tasks: Tasks, owner: Identity) -> Task:
    (task,) = await tasks.add(owner, ["https://example.com/a"])
    return task


async def kinds(store: Store) -> list[str]:
    return [row["kind"] for row in await store.fetch("SELECT kind FROM events ORDER BY seq")]


async def test_waiting_task_is_cancelled(
    tasks: Tasks, changes: Changes, alice: Identity, clock: FakeClock, store: Store
) -> None:
    task = await add(tasks, alice)
    clock.advance(60)

    done = await changes.cancel(alice, [show(TASK, task.id)])

    (cancelled,) = done.tasks
    assert done.errors == []
    assert (cancelled.state, cancelled.revision) == (TaskState.CANCELLED, 1)
    assert (cancelled.finished_at, cancelled.started_at) == (clock.now(), None)
    assert await tasks.get(alice, task.id) == cancelled
    assert await kinds(store) == ["task.added", "task.cancelled"]


async def test_running_task_is_taken_from_its_worker(
    tasks: Tasks, changes: Changes, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)

    done = await changes.cancel(alice, [str(claim.task.id)])

    assert [task.state for task in done.tasks] == [TaskState.CANCELLED]
    assert await claims.report([(claim, Meter())]) == set()
    assert await claims.complete(claim, FETCHED) is None


async def test_task_that_waits_to_try_again_is_cancelled(
    tasks: Tasks, changes: Changes, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)
    await claims.retry(claim, TIMED_OUT, Meter(), failures=1, after=timedelta(seconds=2))

    done = await changes.cancel(alice, [str(claim.task.id)])

    assert [task.state for task in done.tasks] == [TaskState.CANCELLED]


async def test_runner_and_followers_are_told(
    tasks: Tasks,
    changes: Changes,
    alice: Identity,
    runner: FakeRunner,
    channel: Channel[TaskProgress],
) -> None:
    task = await add(tasks, alice)
    with channel.follow(task.id) as feed:
        (cancelled,) = (await changes.cancel(alice, [str(task.id)])).tasks

        assert await anext(feed.values()) == TaskProgress.of(cancelled)
    assert runner.dropped == [cancelled]


async def test_cancelling_twice_is_no_error_and_tells_nobody(
    tasks: Tasks, changes: Changes, alice: Identity, runner: FakeRunner, store: Store
) -> None:
    task = await add(tasks, alice)
    first = await changes.cancel(alice, [str(task.id)])

    second = await changes.cancel(alice, [str(task.id)])

    assert second == first
    assert len(runner.dropped) == 1
    assert await kinds(store) == ["task.added", "task.cancelled"]


async def test_same_id_twice_in_one_call_is_no_error(
    tasks: Tasks, changes: Changes, alice: Identity, runner: FakeRunner
) -> None:
    task = await add(tasks, alice)

    done = await changes.cancel(alice, [str(task.id)] * 2)

    assert (done.tasks[0], done.errors) == (done.tasks[1], [])
    assert len(runner.dropped) == 1


async def test_finished_task_stays_as_it_is(
    tasks: Tasks, changes: Changes, alice: Identity, worker: Worker, runner: FakeRunner
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)
    completed = await claims.complete(claim, FETCHED)

    done = await changes.cancel(alice, [show(TASK, claim.task.id)])

    (error,) = done.errors
    assert done.tasks == []
    assert (error.code, error.field) == (ErrorCode.ILLEGAL_MOVE, "ids.0")
    assert error.message == f"task_{claim.task.id} is COMPLETED; it cannot be cancelled."
    assert await tasks.get(alice, claim.task.id) == completed
    assert runner.dropped == []


async def test_each_id_has_its_own_result(
    tasks: Tasks, changes: Changes, alice: Identity, bob: Identity
) -> None:
    mine, others = await add(tasks, alice), await add(tasks, bob)
    absent = new_id()

    done = await changes.cancel(
        alice, [str(mine.id), "nonsense", str(others.id), show(TASK, absent), show(TASK, mine.id)]
    )

    assert [task.id for task in done.tasks] == [mine.id, mine.id]
    assert [(error.code, error.field) for error in done.errors] == [
        (ErrorCode.INVALID_ID, "ids.1"),
        (ErrorCode.NOT_FOUND, "ids.2"),
        (ErrorCode.NOT_FOUND, "ids.3"),
    ]
    assert (await tasks.get(bob, others.id)).state is TaskState.PENDING


async def test_administrator_cancels_everybodys(
    tasks: Tasks, changes: Changes, alice: Identity, admin: Identity, store: Store
) -> None:
    task = await add(tasks, alice)

    done = await changes.cancel(admin, [str(task.id)])

    assert [(task.owner_id, task.state) for task in done.tasks] == [
        (alice.user_id, TaskState.CANCELLED)
    ]
    rows = await store.fetch("SELECT owner_id FROM events")
    assert {row["owner_id"] for row in rows} == {alice.user_id}


@pytest.mark.parametrize("count", [0, MOST_IDS + 1])
async def test_number_of_ids_is_bounded(changes: Changes, alice: Identity, count: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        await changes.cancel(alice, [str(new_id())] * count)

    assert caught.value.field == "ids"


async def test_completion_and_cancellation_at_once_leave_one_of_them(
    tasks: Tasks, changes: Changes, alice: Identity, worker: Worker, store: Store
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)

    completed, done = await asyncio.gather(
        claims.complete(claim, FETCHED),
        changes.cancel(alice, [str(claim.task.id)]),
    )

    task = await tasks.get(alice, claim.task.id)
    files = await store.fetch("SELECT * FROM files")
    if completed is not None:
        assert (task.state, done.tasks, len(files)) == (TaskState.COMPLETED, [], 1)
    else:
        assert (task.state, done.tasks, len(files)) == (TaskState.CANCELLED, [task], 0)
    assert task.finished_at == START
