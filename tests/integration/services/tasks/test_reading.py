"""Reading tasks: everybody sees their own, and an administrator sees all."""

from uuid import UUID

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched
from services.errors import ErrorCode, NotFound
from services.ids import new_id
from services.store.store import Store, Transaction
from services.tasks.records import File
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START
from tests.integration.services.tasks.conftest import Worker
from tests.integration.services.tasks.listed import count


async def add(tasks: Tasks, owner: Identity, count: int) -> list[UUID]:
    """Add that many tasks and return their ids, the newest first."""
    added = await tasks.add(owner, [f"https://example.com/{n}" for n in range(count)])
    return [task.id for task in reversed(added)]


async def walk(tasks: Tasks, identity: Identity, first: int) -> list[UUID]:
    """Return the ids on all pages of that size."""
    ids: list[UUID] = []
    after = None
    while True:
        page = await tasks.page(identity, first=first, after=after)
        ids += [task.id for task in page.items]
        if not page.has_more:
            return ids
        after = page.cursors[-1]


async def finish(worker: Worker, name: str, size: int) -> UUID:
    """Let a worker finish the task that waits longest; return its id."""
    claims = worker("worker")
    (claim,) = await claims.take(1)
    fetched = Fetched(name, f"{claim.owner_name}/{name}", size, "ab" * 32)
    await claims.complete(claim, fetched)
    return claim.task.id


async def test_others_tasks_look_absent(tasks: Tasks, alice: Identity, bob: Identity) -> None:
    (task_id,) = await add(tasks, alice, 1)

    errors = []
    for wanted in (task_id, new_id()):
        with pytest.raises(NotFound) as caught:
            await tasks.get(bob, wanted)
        errors.append(caught.value)

    assert [(error.code, error.field) for error in errors] == [(ErrorCode.NOT_FOUND, None)] * 2
    assert errors[0].message == f"There is no task task_{task_id}."


async def test_administrator_sees_everybodys(
    tasks: Tasks, alice: Identity, admin: Identity
) -> None:
    (task_id,) = await add(tasks, alice, 1)

    assert (await tasks.get(admin, task_id)).owner_id == alice.user_id


async def test_lists_and_counts_are_ones_own(
    tasks: Tasks, alice: Identity, bob: Identity, admin: Identity
) -> None:
    alices = await add(tasks, alice, 3)
    bobs = await add(tasks, bob, 2)

    assert await walk(tasks, alice, 10) == alices
    assert await walk(tasks, bob, 10) == bobs
    assert await walk(tasks, admin, 10) == bobs + alices
    assert [await count(tasks, who) for who in (alice, bob, admin)] == [3, 2, 5]
    assert [await tasks.count_unfinished(who) for who in (alice, bob, admin)] == [3, 2, 5]


@pytest.mark.parametrize("first", [1, 7, 30, 59, 60, 61, 100])
async def test_pages_have_every_task_once(
    tasks: Tasks, alice: Identity, bob: Identity, first: int
) -> None:
    expected: list[UUID] = []
    for _ in range(6):
        expected = await add(tasks, alice, 10) + expected
        await add(tasks, bob, 3)

    assert await walk(tasks, alice, first) == expected


async def test_page_says_whether_more_follow(tasks: Tasks, alice: Identity) -> None:
    await add(tasks, alice, 3)

    pages = [await tasks.page(alice, first=first, after=None) for first in (2, 3)]
    empty = await tasks.page(alice, first=2, after=pages[1].cursors[-1])

    assert [(len(page.items), page.has_more) for page in pages] == [(2, True), (3, False)]
    assert (empty.items, empty.has_more) == ([], False)


async def test_task_added_meanwhile_moves_no_page(tasks: Tasks, alice: Identity) -> None:
    ids = await add(tasks, alice, 4)
    before = await tasks.page(alice, first=2, after=None)

    await add(tasks, alice, 3)
    after = await tasks.page(alice, first=2, after=before.cursors[-1])

    assert [task.id for task in before.items + after.items] == ids


async def test_finished_tasks_are_not_unfinished(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice, 3)
    await finish(worker, "a", 5)

    assert (await count(tasks, alice), await tasks.count_unfinished(alice)) == (3, 2)


async def test_states_are_counted_over_all_users(
    tasks: Tasks, alice: Identity, bob: Identity, worker: Worker
) -> None:
    before = await tasks.count_by_state()
    await add(tasks, alice, 2)
    await add(tasks, bob, 1)
    await finish(worker, "a", 5)

    assert before == {}
    assert await tasks.count_by_state() == {
        TaskState.PENDING.value: 2,
        TaskState.COMPLETED.value: 1,
    }


async def test_files_are_those_of_tasks_that_one_may_see(
    tasks: Tasks, alice: Identity, bob: Identity, admin: Identity, worker: Worker
) -> None:
    await add(tasks, alice, 1)
    alices = await finish(worker, "a.zip", 5)
    await add(tasks, bob, 1)
    bobs = await finish(worker, "b.zip", 7)
    wanted = [alices, bobs, new_id()]

    files = await tasks.files.pages(alice, wanted, 5, None)
    everybodys = await tasks.files.pages(admin, wanted, 5, None)

    (file,) = files[alices].items
    assert file == File(file.id, alices, "a.zip", "alice/a.zip", 5, "ab" * 32, START)
    assert set(files) == {alices}
    assert {key: [f.path for f in found.items] for key, found in everybodys.items()} == {
        alices: ["alice/a.zip"],
        bobs: ["bob/b.zip"],
    }


async def test_unfinished_task_has_no_files(tasks: Tasks, alice: Identity) -> None:
    ids = await add(tasks, alice, 1)

    assert await tasks.files.pages(alice, ids, 5, None) == {}


async def test_tasks_go_with_their_owner(tasks: Tasks, alice: Identity, store: Store) -> None:
    await add(tasks, alice, 2)

    async def remove(transaction: Transaction) -> None:
        await transaction.execute("DELETE FROM users WHERE id = ?", alice.user_id)

    await store.write(remove)

    assert await tasks.count_by_state() == {}
    assert await store.fetch("SELECT * FROM events") == []
