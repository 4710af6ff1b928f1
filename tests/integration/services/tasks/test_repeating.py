"""The same asked twice: with a key it is done once, and what was fetched is not fetched again."""

import asyncio
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched
from services.engines.options import Conflict as Policy
from services.engines.options import Options
from services.errors import Conflict, ErrorCode, InvalidInputs
from services.repetition import Repetitions
from services.sealing import Sealer
from services.store.store import Store
from services.tasks.adding.asking import Asked
from services.tasks.adding.orders import MOST_URLS
from services.tasks.changing.changes import Changes
from services.tasks.options import USUAL
from services.tasks.records import Task
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.integration.services.tasks.conftest import Worker
from tests.integration.services.tasks.stored import kinds

A, B = "https://example.com/a", "https://example.com/b"


async def count(store: Store) -> int:
    (row,) = await store.fetch("SELECT COUNT(*) AS n FROM tasks")
    return int(row["n"])


async def fetched(
    tasks: Tasks, worker: Worker, owner: Identity, root: Path, options: Options = USUAL
) -> Task:
    """Return a task that is completed, with its file on the disk."""
    await tasks.add(owner, [A], options=options)
    claims = worker("one")
    (claim,) = await claims.take(1)
    (root / "alice").mkdir(parents=True)
    (root / "alice" / "a").write_bytes(b"hello")
    task = await claims.complete(claim, Fetched("a", "alice/a", 5, None))
    assert task is not None
    return task


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


async def test_same_key_gives_the_same_tasks(tasks: Tasks, store: Store, alice: Identity) -> None:
    asked = Asked(token="hunter2")
    first = await tasks.ask(alice, [A, B], asked=asked, key="k")

    second = await tasks.ask(alice, [A, B], asked=asked, key="k")

    assert second == first
    assert await count(store) == 2


async def test_same_key_gives_the_same_tasks_after_the_seals_have_a_new_key(
    tasks: Tasks, store: Store, alice: Identity, tmp_path: Path
) -> None:
    first = await tasks.ask(alice, [A], key="k")
    Sealer(tmp_path / "secret.key").renew()

    second = await tasks.ask(alice, [A], key="k")

    assert second == first
    assert await count(store) == 1
    assert await kinds(store, first[0]) == ["task.added"]
    (kept,) = await store.fetch("SELECT fingerprint, result FROM requests")
    assert "hunter2" not in str(dict(kept))


async def test_same_key_with_something_else_is_a_conflict(
    tasks: Tasks, store: Store, alice: Identity, bob: Identity
) -> None:
    await tasks.ask(alice, [A], key="k")

    for change in ({"force": True}, {"asked": Asked(token="b")}, {"folder": "films"}):
        with pytest.raises(Conflict) as caught:
            await tasks.ask(alice, [A], key="k", **change)  # type: ignore[arg-type]
        assert (caught.value.code, caught.value.field) == (ErrorCode.CONFLICT, "idempotencyKey")
    await tasks.ask(bob, [B], key="k")  # keys are each user's own

    assert await count(store) == 2


async def test_two_at_once_give_one_set(tasks: Tasks, store: Store, alice: Identity) -> None:
    answers = await asyncio.gather(*(tasks.ask(alice, [A, B], key="k") for _ in range(8)))

    assert await count(store) == 2
    assert {tuple(task.id for task in answer) for answer in answers} == {
        tuple(task.id for task in answers[0])
    }


async def test_key_is_kept_for_a_day(
    tasks: Tasks, store: Store, alice: Identity, clock: FakeClock
) -> None:
    repetitions = Repetitions(store=store, clock=clock)
    (first,) = await tasks.ask(alice, [A], key="k")
    await tasks.ask(alice, [A], key="other")
    clock.advance(24 * 3600 - 1)
    assert [t.id for t in await tasks.ask(alice, [A], key="k")] == [first.id]
    assert await repetitions.sweep() == 0
    clock.advance(1)

    (second,) = await tasks.ask(alice, [A], key="k")  # before anybody has swept

    assert second.id != first.id
    assert await repetitions.sweep() == 1
    assert [row["key"] for row in await store.fetch("SELECT key FROM requests")] == ["k"]


@pytest.mark.parametrize("key", ["", "k" * 256, "k\0", "k\n"])
async def test_key_is_a_few_letters(tasks: Tasks, alice: Identity, key: str) -> None:
    with pytest.raises(InvalidInputs) as caught:
        await tasks.ask(alice, [A], key=key)

    assert [error.field for error in caught.value.errors] == ["idempotencyKey"]


@pytest.mark.parametrize("policy", [Policy.RENAME, Policy.SKIP])
async def test_what_was_fetched_already_is_skipped(
    tasks: Tasks, changes: Changes, worker: Worker, root: Path, *, alice: Identity, policy: Policy
) -> None:
    options = Options(conflict=policy)
    await fetched(tasks, worker, alice, root, options)

    (other,) = await tasks.add(alice, [A], options=options)

    assert (other.state, other.error_code) == (TaskState.SKIPPED, ErrorCode.DUPLICATE)
    assert other.finished_at is not None
    (retried,) = (await changes.retry(alice, [str(other.id)])).tasks
    assert (retried.state, retried.error_code) == (TaskState.PENDING, None)


async def test_duplicate_names_the_earlier_task(
    tasks: Tasks, worker: Worker, store: Store, root: Path, *, alice: Identity
) -> None:
    earlier = await fetched(tasks, worker, alice, root)

    task, other = await tasks.add(alice, [A, B])

    assert task.error_message == (
        f"task_{earlier.id} has fetched this already: it is alice/a. Add it with force to fetch "
        "it again."
    )
    assert await tasks.get(alice, task.id) == task
    assert await kinds(store, task) == ["task.added", "task.skipped"]
    assert other.state is TaskState.PENDING


async def test_forced_download_is_no_duplicate(
    tasks: Tasks, worker: Worker, root: Path, alice: Identity
) -> None:
    await fetched(tasks, worker, alice, root)

    (task,) = await tasks.add(alice, [A], force=True)

    assert task.state is TaskState.PENDING


async def test_only_the_same_download_of_the_same_user_is_a_duplicate(
    tasks: Tasks, worker: Worker, root: Path, alice: Identity, *, bob: Identity
) -> None:
    await fetched(tasks, worker, alice, root)

    made = [
        *await tasks.add(bob, [A]),
        *await tasks.add(alice, [A], folder="films"),
        *await tasks.add(alice, [A], options=Options(conflict=Policy.OVERWRITE)),
        *await tasks.add(alice, [A], options=Options(conflict=Policy.COMPARE)),
        *await tasks.add(alice, [A + "?b"]),
    ]

    assert {task.state for task in made} == {TaskState.PENDING}


async def test_speed_limit_makes_no_other_download_of_it(
    tasks: Tasks, worker: Worker, root: Path, alice: Identity
) -> None:
    await fetched(tasks, worker, alice, root)

    (task,) = await tasks.add(alice, [A], options=Options(speed_limit=1000))

    assert task.error_code is ErrorCode.DUPLICATE


async def test_nothing_is_a_duplicate_of_a_group(
    tasks: Tasks, worker: Worker, store: Store, root: Path, *, alice: Identity
) -> None:
    earlier = await fetched(tasks, worker, alice, root)
    # As if it were one whose options were changed: they are of its first URL then.
    group = "UPDATE tasks SET is_group = ? WHERE id = ?"
    await store.write(lambda transaction: transaction.execute(group, True, earlier.id))

    (task,) = await tasks.add(alice, [A])

    assert task.state is TaskState.PENDING


@pytest.mark.parametrize("content", [b"changed", None])
async def test_file_that_is_gone_or_changed_is_fetched_again(
    tasks: Tasks, worker: Worker, root: Path, alice: Identity, *, content: bytes | None
) -> None:
    await fetched(tasks, worker, alice, root)
    path = root / "alice" / "a"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    (task,) = await tasks.add(alice, [A])

    assert task.state is TaskState.PENDING


async def test_a_thousand_duplicates_are_found_in_one_call(
    tasks: Tasks, worker: Worker, root: Path, alice: Identity
) -> None:
    await fetched(tasks, worker, alice, root)

    made = await tasks.add(alice, [A] * MOST_URLS)

    assert {task.error_code for task in made} == {ErrorCode.DUPLICATE}
