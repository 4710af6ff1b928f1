"""Pausing, resuming, cancelling, trying again: what each comes to in every state."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from services.access.identity import Identity
from services.engines.engine import Phase
from services.errors import ErrorCode, InvalidInput
from services.events.bus import Channel
from services.ids import TASK, new_id, show
from services.store.store import Store
from services.tasks.changing.changes import Changes
from services.tasks.changing.results import MOST_IDS, Done
from services.tasks.records import TaskProgress
from services.tasks.states import TaskState
from tests.fakes.clock import START, FakeClock
from tests.fakes.runner import FakeRunner
from tests.integration.services.tasks.stored import kinds, plant, row, stored

S = TaskState
Operation = Callable[[Changes, Identity, Sequence[str]], Awaitable[Done]]

OPERATIONS: dict[str, Operation] = {
    "paused": Changes.pause,
    "resumed": Changes.resume,
    "cancelled": Changes.cancel,
    "tried again": Changes.retry,
}
# What a task of each state becomes, with which event. The same state and no event: it is as it
# should be already. None: that cannot be.
Outcome = tuple[TaskState, str] | TaskState | None
OUTCOMES: dict[tuple[str, TaskState], Outcome] = {
    ("paused", S.PENDING): (S.PAUSED, "task.paused"),
    ("paused", S.RUNNING): (S.PAUSED, "task.paused"),
    ("paused", S.PAUSED): S.PAUSED,
    ("paused", S.RETRYING): (S.PAUSED, "task.paused"),
    ("paused", S.WAITING_INPUT): (S.PAUSED, "task.paused"),
    ("paused", S.COMPLETED): None,
    ("paused", S.FAILED): None,
    ("paused", S.CANCELLED): None,
    ("paused", S.SKIPPED): None,
    ("resumed", S.PENDING): S.PENDING,
    ("resumed", S.RUNNING): S.RUNNING,
    ("resumed", S.PAUSED): (S.PENDING, "task.queued"),
    ("resumed", S.RETRYING): S.RETRYING,
    ("resumed", S.WAITING_INPUT): None,
    ("resumed", S.COMPLETED): None,
    ("resumed", S.FAILED): None,
    ("resumed", S.CANCELLED): None,
    ("resumed", S.SKIPPED): None,
    ("cancelled", S.PENDING): (S.CANCELLED, "task.cancelled"),
    ("cancelled", S.RUNNING): (S.CANCELLED, "task.cancelled"),
    ("cancelled", S.PAUSED): (S.CANCELLED, "task.cancelled"),
    ("cancelled", S.RETRYING): (S.CANCELLED, "task.cancelled"),
    ("cancelled", S.WAITING_INPUT): (S.CANCELLED, "task.cancelled"),
    ("cancelled", S.COMPLETED): None,
    ("cancelled", S.FAILED): None,
    ("cancelled", S.CANCELLED): S.CANCELLED,
    ("cancelled", S.SKIPPED): None,
    ("tried again", S.PENDING): S.PENDING,
    ("tried again", S.RUNNING): S.RUNNING,
    ("tried again", S.PAUSED): None,
    ("tried again", S.RETRYING): (S.PENDING, "task.queued"),
    ("tried again", S.WAITING_INPUT): None,
    ("tried again", S.COMPLETED): None,
    ("tried again", S.FAILED): (S.PENDING, "task.queued"),
    ("tried again", S.CANCELLED): (S.PENDING, "task.queued"),
    ("tried again", S.SKIPPED): (S.PENDING, "task.queued"),
}


def test_every_state_is_in_the_table() -> None:
    assert set(OUTCOMES) == {(name, state) for name in OPERATIONS for state in TaskState}


@pytest.mark.parametrize(("name", "state"), OUTCOMES)
async def test_each_state_becomes_what_is_promised(
    changes: Changes, store: Store, alice: Identity, name: str, state: TaskState
) -> None:
    task = await plant(store, alice, state)
    before = await row(store, task.id)

    (result,) = (await OPERATIONS[name](changes, alice, [str(task.id)])).results

    after, outcome = await row(store, task.id), OUTCOMES[name, state]
    match outcome:
        case (TaskState() as becomes, str() as kind):
            assert (result.task, result.error) == (await stored(store, task.id), None)
            assert (after["state"], after["revision"]) == (becomes.value, 8)
            assert (after["worker"], after["lease_until"], after["phase"]) == (None, None, None)
            assert await kinds(store, task) == [kind]
        case None:
            message = f"{show(TASK, task.id)} is {state.value}; it cannot be {name}."
            assert result.error is not None
            assert (result.error.code, result.error.message) == (ErrorCode.ILLEGAL_MOVE, message)
            assert (result.task, after, await kinds(store, task)) == (None, before, [])
        case _:
            assert (result.task, result.error) == (task, None)
            assert (after, await kinds(store, task)) == (before, [])


@pytest.mark.parametrize("name", OPERATIONS)
async def test_each_id_has_its_own_result_in_their_order(
    changes: Changes, store: Store, alice: Identity, bob: Identity, *, name: str
) -> None:
    mine, others = [await plant(store, user, S.RETRYING) for user in (alice, bob)]
    ids = [str(others.id), show(TASK, mine.id), "nonsense", str(new_id()), str(mine.id)]
    before = await row(store, others.id)

    done = await OPERATIONS[name](changes, alice, ids)

    now = await stored(store, mine.id)
    assert [result.id for result in done.results] == ids
    assert [result.task for result in done.results] == [None, now, None, None, now]
    assert [(error.field, error.code) for error in done.errors] == [
        ("ids.0", ErrorCode.NOT_FOUND),
        ("ids.2", ErrorCode.INVALID_ID),
        ("ids.3", ErrorCode.NOT_FOUND),
    ]
    assert await row(store, others.id) == before


@pytest.mark.parametrize("name", OPERATIONS)
async def test_number_of_ids_is_bounded(changes: Changes, alice: Identity, name: str) -> None:
    for ids in ([], [str(new_id())] * (MOST_IDS + 1)):
        with pytest.raises(InvalidInput) as caught:
            await OPERATIONS[name](changes, alice, ids)
        assert caught.value.field == "ids"


async def test_a_thousand_are_paused_in_one_call(
    changes: Changes, store: Store, alice: Identity
) -> None:
    tasks = [await plant(store, alice, S.PENDING) for _ in range(MOST_IDS)]

    done = await changes.pause(alice, [str(task.id) for task in reversed(tasks)])

    assert [task.id for task in done.tasks] == [task.id for task in reversed(tasks)]
    rows = await store.fetch("SELECT DISTINCT state FROM tasks")
    assert [row["state"] for row in rows] == ["PAUSED"]


async def test_pause_keeps_what_the_runner_had_counted(
    changes: Changes, store: Store, alice: Identity, runner: FakeRunner
) -> None:
    task = await plant(store, alice, S.RUNNING)
    runner.progress[task.id] = TaskProgress(
        *(task.id, alice.user_id, task.revision, S.RUNNING, Phase.DOWNLOADING),
        *("b", 600, 2000, 5, None, None),
    )

    (paused,) = (await changes.pause(alice, [str(task.id)])).tasks

    assert (paused.name, paused.received, paused.total) == ("b", 600, 2000)
    assert runner.stopped == [paused]


async def test_pause_ends_the_attempt(changes: Changes, store: Store, alice: Identity) -> None:
    task = await plant(store, alice, S.RUNNING)

    await changes.pause(alice, [str(task.id)])

    rows = await store.fetch("SELECT number, outcome FROM attempts WHERE task_id = ?", task.id)
    assert [(row["number"], row["outcome"]) for row in rows] == [(3, "PAUSED")]


@pytest.mark.parametrize(("later", "is_due"), [(0, True), (60, False)])
async def test_resumed_task_keeps_its_place_and_its_time(
    changes: Changes, store: Store, alice: Identity, *, later: int, is_due: bool
) -> None:
    due_at = START + timedelta(seconds=later)
    task = await plant(store, alice, S.PAUSED, due_at=due_at, priority=1, position=17)

    await changes.resume(alice, [str(task.id)])

    after = await row(store, task.id)
    assert ((await stored(store, task.id)).due_at, after["is_due"]) == (due_at, is_due)
    assert (after["priority"], after["position"]) == (1, 17)


async def test_task_that_is_tried_again_begins_its_count_anew(
    changes: Changes, store: Store, alice: Identity, clock: FakeClock, runner: FakeRunner
) -> None:
    failed, cancelled = [await plant(store, alice, s) for s in (S.FAILED, S.CANCELLED)]
    clock.advance(60)

    done = await changes.retry(alice, [str(failed.id), str(cancelled.id)])

    for task in done.tasks:
        assert (task.failures, task.error_code, task.error_message) == (0, None, None)
        assert (task.finished_at, task.due_at) == (None, clock.now())
    assert [task.received for task in done.tasks] == [100, 0]  # of the other nothing was kept
    assert runner.woken == 2


async def test_task_whose_secrets_are_gone_is_not_tried_again(
    changes: Changes, store: Store, alice: Identity
) -> None:
    task = await plant(store, alice, S.FAILED, secrets="v1.sealed")
    other = await plant(store, alice, S.PENDING, secrets="v1.sealed")
    await changes.cancel(alice, [str(other.id)])
    before = await row(store, other.id)

    done = await changes.retry(alice, [str(task.id), str(other.id)])

    (error,) = done.errors
    assert (error.code, error.field) == (ErrorCode.ILLEGAL_MOVE, "ids.1")
    assert "add the download again" in error.message
    assert [(t.id, t.state) for t in done.tasks] == [(task.id, S.PENDING)]
    assert await row(store, other.id) == before


async def test_administrator_changes_what_is_anybodys(
    changes: Changes, store: Store, alice: Identity, admin: Identity
) -> None:
    task = await plant(store, alice, S.PENDING)

    (paused,) = (await changes.pause(admin, [str(task.id)])).tasks

    assert (paused.owner_id, paused.state) == (alice.user_id, S.PAUSED)


async def test_followers_are_told(
    changes: Changes, store: Store, alice: Identity, channel: Channel[TaskProgress]
) -> None:
    task = await plant(store, alice, S.PENDING)
    with channel.follow(task.id) as feed:
        (paused,) = (await changes.pause(alice, [str(task.id)])).tasks

        assert await anext(feed.values()) == TaskProgress.of(paused)
