"""Following a queue: all that runs, then what is new, in one stream."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.errors import Forbidden
from services.events.bus import Channel
from services.events.log import Bounds, EventLog
from services.events.tail import Tail
from services.metrics import Metrics
from services.remembered import Remembered
from services.store.choose import make_store
from services.store.postgres import PostgresStore
from services.store.store import Store, Transaction, Work
from services.tasks.limits.pauses import Pauses
from services.tasks.moves import move
from services.tasks.records import Task, TaskProgress
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from services.tasks.telling.board import Board, QueueProgress
from services.tasks.telling.echo import Echo
from tests.fakes.clock import FakeClock
from tests.fakes.runner import FakeRunner

RUNNING, COMPLETED = TaskState.RUNNING, TaskState.COMPLETED


@pytest.fixture
async def tail(store: Store, clock: FakeClock) -> AsyncIterator[Tail]:
    remembered = Remembered(store=store, clock=clock)
    events = EventLog(store=store, remembered=remembered, clock=clock, bounds=Bounds())
    await events.open()
    tail = Tail(events=events, store=store, metrics=Metrics(version="test"))
    await tail.open()
    yield tail
    await tail.close()


@pytest.fixture
async def board(
    store: Store,
    clock: FakeClock,
    channel: Channel[TaskProgress],
    runner: FakeRunner,
    tail: Tail,
) -> Board:
    pauses = Pauses(remembered=Remembered(store=store, clock=clock))
    return Board(
        store=store,
        clock=clock,
        channel=channel,
        runner=runner,
        pauses=pauses,
        tail=tail,
        interval=0.001,
    )


async def add(tasks: Tasks, owner: Identity, number: int = 1) -> list[Task]:
    return await tasks.add(owner, [f"https://example.com/{n}" for n in range(number)])


async def shift(store: Store, clock: FakeClock, task: Task, *states: TaskState) -> Task:
    """Move a task from state to state, and return it as it is then."""
    moved: Task | None = task
    for state in states:

        async def work(transaction: Transaction, state: TaskState = state) -> Task | None:
            return await move(transaction, task.id, state, at=clock.now())

        moved = await store.write(work)
    assert moved is not None
    return moved


async def hear(following: AsyncGenerator[QueueProgress, None]) -> QueueProgress:
    async with asyncio.timeout(30):
        return await anext(following)


async def test_first_comes_all_that_runs(
    board: Board, tasks: Tasks, alice: Identity, store: Store, clock: FakeClock
) -> None:
    one, two, _ = await add(tasks, alice, 3)
    running = [await shift(store, clock, task, RUNNING) for task in (one, two)]

    async with aclosing(board.follow(alice)) as following:
        first = await hear(following)

    assert first.is_snapshot
    assert first.tasks == [TaskProgress.of(task) for task in running]
    assert (first.running, first.waiting, first.speed, first.is_paused) == (2, 1, 0, False)
    assert board.followers == 0


async def test_runner_knows_better_than_the_rows(
    board: Board, tasks: Tasks, alice: Identity, store: Store, runner: FakeRunner
) -> None:
    (task,) = await add(tasks, alice)
    task = await shift(store, FakeClock(), task, RUNNING)
    live = replace(TaskProgress.of(task), received=5, speed=100)
    runner.progress[task.id] = live

    async with aclosing(board.follow(alice)) as following:
        first = await hear(following)

    assert (first.tasks, first.speed) == ([live], 100)


async def test_then_comes_what_is_new_with_the_newest_of_each(
    board: Board, tasks: Tasks, alice: Identity, store: Store, channel: Channel[TaskProgress]
) -> None:
    one, two = [
        TaskProgress.of(await shift(store, FakeClock(), task, RUNNING))
        for task in await add(tasks, alice, 2)
    ]
    async with aclosing(board.follow(alice)) as following:
        await hear(following)
        for received in range(1, 100):
            channel.publish(one.task_id, replace(one, received=received, speed=7))
        second = await hear(following)
        ended = replace(two, revision=two.revision + 1, state=COMPLETED)
        channel.publish(two.task_id, ended)
        channel.publish(two.task_id, two)  # late, and no news
        third = await hear(following)
        channel.publish(two.task_id, two)
        channel.publish(one.task_id, replace(one, received=100))
        fourth = await hear(following)

    assert not second.is_snapshot
    assert second.tasks == [replace(one, received=99, speed=7)]
    assert (second.running, second.speed) == (2, 7)
    assert (third.tasks, third.running) == ([ended], 1)
    assert (fourth.tasks, fourth.running, fourth.speed) == ([replace(one, received=100)], 1, 0)


async def test_slow_follower_gets_one_delta(
    board: Board, tasks: Tasks, alice: Identity, store: Store, channel: Channel[TaskProgress]
) -> None:
    told = [
        TaskProgress.of(await shift(store, FakeClock(), task, RUNNING))
        for task in await add(tasks, alice, 3)
    ]
    async with aclosing(board.follow(alice)) as following:
        await hear(following)
        for received in range(1, 50):
            for progress in told:
                channel.publish(progress.task_id, replace(progress, received=received))
        last = await hear(following)
        waiting = asyncio.ensure_future(anext(following))
        await asyncio.sleep(0)

        assert sorted(p.task_id for p in last.tasks) == sorted(p.task_id for p in told)
        assert {p.received for p in last.tasks} == {49}
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_others_tasks_are_not_told(
    board: Board, tasks: Tasks, alice: Identity, bob: Identity, channel: Channel[TaskProgress]
) -> None:
    (hers,), (his,) = await add(tasks, alice), await add(tasks, bob)
    async with aclosing(board.follow(alice)) as following:
        first = await hear(following)
        for task in (his, hers):
            channel.publish(task.id, replace(TaskProgress.of(task), state=RUNNING, revision=1))
        second = await hear(following)

    assert (first.tasks, first.waiting) == ([], 1)
    assert [progress.task_id for progress in second.tasks] == [hers.id]


async def test_administrator_may_see_everybodys(
    board: Board, tasks: Tasks, alice: Identity, admin: Identity
) -> None:
    await add(tasks, alice, 2)

    async with (
        aclosing(board.follow(admin)) as own,
        aclosing(board.follow(admin, everybody=True)) as all_of_them,
    ):
        assert ((await hear(own)).waiting, (await hear(all_of_them)).waiting) == (0, 2)
    with pytest.raises(Forbidden):
        await anext(board.follow(alice, everybody=True))


async def test_waiting_tasks_are_counted_again_when_something_happens(
    board: Board, tasks: Tasks, alice: Identity
) -> None:
    async with aclosing(board.follow(alice)) as following:
        first = await hear(following)
        await add(tasks, alice, 3)
        second = await hear(following)

    assert (first.waiting, second.waiting, second.tasks) == (0, 3, [])


async def test_how_it_stands_is_not_told_twice(
    board: Board, tasks: Tasks, alice: Identity, store: Store, channel: Channel[TaskProgress]
) -> None:
    (task,) = await add(tasks, alice)
    running = TaskProgress.of(await shift(store, FakeClock(), task, RUNNING))
    async with aclosing(board.follow(alice)) as following:
        cursor = (await hear(following)).cursor

    async with aclosing(board.follow(alice, after=cursor)) as following:
        ahead = asyncio.ensure_future(anext(following))
        while not any(view.is_counted for view in board._views):
            await asyncio.sleep(0)
        channel.publish(task.id, replace(running, received=9))
        assert not (await ahead).is_snapshot
    async with aclosing(board.follow(alice, after="1.0.00000000")) as following:
        assert (await hear(following)).is_snapshot


async def test_nothing_is_heard_while_nobody_follows(
    board: Board, tasks: Tasks, alice: Identity, channel: Channel[TaskProgress]
) -> None:
    async with aclosing(board.follow(alice)) as following:
        await hear(following)
        during = channel.followers

    assert (during, channel.followers, board.followers) == (1, 0, 0)


@pytest.fixture
async def echo(
    store: Store, channel: Channel[TaskProgress], board: Board, runner: FakeRunner, tail: Tail
) -> AsyncIterator[Echo]:
    echo = Echo(store=store, channel=channel, board=board, runner=runner, tail=tail)
    await echo.open()
    yield echo
    await echo.close()


@pytest.mark.usefixtures("echo")
async def test_what_another_server_does_is_told_to_who_follows_the_task(
    tasks: Tasks, alice: Identity, store: Store, clock: FakeClock
) -> None:
    (task,) = await add(tasks, alice)
    async with aclosing(tasks.follow(alice, task.id)) as following:
        seen = [(await anext(following)).state]
        for state in (RUNNING, TaskState.RETRYING, TaskState.PAUSED, TaskState.CANCELLED):
            await shift(store, clock, task, state)  # nobody publishes it
            async with asyncio.timeout(30):
                seen.append((await anext(following)).state)

        assert await anext(following, None) is None
    assert seen == [
        *(TaskState.PENDING, RUNNING, TaskState.RETRYING, TaskState.PAUSED, TaskState.CANCELLED)
    ]


@pytest.mark.usefixtures("echo")
async def test_what_another_server_does_is_told_to_who_follows_the_queue(
    board: Board, tasks: Tasks, alice: Identity, store: Store, clock: FakeClock
) -> None:
    (task,) = await add(tasks, alice)
    async with aclosing(board.follow(alice)) as following:
        await hear(following)
        began = await shift(store, clock, task, RUNNING)
        while not (second := await hear(following)).tasks:
            pass
        ended = await shift(store, clock, task, COMPLETED)
        while not (third := await hear(following)).tasks:
            pass

    assert (second.tasks, second.running) == ([TaskProgress.of(began)], 1)
    assert (third.tasks, third.running) == ([TaskProgress.of(ended)], 0)


@pytest.mark.usefixtures("echo")
async def test_two_servers_on_one_database_agree(
    board: Board, tasks: Tasks, alice: Identity, store: Store, tmp_path: Path
) -> None:
    (task,) = await add(tasks, alice)
    url = store._url if isinstance(store, PostgresStore) else None
    other = make_store(tmp_path, url)
    await other.open()
    try:
        async with aclosing(board.follow(alice)) as following:
            await hear(following)
            began = await shift(other, FakeClock(), task, RUNNING)
            while not (second := await hear(following)).tasks:
                pass
            received = replace(TaskProgress.of(began), received=4711)
            await other.write(received_bytes(task, 4711))
            while not (third := await hear(following)).tasks:
                pass
    finally:
        await other.close()

    assert second.tasks == [TaskProgress.of(began)]
    assert third.tasks == [received]


def received_bytes(task: Task, number: int) -> Work[None]:
    """Return the work of another server that flushes how far it has come."""

    async def work(transaction: Transaction) -> None:
        await transaction.execute("UPDATE tasks SET received = ? WHERE id = ?", number, task.id)

    return work
