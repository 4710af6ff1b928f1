"""Finished files are cut into parts that can be put together again, and nothing is lost."""

import hashlib
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.access.identity import Identity
from services.files import splitting as cutting
from services.files.places import INCOMPLETE
from services.ids import new_id
from services.remembered import Remembered
from services.store.store import Store, Transaction
from services.tasks.changing.purge import Purge
from services.tasks.changing.removal import REGRET, Removal
from services.tasks.changing.splitting import REST, Splitting
from services.tasks.records import Task
from services.tasks.running.completions import INSERT_FILE
from services.tasks.states import TaskState
from tests.fakes.clock import START, FakeClock
from tests.fakes.origin import content
from tests.integration.services.tasks.stored import plant
from tests.integration.services.tasks.test_removing import Discards

SIZE, MOST = 2_500_000, 1_000_000
FILM = content(SIZE)
PARTS = ["film.mkv.001", "film.mkv.002", "film.mkv.003", "film.mkv.sha256"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "downloads"
    (root / INCOMPLETE).mkdir(parents=True)
    return root


@pytest.fixture
def splitting(store: Store, clock: FakeClock, root: Path) -> Splitting:
    remembered = Remembered(store=store, clock=clock)
    return Splitting(store=store, remembered=remembered, clock=clock, root=root, most=MOST)


async def put(store: Store, root: Path, task: Task, body: bytes = FILM) -> Path:
    """Give a task a finished file."""
    path = root / "alice" / "film.mkv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    sha256 = hashlib.sha256(FILM).hexdigest()

    async def write(transaction: Transaction) -> None:
        values = ("film.mkv", "alice/film.mkv", len(body), sha256, None, None, START)
        await transaction.execute(INSERT_FILE, new_id(), task.id, *values)

    await store.write(write)
    return path


async def files(store: Store, task_id: UUID) -> list[Any]:
    question = "SELECT name, path, size, sha256 FROM files WHERE task_id = ? ORDER BY position"
    return list(await store.fetch(question, task_id))


async def test_parts_give_the_file_back(
    splitting: Splitting, store: Store, alice: Identity, root: Path
) -> None:
    task = await plant(store, alice, TaskState.COMPLETED)
    path = await put(store, root, task)

    count = await splitting.run()

    folder = path.parent
    rows = await files(store, task.id)
    joined = b"".join((folder / name).read_bytes() for name in PARTS[:3])
    checked = subprocess.run(["sha256sum", "-c", "film.mkv.sha256"], cwd=folder, check=False)
    assert count == 1
    assert sorted(each.name for each in folder.iterdir()) == PARTS
    assert joined == FILM
    assert checked.returncode == 0
    assert [row["name"] for row in rows] == PARTS
    assert [row["size"] for row in rows[:3]] == [MOST, MOST, SIZE - 2 * MOST]
    assert [row["sha256"] for row in rows] == [
        hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in PARTS
    ]
    assert list((root / INCOMPLETE).iterdir()) == []


async def test_small_files_and_all_where_it_is_off_stay(
    splitting: Splitting, store: Store, alice: Identity, root: Path
) -> None:
    path = await put(store, root, await plant(store, alice, TaskState.COMPLETED))
    splitting.most = 0
    off = await splitting.run()
    splitting.most = SIZE

    assert (off, await splitting.run()) == (0, 0)
    assert path.read_bytes() == FILM


async def test_parts_go_with_their_task_and_count_as_stored(
    *,
    splitting: Splitting,
    removal: Removal,
    store: Store,
    alice: Identity,
    clock: FakeClock,
    root: Path,
) -> None:
    task = await plant(store, alice, TaskState.COMPLETED)
    path = await put(store, root, task)
    await splitting.run()
    (grown,) = await store.fetch("SELECT SUM(stored) AS n FROM statistics")
    size = (path.parent / "film.mkv.sha256").stat().st_size

    await removal.remove(alice, [str(task.id)], with_files=True)
    clock.advance(REGRET.total_seconds())
    await Purge(store=store, clock=clock, root=root).run(Discards())

    assert int(grown["n"]) == size
    assert list(path.parent.iterdir()) == []


async def test_changed_file_is_left_alone(
    splitting: Splitting, store: Store, alice: Identity, root: Path
) -> None:
    task = await plant(store, alice, TaskState.COMPLETED)
    other = bytes(SIZE)
    path = await put(store, root, task, other)

    assert await splitting.run() == 0
    assert [each.name for each in path.parent.iterdir()] == ["film.mkv"]
    assert path.read_bytes() == other
    assert [row["name"] for row in await files(store, task.id)] == ["film.mkv"]


async def test_name_that_is_taken_is_not_overwritten(
    splitting: Splitting, store: Store, alice: Identity, root: Path
) -> None:
    task = await plant(store, alice, TaskState.COMPLETED)
    path = await put(store, root, task)
    (path.parent / "film.mkv.002").write_bytes(b"mine")

    await splitting.run()

    assert (path.parent / "film.mkv.002").read_bytes() == b"mine"
    assert [row["name"] for row in await files(store, task.id)][1] == "film.mkv (1).002"


async def test_same_file_downloaded_again_gets_parts_of_its_own(
    splitting: Splitting, store: Store, alice: Identity, root: Path
) -> None:
    one, other = [await plant(store, alice, TaskState.COMPLETED) for _ in range(2)]
    await put(store, root, one)
    await splitting.run()
    await put(store, root, other)

    await splitting.run()

    paths = [{row["path"] for row in await files(store, task.id)} for task in (one, other)]
    assert paths[0].isdisjoint(paths[1])


async def test_cut_off_before_it_was_written_down_it_is_done_again(
    splitting: Splitting,
    store: Store,
    alice: Identity,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = await plant(store, alice, TaskState.COMPLETED)
    path = await put(store, root, task)
    with monkeypatch.context() as patch:
        patch.setattr(splitting, "_replace", None)
        with pytest.raises(TypeError):
            await splitting.run()
    between = sorted(each.name for each in path.parent.iterdir())

    await splitting.run()

    assert between == ["film.mkv", *PARTS]
    assert sorted(each.name for each in path.parent.iterdir()) == PARTS


async def test_file_whose_parts_are_written_down_goes_after_a_crash(
    splitting: Splitting,
    store: Store,
    alice: Identity,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = await put(store, root, await plant(store, alice, TaskState.COMPLETED))

    async def nothing() -> None:
        """Crash here."""

    with monkeypatch.context() as patch:
        patch.setattr(splitting, "_remove_rest", nothing)
        await splitting.run()
    was_there = path.exists()

    await splitting.run()

    rest = await store.fetch("SELECT key FROM settings WHERE key LIKE ?", f"{REST}%")
    assert (was_there, path.exists(), list(rest)) == (True, False, [])


async def test_task_that_is_removed_meanwhile_keeps_its_file(
    splitting: Splitting,
    removal: Removal,
    store: Store,
    alice: Identity,
    root: Path,
) -> None:
    task = await plant(store, alice, TaskState.COMPLETED)
    path = await put(store, root, task)
    (row,) = await store.fetch("SELECT * FROM files")
    await removal.remove(alice, [str(task.id)])

    assert await splitting._split({**row, "owner_id": alice.user_id}, MOST) is False
    assert [each.name for each in path.parent.iterdir()] == ["film.mkv"]


async def test_what_a_crash_left_half_made_goes(splitting: Splitting, root: Path) -> None:
    half = root / INCOMPLETE / f"{cutting.PREFIX}1-0"
    half.write_bytes(b"half")

    await splitting.run()

    assert not half.exists()
