"""Removing tasks: out of sight at once, gone for good after a minute, and back before."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched
from services.errors import ErrorCode, InvalidInput, NotFound
from services.ids import REMOVAL, new_id, show
from services.store.rows import Row, read_time
from services.store.store import Store, Transaction
from services.tasks.changing import removal as removal_module
from services.tasks.changing.purge import Purge
from services.tasks.changing.removal import REGRET, Removal
from services.tasks.records import Task
from services.tasks.running.completions import INSERT_FILE
from services.tasks.states import FINISHED, TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock
from tests.fakes.engine import Waits
from tests.fakes.runner import FakeRunner
from tests.integration.services.tasks.running import Running, until
from tests.integration.services.tasks.stored import kinds, plant, row, stored

S = TaskState


class Discards:
    """Remembers of which tasks what was kept is to go, and whose they are."""

    def __init__(self) -> None:
        self.tasks: list[tuple[Task, str]] = []

    async def __call__(self, task: Task, owner: str) -> None:
        self.tasks.append((task, owner))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


@pytest.fixture
def purge(store: Store, clock: FakeClock, root: Path) -> Purge:
    return Purge(store=store, clock=clock, root=root)


async def put(store: Store, root: Path, task: Task, content: bytes = b"hello") -> Path:
    """Give a task a finished file; return where it lies."""
    fetched = Fetched("a", "alice/a", len(content), None)
    path = root / fetched.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

    async def write(transaction: Transaction) -> None:
        values = (fetched.name, fetched.path, fetched.size, None, None, None, START)
        await transaction.execute(INSERT_FILE, new_id(), task.id, *values)

    await store.write(write)
    return path


@pytest.mark.parametrize("state", TaskState)
async def test_removed_task_is_out_of_sight(
    removal: Removal,
    tasks: Tasks,
    store: Store,
    alice: Identity,
    runner: FakeRunner,
    *,
    state: TaskState,
) -> None:
    task = await plant(store, alice, state)

    removed = await removal.remove(alice, [str(task.id)])

    after = await stored(store, task.id)
    with pytest.raises(NotFound):
        await tasks.get(alice, task.id)
    assert (await tasks.page(alice, first=10, after=None)).items == []
    assert (removed.count, removed.done.tasks, removed.undo_until) == (1, [after], START + REGRET)
    assert (after.state, after.removed_at) == (state if state in FINISHED else S.PAUSED, START)
    assert await kinds(store, task) == ["task.removed"]
    assert runner.stopped == ([] if state in FINISHED | {S.PAUSED} else [after])


@pytest.mark.parametrize("state", TaskState)
async def test_restored_task_is_as_before_or_waits(
    removal: Removal, tasks: Tasks, store: Store, alice: Identity, *, state: TaskState
) -> None:
    task = await plant(store, alice, state)
    before = await row(store, task.id)
    await removal.remove(alice, [str(task.id)], with_files=True)

    restored = await removal.restore(alice, [str(task.id)])

    after, stays = await row(store, task.id), state in FINISHED | {S.PAUSED}
    assert restored.done.tasks == [await tasks.get(alice, task.id)]
    assert after["state"] == (state if stays else S.PENDING)
    assert await kinds(store, task) == ["task.removed", "task.restored"]
    if stays:
        assert after == {**before, "revision": 9, "restored_at": after["restored_at"]}
        assert read_time(after["restored_at"]) == START


async def test_removal_can_be_regretted_for_a_minute(
    removal: Removal, store: Store, alice: Identity, clock: FakeClock
) -> None:
    early, late = [await plant(store, alice, S.COMPLETED) for _ in range(2)]
    await removal.remove(alice, [str(early.id)])
    clock.advance(1)
    await removal.remove(alice, [str(late.id)])
    clock.advance(59)
    before = await row(store, early.id)

    restored = await removal.restore(alice, [str(early.id), str(late.id)])

    assert [(e.code, e.field) for e in restored.done.errors] == [(ErrorCode.NOT_FOUND, "ids.0")]
    assert [task.id for task in restored.done.tasks] == [late.id]
    assert await row(store, early.id) == before


async def test_what_was_not_removed_is_as_it_should_be(
    removal: Removal, store: Store, alice: Identity, bob: Identity
) -> None:
    mine, others = [await plant(store, user, S.PAUSED) for user in (alice, bob)]
    await removal.remove(bob, [str(others.id)])

    restored = await removal.restore(alice, [str(mine.id), str(others.id)])

    assert restored.done.tasks == [mine]
    assert [error.code for error in restored.done.errors] == [ErrorCode.NOT_FOUND]


async def test_whole_removal_is_restored_at_once(
    removal: Removal, store: Store, alice: Identity, bob: Identity
) -> None:
    planted = [await plant(store, alice, S.PENDING) for _ in range(3)]
    removed = await removal.remove(alice, [str(task.id) for task in planted[:2]])
    await removal.remove(alice, [str(planted[2].id)])
    key = show(REMOVAL, removed.removal_id)

    with pytest.raises(NotFound):
        await removal.restore(bob, removal=key)
    restored = await removal.restore(alice, removal=key)

    assert [task.id for task in restored.done.tasks] == [task.id for task in planted[:2]]
    assert restored.count == 2
    assert (await stored(store, planted[2].id)).removed_at is not None


async def test_finished_tasks_are_cleared_in_batches(
    removal: Removal,
    store: Store,
    alice: Identity,
    bob: Identity,
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(removal_module, "BATCH", 2)
    mine = {state: [await plant(store, alice, state) for _ in range(3)] for state in TaskState}
    others = await plant(store, bob, S.COMPLETED)

    cleared = await removal.clear_finished(alice)

    rows = await store.fetch("SELECT id FROM tasks WHERE removed_at IS NULL ORDER BY id")
    stay = [task.id for state in TaskState if state not in FINISHED for task in mine[state]]
    assert cleared.count == 12
    assert sorted(str(row["id"]) for row in rows) == sorted(map(str, [*stay, others.id]))
    for task in mine[S.FAILED]:
        assert await kinds(store, task) == ["task.removed"]
    restored = await removal.restore(alice, removal=show(REMOVAL, cleared.removal_id))
    assert restored.count == 12


async def test_only_some_are_cleared(removal: Removal, store: Store, alice: Identity) -> None:
    failed, completed = [await plant(store, alice, s) for s in (S.FAILED, S.COMPLETED)]

    cleared = await removal.clear_finished(alice, [S.FAILED])

    assert cleared.count == 1
    assert (await stored(store, failed.id)).removed_at == START
    assert (await stored(store, completed.id)).removed_at is None
    with pytest.raises(InvalidInput) as caught:
        await removal.clear_finished(alice, [S.PENDING])
    assert caught.value.field == "states"


async def test_removed_task_is_purged_after_a_minute(
    removal: Removal, purge: Purge, store: Store, alice: Identity, clock: FakeClock
) -> None:
    tasks = [await plant(store, alice, state) for state in (S.RUNNING, S.FAILED, S.COMPLETED)]
    discards = Discards()
    await removal.remove(alice, [str(task.id) for task in tasks])
    clock.advance(59)

    assert await purge.run(discards) == 0
    clock.advance(1)
    assert await purge.run(discards) == 3

    assert [(task.id, owner) for task, owner in discards.tasks] == [
        (tasks[0].id, "alice"),
        (tasks[1].id, "alice"),
    ]
    assert await store.fetch("SELECT id FROM tasks") == []
    assert await store.fetch("SELECT id FROM attempts") == []


async def test_what_is_being_purged_is_not_restored_by_a_clock_that_is_behind(
    removal: Removal, purge: Purge, store: Store, alice: Identity, clock: FakeClock
) -> None:
    task = await plant(store, alice, S.FAILED)
    await removal.remove(alice, [str(task.id)])
    clock.advance(60)
    codes: list[ErrorCode] = []

    async def discard(_: Task, __: str) -> None:
        clock.advance(-30)
        restored = await removal.restore(alice, [str(task.id)])
        codes.extend(error.code for error in restored.done.errors)
        clock.advance(30)

    await purge.run(discard)

    assert codes == [ErrorCode.NOT_FOUND]
    assert await store.fetch("SELECT id FROM tasks") == []


async def test_what_was_restored_at_the_last_moment_is_not_purged(
    removal: Removal, store: Store, root: Path, *, alice: Identity, clock: FakeClock
) -> None:
    task = await plant(store, alice, S.FAILED)
    await removal.remove(alice, [str(task.id)])
    clock.advance(60)

    class RestoredMeanwhile:
        """A store where somebody restores what was read, before anything is written."""

        dialect = store.dialect

        async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
            rows = await store.fetch(statement, *values)
            clock.advance(-1)
            await removal.restore(alice, [str(task.id)])
            clock.advance(1)
            return rows

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

    discards = Discards()
    late = Purge(store=cast("Store", RestoredMeanwhile()), clock=clock, root=root)

    assert await late.run(discards) == 0
    assert discards.tasks == []
    assert (await row(store, task.id))["state"] == S.FAILED


@pytest.mark.parametrize("with_files", [True, False])
async def test_files_go_if_that_was_asked(
    removal: Removal,
    purge: Purge,
    store: Store,
    root: Path,
    *,
    alice: Identity,
    clock: FakeClock,
    with_files: bool,
) -> None:
    task = await plant(store, alice, S.COMPLETED)
    path = await put(store, root, task)
    await removal.remove(alice, [str(task.id)], with_files=with_files)

    clock.advance(59)
    await purge.run(Discards())
    assert path.exists()
    clock.advance(1)
    await purge.run(Discards())

    assert path.exists() is not with_files


async def test_file_that_has_taken_the_place_of_a_removed_one_stays(
    removal: Removal, purge: Purge, store: Store, root: Path, *, alice: Identity, clock: FakeClock
) -> None:
    older, newer = [await plant(store, alice, S.COMPLETED) for _ in range(2)]
    await put(store, root, older)
    path = await put(store, root, newer, b"other")
    await removal.remove(alice, [str(older.id)], with_files=True)
    clock.advance(60)

    await purge.run(Discards())

    assert path.read_bytes() == b"other"
    assert [str(row["id"]) for row in await store.fetch("SELECT id FROM tasks")] == [str(newer.id)]


@pytest.mark.parametrize(
    ("of_group", "stays"), [("newer", True), ("older", False), ("none", False)]
)
async def test_file_of_a_group_that_has_taken_the_place_of_a_removed_one_stays(
    removal: Removal,
    purge: Purge,
    store: Store,
    root: Path,
    *,
    alice: Identity,
    clock: FakeClock,
    of_group: str,
    stays: bool,
) -> None:
    removed, group = [await plant(store, alice, S.COMPLETED) for _ in range(2)]
    path = await put(store, root, removed)
    if of_group != "none":
        await put(store, root, group, b"other")
        later = START + timedelta(seconds=1 if of_group == "newer" else -1)
        await store.write(
            lambda t: t.execute(
                "UPDATE files SET url = ?, created_at = ? WHERE task_id = ?",
                *("https://example.com/a", later, group.id),
            )
        )
        await store.write(
            lambda t: t.execute("UPDATE tasks SET name = 'holiday' WHERE id = ?", group.id)
        )
    await removal.remove(alice, [str(removed.id)], with_files=True)
    clock.advance(60)

    await purge.run(Discards())

    assert path.exists() is stays


async def test_running_task_that_is_removed_keeps_its_bytes_for_a_restoration(
    run: Running, store: Store, alice: Identity
) -> None:
    (task,) = await run.add(alice, run.engine.plan("https://example.com/a", Waits(250), Waits(0)))
    await run.engine.started.get()
    mine = Removal(
        store=store,
        clock=run.clock,
        channel=run.tasks._channel,
        runner=run.runner,
        quotas=run.quotas,
    )

    await mine.remove(alice, [str(task.id)])
    await until(lambda: run.runner.running == 0)
    kept = set(run.engine.kept)
    await mine.restore(alice, [str(task.id)])
    job = await run.engine.started.get()

    assert (kept, job.meter.received) == ({task.id}, 250)
    assert job.task_id == task.id
    run.engine.let_go(task.id)
    assert (await run.end(alice, task)).state is TaskState.COMPLETED


async def test_removal_keeps_the_time_of_what_was_to_start_later(
    removal: Removal, store: Store, alice: Identity
) -> None:
    task = await plant(store, alice, S.PENDING, due_at=START + timedelta(hours=1))
    await removal.remove(alice, [str(task.id)])

    await removal.restore(alice, [str(task.id)])

    assert not (await row(store, task.id))["is_due"]
