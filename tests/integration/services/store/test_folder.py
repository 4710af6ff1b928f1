"""The data folder belongs to one server at a time; the command line works beside it."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.errors import Conflict, Unavailable
from services.store import choose
from services.store.choose import DATABASE, make_store, migrate_beside_a_server
from services.store.folder import FolderLock
from services.store.migrations import applied_to_sqlite, versions
from services.store.postgres import PostgresStore
from services.store.sqlite import SqliteStore
from tests.integration.databases import Databases
from tests.integration.services.store.versions import ADD_COLUMN, NEXT, add_version


def test_second_server_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    with FolderLock(tmp_path), pytest.raises(Conflict) as caught:
        FolderLock(tmp_path).acquire()

    assert f"(process {os.getpid()})" in caught.value.message
    assert str(tmp_path) in caught.value.message


def test_refused_server_does_not_disturb_the_first(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        for _ in range(2):
            with pytest.raises(Conflict, match=str(os.getpid())):
                FolderLock(tmp_path).acquire()


def test_next_server_comes_in_when_the_first_has_gone(tmp_path: Path) -> None:
    for _ in range(2):
        with FolderLock(tmp_path):
            pass

    assert (tmp_path / "argosy.lock").read_text() == ""


def test_lock_that_a_killed_process_left_is_free(tmp_path: Path) -> None:
    (tmp_path / "argosy.lock").write_text("1")

    with FolderLock(tmp_path):
        assert (tmp_path / "argosy.lock").read_text() == str(os.getpid())


def test_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with FolderLock(tmp_path / "a/b"):
        assert (tmp_path / "a/b").stat().st_mode & 0o777 == 0o700


def test_folder_that_is_none_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for folder in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(Unavailable) as caught:
            FolderLock(folder).acquire()

        assert caught.value.message == (
            f"The data folder {folder} cannot be used: {tmp_path / 'file'} is a file. "
            "Choose another with ARGOSY_DATA_DIR."
        )


def test_releasing_what_was_not_taken_is_no_error(tmp_path: Path) -> None:
    FolderLock(tmp_path).release()


async def test_command_line_migrates_where_no_server_runs(tmp_path: Path) -> None:
    await migrate_beside_a_server(tmp_path, None)

    assert applied_to_sqlite(tmp_path / DATABASE) == versions()


async def test_command_line_works_beside_a_server_that_has_migrated(
    databases: Databases, tmp_path: Path
) -> None:
    await databases.sqlite(tmp_path)

    with FolderLock(tmp_path):
        await migrate_beside_a_server(tmp_path, None)


async def test_command_line_does_not_migrate_under_a_running_server(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await databases.sqlite(tmp_path)
    add_version(monkeypatch, tmp_path, ADD_COLUMN)
    monkeypatch.setattr(choose, "STARTING", -1)

    with FolderLock(tmp_path), pytest.raises(Unavailable, match="Restart that server"):
        await migrate_beside_a_server(tmp_path, None)

    assert NEXT not in applied_to_sqlite(path)


async def test_command_line_waits_for_a_server_that_is_just_migrating(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await databases.sqlite(tmp_path)
    add_version(monkeypatch, tmp_path, ADD_COLUMN)
    lock = FolderLock(tmp_path)
    lock.acquire()

    async def meanwhile(_: float) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(
                "INSERT INTO aerich (version, app, content) VALUES (?, 'argosy', '{}')", (NEXT,)
            )

    monkeypatch.setattr(asyncio, "sleep", meanwhile)
    await migrate_beside_a_server(tmp_path, None)
    lock.release()

    assert NEXT in applied_to_sqlite(path)


def test_store_is_sqlite_unless_there_is_a_url(tmp_path: Path) -> None:
    assert isinstance(make_store(tmp_path, None), SqliteStore)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_url_of_postgres_gives_a_store_on_it(tmp_path: Path, scheme: str) -> None:
    store = make_store(tmp_path, f"{scheme}://postgres:postgres@127.0.0.1/postgres")

    assert isinstance(store, PostgresStore)
