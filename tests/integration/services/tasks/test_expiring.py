"""Finished tasks and their files go after a time, and what is wanted stays."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.access.identity import Identity
from services.store.store import Store, Transaction
from services.tasks.changing import removal as removal_module
from services.tasks.changing.expiry import Expiry
from services.tasks.changing.purge import Purge
from services.tasks.changing.removal import REGRET, Removal
from services.tasks.records import Task
from services.tasks.states import FINISHED, TaskState
from tests.fakes.clock import START, FakeClock
from tests.integration.services.tasks.stored import kinds, plant, row
from tests.integration.services.tasks.test_removing import Discards, put

MINUTES = 120
S = TaskState
LONG_AGO = START - timedelta(minutes=MINUTES)


@pytest.fixture
def expiry(removal: Removal, clock: FakeClock) -> Expiry:
    return Expiry(removal=removal, clock=clock, minutes=MINUTES)


async def ended(
    store: Store, owner: Identity, state: TaskState = S.COMPLETED, *, at: datetime = LONG_AGO
) -> Task:
    """Put a task into storage that ended at that time."""
    task = await plant(store, owner, state)

    async def write(transaction: Transaction) -> None:
        await transaction.execute("UPDATE tasks SET finished_at = ? WHERE id = ?", at, task.id)

    await store.write(write)
    return task


async def is_there(store: Store, task_id: UUID) -> bool:
    return (await row(store, task_id))["removed_at"] is None


@pytest.mark.parametrize("state", sorted(FINISHED))
async def test_finished_task_and_its_file_go_when_the_time_is_over(
    expiry: Expiry,
    store: Store,
    alice: Identity,
    clock: FakeClock,
    tmp_path: Path,
    *,
    state: TaskState,
) -> None:
    task = await ended(store, alice, state)
    path = await put(store, tmp_path, task)

    removed = await expiry.run()

    clock.advance(REGRET.total_seconds())
    await Purge(store=store, clock=clock, root=tmp_path).run(Discards())
    assert removed == 1
    assert await kinds(store, task) == ["task.removed"]
    assert await store.fetch("SELECT id FROM tasks") == []
    assert not path.exists()


async def test_what_ended_later_or_has_not_ended_stays(
    expiry: Expiry, store: Store, alice: Identity
) -> None:
    late = LONG_AGO + timedelta(seconds=1)
    kept = [await ended(store, alice, at=late)]
    kept += [await plant(store, alice, state) for state in (S.PAUSED, S.PENDING, S.RUNNING)]

    assert await expiry.run() == 0
    assert [await is_there(store, task.id) for task in kept] == [True] * 4


async def test_everybodys_go_in_batches_and_no_more_than_asked(
    removal: Removal,
    store: Store,
    alice: Identity,
    bob: Identity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(removal_module, "FEW", 2)
    monkeypatch.setattr(removal_module, "PAUSE_SECONDS", 0)
    for owner in (alice, bob):
        for _ in range(5):
            await ended(store, owner)

    first = await removal.expire(START, 6)
    second = await removal.expire(START, 6)

    assert (first, second, await removal.expire(START, 6)) == (7, 3, 0)


async def test_what_was_restored_has_all_of_its_time_again(
    expiry: Expiry, removal: Removal, store: Store, alice: Identity, clock: FakeClock
) -> None:
    task = await ended(store, alice)
    await expiry.run()
    await removal.restore(alice, [str(task.id)])

    again = await expiry.run()
    clock.advance(MINUTES * 60)
    at_last = await expiry.run()

    assert (again, at_last) == (0, 1)


async def test_nothing_goes_when_it_is_switched_off(
    expiry: Expiry, store: Store, alice: Identity
) -> None:
    task = await ended(store, alice)
    expiry.minutes = 0

    assert await expiry.run() == 0
    assert await is_there(store, task.id)
