"""All rows are swapped in one transaction, on both databases."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.backups.restoring.differences import Change
from services.backups.restoring.steps import Step, tell_nobody
from services.backups.restoring.target import Target, make_target
from services.remembered import Remembered
from services.store.store import Store, Transaction
from tests.fakes.clock import FakeClock
from tests.integration.databases import Databases
from tests.integration.services.backups.filling import ROWS, contents, fill, models
from tests.integration.services.backups.restoring.ready import TABLES, packer_of, prepared

ALL = list(models())


def target_of(store: Store, folder: Path) -> Target:
    url = store._url if store.dialect == "postgres" else None  # type: ignore[attr-defined]
    return make_target(store, folder, url)


async def execute(store: Store, statement: str, *values: object) -> None:
    async def write(transaction: Transaction) -> None:
        await transaction.execute(statement, *values)

    await store.write(write)


async def change_everything(store: Store) -> None:
    """Leave nothing in the store as it is."""
    await execute(store, "DELETE FROM users WHERE id < 8")  # and all that is theirs
    await execute(store, "UPDATE tasks SET name = 'another', attempt = 100, revision = 200")
    await execute(
        store,
        "INSERT INTO users (id, name, role, created_at) "
        "SELECT 99, 'since', 'user', created_at FROM users LIMIT 1",
    )


async def test_all_rows_take_the_place_of_all_rows(store: Store, tmp_path: Path) -> None:
    await fill(store)
    backed_up = await contents(store, TABLES)
    ready = await prepared(await packer_of(store), tmp_path)
    await change_everything(store)
    changed = await contents(store, TABLES)

    await target_of(store, tmp_path).replace(ready.staged, tell_nobody)

    restored = await contents(store, TABLES)
    assert changed != backed_up
    assert without_fences(restored) == without_fences(backed_up)


@pytest.mark.parametrize("value", [7, -1, 0.25, 1e300, "7", True, None, [1, "1"], {"a": 1}])
async def test_documents_of_every_kind_come_back_as_they_were(
    store: Store, tmp_path: Path, value: object
) -> None:
    remembered = Remembered(store=store, clock=FakeClock())
    await remembered.put("about", value)
    ready = await prepared(await packer_of(store), tmp_path)
    target = target_of(store, tmp_path)
    same = await target.compare(ready.staged)
    await remembered.put("about", "something else")

    await target.replace(ready.staged, tell_nobody)

    assert not any(table.is_any for table in same.tables)
    found = await remembered.get("about")
    assert (found, type(found)) == (value, type(value))


def without_fences(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    tasks = [{**task, "attempt": 0, "revision": 0} for task in found["tasks"]]
    return {**found, "tasks": tasks}


async def test_what_no_archive_has_goes_but_for_the_plans_of_jobs(
    store: Store, tmp_path: Path
) -> None:
    await fill(store)
    ready = await prepared(await packer_of(store), tmp_path)

    await target_of(store, tmp_path).replace(ready.staged, tell_nobody)

    left = await contents(store, set(ALL) - set(TABLES))
    assert {table: len(rows) for table, rows in left.items()} == {
        "sessions": 0,
        "one_time_tokens": 0,
        "notices": 0,
        "schedules": ROWS,
    }


async def test_whoever_works_on_a_task_has_lost_it(store: Store, tmp_path: Path) -> None:
    await fill(store)
    ready = await prepared(await packer_of(store), tmp_path)
    await execute(store, "UPDATE tasks SET attempt = 100, revision = 200")

    await target_of(store, tmp_path).replace(ready.staged, tell_nobody)

    tasks = await store.fetch("SELECT attempt, revision FROM tasks")
    assert min(task["attempt"] for task in tasks) == 101
    assert min(task["revision"] for task in tasks) == 201


async def test_a_number_is_never_given_again(store: Store, tmp_path: Path) -> None:
    await fill(store)
    ready = await prepared(await packer_of(store), tmp_path)
    insert = (
        "INSERT INTO events (owner_id, task_id, kind, data, at) "
        "SELECT NULL, NULL, kind, data, at FROM events WHERE seq = 1 RETURNING seq"
    )

    async def add(transaction: Transaction) -> int:
        return int((await transaction.fetch(insert))[0]["seq"])

    given = [await store.write(add) for _ in range(50)]

    await target_of(store, tmp_path).replace(ready.staged, tell_nobody)

    assert await store.write(add) > max(given)


@pytest.mark.parametrize("step", [Step.SWAPPING, Step.EMPTIED, Step.FILLED])
async def test_what_goes_wrong_leaves_everything_as_it_was(
    store: Store, tmp_path: Path, step: Step
) -> None:
    await fill(store)
    ready = await prepared(await packer_of(store), tmp_path)
    await change_everything(store)
    before = await contents(store, ALL)

    def fail(at: Step) -> None:
        if at is step:
            raise RuntimeError(at)

    with pytest.raises(RuntimeError):
        await target_of(store, tmp_path).replace(ready.staged, fail)

    assert await contents(store, ALL) == before
    await execute(store, "UPDATE users SET name = 'goes on' WHERE id = 99")


async def test_what_would_change_is_counted_and_named(store: Store, tmp_path: Path) -> None:
    await fill(store)
    ready = await prepared(await packer_of(store), tmp_path)
    await change_everything(store)
    before = await contents(store, ALL)

    found = await target_of(store, tmp_path).compare(ready.staged)

    by_table = {table.table: table for table in found.tables}
    users = by_table["users"]
    assert (users.rows, users.added, users.changed, users.removed) == (ROWS, 3, 0, 1)
    assert (by_table["tasks"].added, by_table["tasks"].changed) == (3, 4)
    assert not by_table["settings"].is_any
    assert [e.name for e in found.examples if e.change is Change.REMOVED] == ["since"]
    assert sum(e.table == "tasks" for e in found.examples) == 7
    assert await contents(store, ALL) == before


async def test_an_archive_made_here_changes_nothing(store: Store, tmp_path: Path) -> None:
    await fill(store)
    ready = await prepared(await packer_of(store), tmp_path)

    found = await target_of(store, tmp_path).compare(ready.staged)

    assert [table for table in found.tables if table.is_any and table.table in TABLES] == []


async def test_sqlite_is_sound_and_its_log_is_put_away(
    databases: Databases, sqlite: Store, tmp_path: Path
) -> None:
    await fill(sqlite)
    ready = await prepared(await packer_of(sqlite), tmp_path)

    await target_of(sqlite, tmp_path).replace(ready.staged, tell_nobody)

    with closing(sqlite3.connect(tmp_path / "argosy.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert (tmp_path / "argosy.db-wal").stat().st_size == 0
