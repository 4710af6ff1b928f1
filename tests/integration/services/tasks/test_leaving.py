"""Users who were removed: their tasks are stopped and cleaned up, and then they are forgotten."""

from pathlib import Path

import pytest

from services.access.identity import Identity, Role
from services.access.people.users import Users
from services.errors import Conflict
from services.store.store import Store
from services.tasks.changing.leaving import Leaving
from services.tasks.changing.purge import Purge
from services.tasks.changing.removal import REGRET, Removal
from services.tasks.records import Task
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.fakes.runner import FakeRunner

A, B = "https://example.com/a", "https://example.com/b"


@pytest.fixture
def users(store: Store, clock: FakeClock) -> Users:
    return Users(store=store, clock=clock)


@pytest.fixture
def leaving(store: Store, removal: Removal) -> Leaving:
    return Leaving(store=store, removal=removal)


@pytest.fixture
def purge(store: Store, clock: FakeClock, tmp_path: Path) -> Purge:
    return Purge(store=store, clock=clock, root=tmp_path / "downloads")


async def rows(store: Store, table: str, owner: Identity, column: str = "owner_id") -> int:
    statement = f"SELECT COUNT(*) AS n FROM {table} WHERE {column} = ?"  # noqa: S608 - ours
    (row,) = await store.fetch(statement, owner.user_id)
    return int(row["n"])


async def test_tasks_are_stopped_at_once(
    *,
    users: Users,
    leaving: Leaving,
    tasks: Tasks,
    alice: Identity,
    runner: FakeRunner,
    store: Store,
) -> None:
    await tasks.add(alice, [A, B])

    await users.remove(alice.user_id)
    await leaving.look()

    states = await store.fetch("SELECT state, removed_at FROM tasks")
    assert [row["state"] for row in states] == ["PAUSED", "PAUSED"]
    assert all(row["removed_at"] is not None for row in states)
    assert len(runner.stopped) == 2


async def test_user_is_forgotten_with_the_last_task(
    *,
    users: Users,
    leaving: Leaving,
    purge: Purge,
    tasks: Tasks,
    alice: Identity,
    bob: Identity,
    store: Store,
    clock: FakeClock,
) -> None:
    discarded: list[tuple[str, str]] = []

    async def discard(task: Task, owner: str) -> None:
        discarded.append((task.url, owner))

    await tasks.add(alice, [A])
    await tasks.add(bob, [B])
    await users.remove(alice.user_id)
    assert await leaving.look() == 0
    with pytest.raises(Conflict, match="being removed"):
        await users.create("alice", Role.USER)

    clock.advance(REGRET.total_seconds())
    await purge.run(discard)
    assert await leaving.look() == 1

    assert discarded == [(A, "alice")]
    assert await rows(store, "users", alice, "id") == 0
    assert await rows(store, "events", alice) == 0
    assert await rows(store, "tasks", bob) == 1
    assert (await users.create("alice", Role.USER)).id > alice.user_id


async def test_who_never_had_tasks_is_forgotten_at_once(
    users: Users, alice: Identity, store: Store
) -> None:
    await users.remove(alice.user_id)

    assert await rows(store, "users", alice, "id") == 0


async def test_those_who_stay_are_left_alone(
    leaving: Leaving, tasks: Tasks, alice: Identity, store: Store
) -> None:
    await tasks.add(alice, [A])

    assert await leaving.look() == 0

    assert await store.fetch("SELECT 1 FROM tasks WHERE removed_at IS NOT NULL") == []
