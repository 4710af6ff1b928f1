"""Migrations of SQLite: done whole, or the database is as it was."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.errors import Unavailable
from services.store.choose import DATABASE, migrate
from services.store.migrations import applied_to_sqlite, migrate_sqlite, pending, versions
from tests.integration.databases import Databases
from tests.integration.services.store.versions import ADD_COLUMN, NEXT, OURS, REBUILD, add_version

AT = "2026-11-22 12:00:00+00:00"
TASK_ID = "0199c2f0-7a10-7000-8000-0123456789ab"


@pytest.fixture
async def path(databases: Databases, tmp_path: Path) -> Path:
    """A database of the first version, with somebody and their task in it."""
    path = await databases.sqlite(tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO users (id, name, role, created_at) VALUES (1, 'alice', 'user', ?)", (AT,)
        )
        database.execute(
            "INSERT INTO tasks (id, engine, url, folder, name, state, revision, attempt, failures,"
            " due_at, received, active_ms, created_at, owner_id)"
            " VALUES (?, 'http', 'https://a.example', '', 'a', 'PENDING', 0, 0, 0, ?, 0, 0, ?, 1)",
            (TASK_ID, AT, AT),
        )
    return path


def rows(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def beside(path: Path) -> list[str]:
    return sorted(found.name for found in path.parent.glob(f"{DATABASE}*"))


async def test_fresh_database_gets_its_tables(tmp_path: Path) -> None:
    done = await migrate(tmp_path, None)

    assert done == versions() == OURS
    assert applied_to_sqlite(tmp_path / DATABASE) == OURS
    assert rows(tmp_path / DATABASE, "SELECT * FROM users") == []
    assert beside(tmp_path / DATABASE) == [DATABASE]


async def test_second_time_there_is_nothing_to_do(path: Path) -> None:
    before = path.stat()

    done = await migrate_sqlite(path)

    assert done == []
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


async def test_rows_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    add_version(monkeypatch, tmp_path, ADD_COLUMN)

    done = await migrate_sqlite(path)

    assert done == [NEXT]
    assert rows(path, "SELECT id, name, colour FROM users") == [(1, "alice", None)]
    assert rows(path, "SELECT id, owner_id FROM tasks") == [(TASK_ID, 1)]


async def test_table_that_is_made_anew_keeps_what_refers_to_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_version(monkeypatch, tmp_path, REBUILD)

    await migrate_sqlite(path)

    assert rows(path, "SELECT id, name, colour FROM users") == [(1, "alice", None)]
    assert rows(path, "SELECT id, owner_id FROM tasks") == [(TASK_ID, 1)]
    assert rows(path, "PRAGMA foreign_key_check") == []


async def test_database_as_it_was_stays_beside(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_version(monkeypatch, tmp_path, ADD_COLUMN)

    await migrate_sqlite(path)

    assert beside(path) == [DATABASE, f"{DATABASE}.before-{len(OURS)}"]
    copy = path.with_name(f"{DATABASE}.before-{len(OURS)}")
    assert rows(copy, "SELECT id, name, role, created_at FROM users") == [(1, "alice", "user", AT)]
    assert applied_to_sqlite(copy) == OURS


async def test_only_the_newest_copies_are_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_version(monkeypatch, tmp_path, ADD_COLUMN)
    for age in range(4):
        old = path.with_name(f"{DATABASE}.before-{90 + age}")
        old.touch()
        os.utime(old, (1000 + age, 1000 + age))

    await migrate_sqlite(path)

    assert beside(path) == [DATABASE, *(f"{DATABASE}.before-{n}" for n in (len(OURS), 92, 93))]


async def test_database_stays_beside_where_there_are_no_links(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    add_version(monkeypatch, tmp_path, ADD_COLUMN)
    monkeypatch.setattr(os, "link", link)
    before = path.read_bytes()

    await migrate_sqlite(path)

    copy = path.with_name(f"{DATABASE}.before-{len(OURS)}")
    assert copy.read_bytes() == before
    assert copy.stat().st_mode & 0o777 == 0o600
    assert rows(path, "SELECT id, name, colour FROM users") == [(1, "alice", None)]


async def test_nobody_else_can_read_the_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / DATABASE
    await migrate(tmp_path, None)
    first = path.stat().st_mode
    path.chmod(0o644)  # as older versions made it
    add_version(monkeypatch, tmp_path, ADD_COLUMN)
    await migrate(tmp_path, None)

    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("UPDATE users SET name = name")
        modes = {found.name: oct(found.stat().st_mode & 0o777) for found in tmp_path.glob("*.db*")}

    assert first & 0o777 == 0o600
    ours = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}.before-{len(OURS)}")
    assert modes == dict.fromkeys(ours, "0o600")


async def test_what_is_still_in_the_log_is_migrated_too(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = path.with_name(f"{DATABASE}-wal")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        with database:
            database.execute(
                "INSERT INTO users (id, name, role, created_at) VALUES (2, 'bob', 'user', ?)", (AT,)
            )
        crashed = path.read_bytes(), log.read_bytes()  # as a killed process leaves them
    path.write_bytes(crashed[0])
    log.write_bytes(crashed[1])
    add_version(monkeypatch, tmp_path, ADD_COLUMN)

    await migrate_sqlite(path)

    assert rows(path, "SELECT name FROM users ORDER BY id") == [("alice",), ("bob",)]
    assert not log.exists()


async def test_interrupted_migration_does_not_matter(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_version(monkeypatch, tmp_path, ADD_COLUMN)
    path.with_name(f"{DATABASE}.migrating").write_bytes(b"half of a database")
    path.with_name(f"{DATABASE}.migrating-journal").write_bytes(b"half of a journal")

    await migrate_sqlite(path)

    assert rows(path, "SELECT name, colour FROM users") == [("alice", None)]
    assert beside(path) == [DATABASE, f"{DATABASE}.before-{len(OURS)}"]


@pytest.mark.parametrize(
    "script",
    [
        "ALTER TABLE users ADD COLUMN colour TEXT; SELECT * FROM nowhere;",
        "DELETE FROM tasks; ALTER TABLE nowhere ADD COLUMN colour TEXT;",
    ],
)
async def test_failed_migration_leaves_the_database_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    before = path.read_bytes()
    add_version(monkeypatch, tmp_path, script)

    with pytest.raises(Exception, match="nowhere"):
        await migrate_sqlite(path)

    assert path.read_bytes() == before
    assert applied_to_sqlite(path) == OURS


async def test_migration_that_leaves_orphans_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = path.read_bytes()
    add_version(monkeypatch, tmp_path, "DELETE FROM users;")

    with pytest.raises(Unavailable, match="1 orphans"):
        await migrate_sqlite(path)

    assert path.read_bytes() == before


async def test_database_of_a_newer_program_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO aerich (version, app, content) VALUES ('9_new.py', 'argosy', '{}')"
        )
    before = path.read_bytes()

    with pytest.raises(Unavailable, match=r"made by a newer Argosy \(it has 9_new.py\)"):
        await migrate_sqlite(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [False, True])
def test_damaged_database_is_told_with_its_cure(tmp_path: Path, kept: bool) -> None:
    path = tmp_path / DATABASE
    path.write_bytes(b"no database " * 400)
    if kept:
        path.with_name(f"{DATABASE}.before-3").touch()

    with pytest.raises(Unavailable) as caught:
        applied_to_sqlite(path)

    cure = f"a backup, or the copy {DATABASE}.before-3," if kept else "a backup"
    assert caught.value.message == (
        f"The database {path} is damaged: file is not a database. While no server runs, put "
        f"{cure} in its place, and remove {DATABASE}-wal and {DATABASE}-shm."
    )


def test_path_may_have_signs_that_mean_something_in_urls(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%41.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE other (id)")

    assert applied_to_sqlite(path) == []


def test_versions_of_other_programs_in_the_same_database_do_not_count(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO aerich (version, app, content) VALUES ('9_new.py', 'other', '{}')"
        )

    assert applied_to_sqlite(path) == OURS


def test_database_that_is_not_there_has_seen_nothing(tmp_path: Path) -> None:
    assert applied_to_sqlite(tmp_path / DATABASE) == []
    assert not (tmp_path / DATABASE).exists()


def test_versions_are_in_the_order_of_their_numbers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_version(monkeypatch, tmp_path, ADD_COLUMN)
    folder = tmp_path / "versions/argosy"
    (folder / NEXT).rename(folder / "10_20280101000000_later.py")
    (folder / NEXT).touch()

    assert versions() == [*OURS, NEXT, "10_20280101000000_later.py"]
    assert pending(OURS) == [NEXT, "10_20280101000000_later.py"]
