"""Whose turn it is: fair between users, in order for each, within the limits."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.engines.engine import Meter
from services.remembered import Remembered
from services.store.store import Store, Transaction
from services.tasks.limits.pauses import Pauses
from services.tasks.priorities import Priority
from services.tasks.records import Task
from services.tasks.running import turns as turns_module
from services.tasks.running.claims import Claim, Claims
from services.tasks.running.turns import Limits, Turns
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock

LIMITS = Limits(user=4, host=3)
A, B, C = (f"https://{host}.example" for host in "abc")

Limited = Callable[..., Claims]


@pytest.fixture
def pauses(store: Store, clock: FakeClock) -> Pauses:
    return Pauses(remembered=Remembered(store=store, clock=clock))


@pytest.fixture
def limited(store: Store, clock: FakeClock, pauses: Pauses, tmp_path: Path) -> Limited:
    """Make a worker that obeys `LIMITS`, or others."""

    def make(limits: Limits = LIMITS, name: str = "one") -> Claims:
        turns = Turns(limits)
        folder = tmp_path / name
        claims = Claims(store=store, clock=clock, data_dir=folder, turns=turns, pauses=pauses)
        claims.open()
        return claims

    return make


async def add(tasks: Tasks, owner: Identity, host: str, count: int = 1) -> list[Task]:
    return await tasks.add(owner, [f"{host}/{n}" for n in range(count)])


def owners(claims: Sequence[Claim]) -> list[str]:
    return [claim.owner_name for claim in claims]


async def change(store: Store, task: Task, **columns: object) -> None:
    """Change columns of a task, as other parts of the program do."""

    async def work(transaction: Transaction) -> None:
        for column, value in columns.items():
            statement = f"UPDATE tasks SET {column} = ? WHERE id = ?"  # noqa: S608 - ours
            await transaction.execute(statement, value, task.id)

    await store.write(work)


async def test_users_take_turns(
    tasks: Tasks, alice: Identity, bob: Identity, limited: Limited
) -> None:
    await add(tasks, alice, A, 10)
    await add(tasks, bob, B, 10)

    taken = await limited().take(4)

    assert owners(taken) == ["alice", "bob", "alice", "bob"]


async def test_who_has_fewest_running_comes_next(
    tasks: Tasks, alice: Identity, bob: Identity, limited: Limited
) -> None:
    claims = limited()
    await add(tasks, alice, A, 10)
    await claims.take(2)
    await add(tasks, bob, B, 10)

    assert owners(await claims.take(3)) == ["bob", "bob", "alice"]


async def test_of_two_with_as_many_the_one_who_waited_longer(
    tasks: Tasks, alice: Identity, bob: Identity, limited: Limited
) -> None:
    claims = limited()
    await add(tasks, alice, A, 10)
    await add(tasks, bob, B, 10)
    await claims.take(1)
    await claims.take(1)

    assert [owners(await claims.take(1)) for _ in range(4)] == [
        ["alice"],
        ["bob"],
        ["alice"],
        ["bob"],
    ]


async def test_urgent_comes_first_among_those_of_its_owner_only(
    tasks: Tasks, alice: Identity, bob: Identity, limited: Limited, store: Store
) -> None:
    low, normal, high = await add(tasks, alice, A, 3)
    (other,) = await add(tasks, bob, B)
    await change(store, low, priority=Priority.LOW.value)
    await change(store, high, priority=Priority.HIGH.value)

    taken = await limited().take(4)

    assert [claim.task.id for claim in taken] == [high.id, other.id, normal.id, low.id]


async def test_order_is_that_of_the_positions(
    tasks: Tasks, alice: Identity, limited: Limited, store: Store
) -> None:
    first, second, third = await add(tasks, alice, A, 3)
    await change(store, third, position=first.position - 1)

    taken = await limited().take(3)

    assert [claim.task.id for claim in taken] == [third.id, first.id, second.id]


async def test_no_user_has_more_than_their_limit(
    tasks: Tasks, alice: Identity, bob: Identity, limited: Limited
) -> None:
    for host in (A, B, C):
        await add(tasks, alice, host, 5)
    claims = limited()

    taken = [*await claims.take(3), *await claims.take(9)]
    await add(tasks, bob, B)

    assert owners(taken) == ["alice"] * LIMITS.user
    assert owners(await claims.take(9)) == ["bob"]


async def test_no_host_has_more_than_its_limit_over_all_users(
    tasks: Tasks, alice: Identity, bob: Identity, limited: Limited
) -> None:
    await add(tasks, alice, A, 9)
    await add(tasks, bob, A, 9)

    taken = await limited().take(9)

    assert owners(taken) == ["alice", "bob", "alice"]


async def test_tasks_of_a_busy_host_are_passed_by(
    tasks: Tasks, alice: Identity, limited: Limited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "MARGIN", 2)
    await add(tasks, alice, A, 200)
    (other,) = await add(tasks, alice, B)

    taken = await limited().take(9)

    assert Counter(claim.task.host for claim in taken) == {"a.example": 3, "b.example": 1}
    assert other.id in {claim.task.id for claim in taken}


async def test_each_is_taken_once_where_hosts_are_looked_at_one_by_one(
    tasks: Tasks, alice: Identity, limited: Limited
) -> None:
    await add(tasks, alice, A, 70)
    later = await add(tasks, alice, B, 5)

    taken = await limited(Limits(user=10, host=5)).take(20)

    ids = [claim.task.id for claim in taken]
    assert len(ids) == len(set(ids)) == 10
    assert set(ids) >= {task.id for task in later}


async def test_ended_task_makes_room_for_the_next(
    tasks: Tasks, alice: Identity, limited: Limited
) -> None:
    await add(tasks, alice, A, 4)
    claims = limited()
    taken = await claims.take(9)

    none = await claims.take(9)
    await claims.give_back(taken[1], Meter(received=0, total=None, name="0"))

    assert none == []
    assert [claim.task.id for claim in await claims.take(9)] == [taken[1].task.id]


async def test_what_is_not_due_yet_is_passed_by(
    tasks: Tasks, alice: Identity, limited: Limited, clock: FakeClock, store: Store
) -> None:
    later, now = await add(tasks, alice, A, 2)
    await change(store, later, is_due=False, due_at=START + timedelta(seconds=60))
    claims = limited()

    first, due = await claims.take(9), await claims.next_due()
    clock.advance(60)

    assert [claim.task.id for claim in first] == [now.id]
    assert due == START + timedelta(seconds=60)
    assert [claim.task.id for claim in await claims.take(9)] == [later.id]


async def test_nothing_is_taken_from_a_paused_queue(
    tasks: Tasks, alice: Identity, bob: Identity, limited: Limited, pauses: Pauses
) -> None:
    await add(tasks, alice, A, 2)
    await add(tasks, bob, B, 2)
    await pauses.set(alice.user_id, is_paused=True)
    claims = limited()

    assert owners(await claims.take(9)) == ["bob", "bob"]

    await pauses.set(alice.user_id, is_paused=False)

    assert owners(await claims.take(9)) == ["alice", "alice"]


async def test_nothing_is_taken_while_the_server_is_paused(
    tasks: Tasks, alice: Identity, limited: Limited, pauses: Pauses
) -> None:
    await add(tasks, alice, A, 2)
    await pauses.set(None, is_paused=True)

    assert await limited().take(9) == []


async def test_pauses_are_known_after_a_restart(
    alice: Identity, pauses: Pauses, store: Store, clock: FakeClock
) -> None:
    await pauses.set(None, is_paused=True)
    await pauses.set(alice.user_id, is_paused=True)
    later = Pauses(remembered=Remembered(store=store, clock=clock))

    await later.refresh()

    assert (later.is_server_paused, later.users) == (True, frozenset({alice.user_id}))
