"""Moving tasks in the queue: the order is what a list would make of it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.access.identity import Identity
from services.errors import ArgosyError, ErrorCode
from services.ids import new_id
from services.store.rows import read_id
from services.store.store import Store, Transaction
from services.tasks.changing.moving import Moving, Where
from services.tasks.changing.positions import last_position
from services.tasks.priorities import Priority
from services.tasks.records import Task
from services.tasks.states import FINISHED, TaskState
from tests.fakes.clock import START, FakeClock
from tests.fakes.runner import FakeRunner
from tests.integration.services.tasks.stored import kinds, plant, row

S = TaskState
ORDER = """
    SELECT id FROM tasks WHERE owner_id = ? AND priority = ? AND removed_at IS NULL
        AND state IN ('PENDING', 'RUNNING', 'PAUSED', 'RETRYING', 'WAITING_INPUT')
    ORDER BY position, id
"""


async def order(store: Store, owner: Identity, priority: int = 0) -> list[UUID]:
    """Return the ids of a queue, the first first."""
    return [read_id(row["id"]) for row in await store.fetch(ORDER, owner.user_id, priority)]


async def queue(store: Store, owner: Identity, count: int, step: int = 1024) -> list[Task]:
    return [await plant(store, owner, S.PENDING, position=n * step) for n in range(count)]


def texts(tasks: Sequence[Task]) -> list[str]:
    return [str(task.id) for task in tasks]


async def test_tasks_go_to_the_top_in_their_given_order(
    moving: Moving, store: Store, alice: Identity, runner: FakeRunner
) -> None:
    a, b, c, d = await queue(store, alice, 4)

    done = await moving.move(alice, texts([d, b]), Where.TOP)

    assert await order(store, alice) == [d.id, b.id, a.id, c.id]
    assert [task.id for task in done.tasks] == [d.id, b.id]
    assert await kinds(store, d) == ["task.changed"]
    assert await kinds(store, a) == []
    assert runner.woken == 1


async def test_tasks_go_to_the_bottom_and_new_ones_come_behind(
    moving: Moving, store: Store, alice: Identity, clock: FakeClock
) -> None:
    a, b, c = await queue(store, alice, 3)

    await moving.move(alice, texts([b, a]), Where.BOTTOM)
    clock.advance(0.001)
    position = last_position(clock.now())
    new = await plant(store, alice, S.PENDING, position=position)

    assert await order(store, alice) == [c.id, b.id, a.id, new.id]


@pytest.mark.parametrize("step", [1024, 1, 0])
async def test_room_is_made_where_there_is_none(
    moving: Moving, store: Store, alice: Identity, step: int
) -> None:
    tasks = await queue(store, alice, 30, step)
    expected = [task.id for task in tasks]

    for mover in (29, 3, 17):
        await moving.move(alice, texts([tasks[mover]]), Where.AFTER, str(tasks[9].id))
        expected.remove(tasks[mover].id)
        expected.insert(expected.index(tasks[9].id) + 1, tasks[mover].id)

    assert await order(store, alice) == expected


async def test_task_takes_the_priority_of_the_one_it_is_moved_beside(
    moving: Moving, store: Store, alice: Identity
) -> None:
    low, other = await queue(store, alice, 2)
    high = await plant(store, alice, S.RUNNING, priority=1, position=5)

    (moved,) = (await moving.move(alice, texts([low]), Where.BEFORE, str(high.id))).tasks

    assert moved.priority is Priority.HIGH
    assert await order(store, alice, 1) == [low.id, high.id]
    assert await order(store, alice) == [other.id]


async def test_what_is_paused_or_waits_for_its_time_has_a_place_too(
    moving: Moving, store: Store, alice: Identity
) -> None:
    states = (S.PAUSED, S.RUNNING, S.RETRYING, S.WAITING_INPUT)
    others = [await plant(store, alice, s, position=n) for n, s in enumerate(states)]
    later = START + timedelta(hours=1)
    last = await plant(store, alice, S.PENDING, position=9, due_at=later)
    task = await plant(store, alice, S.PENDING, position=99)

    await moving.move(alice, texts([task]), Where.TOP)
    await moving.move(alice, texts([last]), Where.TOP)

    assert await order(store, alice) == [last.id, task.id, *(other.id for other in others)]


@pytest.mark.parametrize("state", FINISHED)
@pytest.mark.parametrize("to", [Where.TOP, Where.AFTER])
async def test_finished_task_is_not_moved(
    moving: Moving, store: Store, alice: Identity, *, state: TaskState, to: Where
) -> None:
    task, anchor = await plant(store, alice, state), await plant(store, alice, S.PENDING)
    before = await row(store, task.id)

    done = await moving.move(
        alice, texts([task]), to, str(anchor.id) if to is Where.AFTER else None
    )

    assert [(e.code, e.field) for e in done.errors] == [(ErrorCode.ILLEGAL_MOVE, "ids.0")]
    assert (await row(store, task.id), await kinds(store, task)) == (before, [])


async def test_each_id_has_its_own_result(
    moving: Moving, store: Store, alice: Identity, bob: Identity, *, admin: Identity
) -> None:
    anchor, mine = await queue(store, alice, 2)
    (others,) = await queue(store, bob, 1)
    before = await row(store, others.id)

    done = await moving.move(
        admin, [*texts([others, anchor, mine]), str(new_id())], Where.BEFORE, str(anchor.id)
    )

    assert [(error.code, error.field) for error in done.errors] == [
        (ErrorCode.INVALID_INPUT, "ids.0"),
        (ErrorCode.INVALID_INPUT, "ids.1"),
        (ErrorCode.NOT_FOUND, "ids.3"),
    ]
    assert await order(store, alice) == [mine.id, anchor.id]
    assert await row(store, others.id) == before


async def test_anchor_must_be_there_and_not_be_finished(
    moving: Moving, store: Store, alice: Identity, bob: Identity
) -> None:
    (task,) = await queue(store, alice, 1)
    finished, others = await plant(store, alice, S.FAILED), await plant(store, bob, S.PENDING)
    codes = []

    for to, anchor in (
        (Where.BEFORE, None),
        (Where.TOP, str(task.id)),
        (Where.AFTER, "nonsense"),
        (Where.AFTER, str(others.id)),
        (Where.AFTER, str(finished.id)),
    ):
        with pytest.raises(ArgosyError) as caught:
            await moving.move(alice, texts([task]), to, anchor)
        assert caught.value.field == "anchor"
        codes.append(caught.value.code)

    assert codes == [
        ErrorCode.INVALID_INPUT,
        ErrorCode.INVALID_INPUT,
        ErrorCode.INVALID_ID,
        ErrorCode.NOT_FOUND,
        ErrorCode.ILLEGAL_MOVE,
    ]


MOVES = st.lists(
    st.tuples(
        st.lists(st.integers(0, 11), min_size=1, max_size=4, unique=True),
        st.sampled_from(Where),
        st.integers(0, 11),
    ),
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, step=st.sampled_from([0, 1, 2, 5, 1024]))
async def test_any_moves_leave_the_order_that_a_list_predicts(
    moving: Moving,
    store: Store,
    alice: Identity,
    *,
    moves: list[tuple[list[int], Where, int]],
    step: int,
) -> None:
    async def empty(transaction: Transaction) -> None:
        await transaction.execute("DELETE FROM tasks")

    await store.write(empty)
    tasks = await queue(store, alice, 12, step)
    expected = list(range(12))

    for movers, to, anchor in moves:
        beside = to in {Where.BEFORE, Where.AFTER}
        chosen = [n for n in movers if not (beside and n == anchor)]
        rest = [n for n in expected if n not in chosen]
        at = {Where.TOP: 0, Where.BOTTOM: len(rest)}.get(to)
        if at is None:
            at = rest.index(anchor) + (to is Where.AFTER)
        expected = [*rest[:at], *chosen, *rest[at:]]
        given_anchor = str(tasks[anchor].id) if beside else None
        await moving.move(alice, texts([tasks[n] for n in movers]), to, given_anchor)

    assert await order(store, alice) == [tasks[n].id for n in expected]


async def test_moves_at_once_are_one_after_the_other(
    moving: Moving, store: Store, alice: Identity
) -> None:
    tasks = await queue(store, alice, 10, step=1)
    anchor = str(tasks[0].id)

    await asyncio.gather(
        *(moving.move(alice, texts([task]), Where.AFTER, anchor) for task in tasks[1:])
    )

    rows = await store.fetch("SELECT position FROM tasks")
    assert len({row["position"] for row in rows}) == 10
    assert (await order(store, alice))[0] == tasks[0].id
