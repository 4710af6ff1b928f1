"""Following a task: how it is now, then whenever that changes, until it is finished."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import pytest

from services.access.identity import Identity
from services.errors import NotFound
from services.events.bus import Channel
from services.ids import new_id
from services.tasks.changing.changes import Changes
from services.tasks.records import Task, TaskProgress
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.runner import FakeRunner


@pytest.fixture
async def task(tasks: Tasks, alice: Identity) -> Task:
    (task,) = await tasks.add(alice, ["https://example.com/a"])
    return task


def later(task: Task, revision: int, state: TaskState = TaskState.RUNNING) -> TaskProgress:
    """Return the progress of a later revision of the task."""
    return replace(TaskProgress.of(task), revision=revision, state=state)


async def rest(following: AsyncGenerator[TaskProgress, None]) -> list[TaskProgress]:
    return [progress async for progress in following]


async def test_first_comes_what_the_row_says(tasks: Tasks, alice: Identity, task: Task) -> None:
    async with aclosing(tasks.follow(alice, task.id)) as following:
        assert await anext(following) == TaskProgress.of(task)


async def test_runner_knows_better_than_the_row(
    tasks: Tasks, alice: Identity, task: Task, runner: FakeRunner
) -> None:
    runner.progress[task.id] = later(task, 1)

    async with aclosing(tasks.follow(alice, task.id)) as following:
        assert await anext(following) == later(task, 1)
    assert await tasks.look(alice, task.id) == (task, later(task, 1))


async def test_looking_without_a_runner_tells_what_the_row_says(
    tasks: Tasks, alice: Identity, task: Task
) -> None:
    assert await tasks.look(alice, task.id) == (task, TaskProgress.of(task))


async def test_changes_follow_until_the_task_is_finished(
    tasks: Tasks, alice: Identity, task: Task, channel: Channel[TaskProgress]
) -> None:
    following = tasks.follow(alice, task.id)
    seen = [await anext(following)]
    more = replace(later(task, 1), received=1)
    for progress in (later(task, 1), more, later(task, 2, TaskState.COMPLETED)):
        channel.publish(task.id, progress)
        seen.append(await anext(following))

    assert [progress.revision for progress in seen] == [0, 1, 1, 2]
    assert await rest(following) == []
    assert channel.followers == 0


async def test_what_is_said_twice_is_told_once(
    tasks: Tasks, alice: Identity, task: Task, channel: Channel[TaskProgress]
) -> None:
    following = tasks.follow(alice, task.id)
    await anext(following)
    channel.publish(task.id, later(task, 1))
    assert await anext(following) == later(task, 1)

    channel.publish(task.id, later(task, 1))
    ahead = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    channel.publish(task.id, later(task, 2))

    assert await ahead == later(task, 2)


async def test_what_was_told_before_the_break_is_not_told_again(
    tasks: Tasks, alice: Identity, task: Task, channel: Channel[TaskProgress], runner: FakeRunner
) -> None:
    runner.progress[task.id] = later(task, 1)
    async with aclosing(tasks.follow(alice, task.id)) as following:
        cursor = (await anext(following)).cursor

    async with aclosing(tasks.follow(alice, task.id, cursor)) as following:
        ahead = asyncio.ensure_future(anext(following))
        while not channel.followers:
            await asyncio.sleep(0)
        more = replace(later(task, 1), received=7)
        channel.publish(task.id, more)
        assert await ahead == more
    async with aclosing(tasks.follow(alice, task.id, more.cursor)) as following:
        assert await anext(following) == later(task, 1)


async def test_finished_task_whose_end_was_told_has_nothing_more(
    tasks: Tasks, changes: Changes, alice: Identity, task: Task
) -> None:
    await changes.cancel(alice, [str(task.id)])
    (told,) = await rest(tasks.follow(alice, task.id))

    assert await rest(tasks.follow(alice, task.id, told.cursor)) == []


async def test_older_revision_is_left_out(
    tasks: Tasks, alice: Identity, task: Task, channel: Channel[TaskProgress], runner: FakeRunner
) -> None:
    runner.progress[task.id] = later(task, 5)
    following = tasks.follow(alice, task.id)
    await anext(following)

    channel.publish(task.id, later(task, 4))
    ahead = anext(following)
    channel.publish(task.id, later(task, 6, TaskState.FAILED))

    assert (await ahead).revision == 6
    assert await rest(following) == []


async def test_whoever_is_slow_gets_the_newest(
    tasks: Tasks, alice: Identity, task: Task, channel: Channel[TaskProgress]
) -> None:
    following = tasks.follow(alice, task.id)
    await anext(following)
    for revision in range(1, 100):
        channel.publish(task.id, later(task, revision))
    channel.publish(task.id, later(task, 100, TaskState.COMPLETED))

    assert [progress.revision for progress in await rest(following)] == [100]


async def test_finished_task_is_told_once(
    tasks: Tasks, changes: Changes, alice: Identity, task: Task
) -> None:
    await changes.cancel(alice, [str(task.id)])

    assert [progress.state for progress in await rest(tasks.follow(alice, task.id))] == [
        TaskState.CANCELLED
    ]


async def test_others_tasks_look_absent(tasks: Tasks, bob: Identity, task: Task) -> None:
    for wanted in (task.id, new_id()):
        with pytest.raises(NotFound):
            await anext(tasks.follow(bob, wanted))
        with pytest.raises(NotFound):
            await tasks.look(bob, wanted)


async def test_following_ends_when_the_task_is_somebody_elses(
    tasks: Tasks, alice: Identity, task: Task, channel: Channel[TaskProgress]
) -> None:
    following = tasks.follow(alice, task.id)
    await anext(following)
    channel.publish(task.id, replace(later(task, 1), owner_id=alice.user_id + 1))

    assert await rest(following) == []


async def test_whoever_leaves_is_forgotten(
    tasks: Tasks, alice: Identity, task: Task, channel: Channel[TaskProgress]
) -> None:
    async with aclosing(tasks.follow(alice, task.id)) as following:
        await anext(following)
        during = channel.followers

    assert (during, channel.followers) == (1, 0)
