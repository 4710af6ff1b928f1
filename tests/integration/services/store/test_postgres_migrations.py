"""Migrations of PostgreSQL: in one transaction, by one process at a time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.errors import Unavailable
from services.store.choose import migrate, migrate_beside_a_server
from services.store.migrations import applied_to_postgres, migrate_postgres
from tests.integration.databases import Databases, own_statements
from tests.integration.services.store.versions import ADD_COLUMN, NEXT, OURS, add_version


@pytest.fixture
async def empty(databases: Databases) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    url = await databases.empty_postgres()
    with own_statements():
        yield url
    await databases.drop(url)


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """The URL of a database of the first version, with somebody in it."""
    url = await databases.postgres()
    await ask(url, "INSERT INTO users (name, role, created_at) VALUES ('alice', 'user', now())")
    with own_statements():
        yield url
    await databases.drop(url)


async def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def test_fresh_database_gets_its_tables(empty: str, tmp_path: Path) -> None:
    done = await migrate(tmp_path, empty)

    assert done == OURS
    assert await applied_to_postgres(empty) == OURS
    assert await ask(empty, "SELECT * FROM users") == []


async def test_database_without_tables_has_seen_nothing(empty: str) -> None:
    assert await applied_to_postgres(empty) == []


async def test_second_time_there_is_nothing_to_do(url: str) -> None:
    assert await migrate_postgres(url) == []


async def test_two_who_migrate_at_once_do_it_once(empty: str) -> None:
    done = await asyncio.gather(*(migrate_postgres(empty) for _ in range(2)))

    assert sorted(done) == [[], OURS]
    assert await applied_to_postgres(empty) == OURS


async def test_rows_are_kept(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    add_version(monkeypatch, tmp_path, ADD_COLUMN)

    done = await migrate_postgres(url)

    assert done == [NEXT]
    assert await ask(url, "SELECT name, colour FROM users") == [("alice", None)]


async def test_failed_migration_leaves_the_database_as_it_was(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_version(monkeypatch, tmp_path, "DELETE FROM users; ALTER TABLE nowhere ADD COLUMN a INT;")

    with pytest.raises(Exception, match="nowhere"):
        await migrate_postgres(url)

    assert await ask(url, "SELECT name FROM users") == [("alice",)]
    assert await applied_to_postgres(url) == OURS


async def test_database_of_a_newer_program_is_refused(url: str) -> None:
    await ask(url, "INSERT INTO aerich (version, app, content) VALUES ('9_new.py', 'argosy', '{}')")

    with pytest.raises(Unavailable, match=r"made by a newer Argosy \(it has 9_new.py\)"):
        await migrate_postgres(url)


async def test_command_line_migrates_by_itself(empty: str, tmp_path: Path) -> None:
    await migrate_beside_a_server(tmp_path, empty)

    assert await applied_to_postgres(empty) == OURS


@pytest.mark.parametrize(
    "address",
    ["postgres://nobody:hunter2@127.0.0.1:1/argosy", "postgres://nobody:hunter2@/a?host=/nowhere"],
)
async def test_server_that_is_not_there_is_named_without_the_password(address: str) -> None:
    with pytest.raises(Unavailable, match="ARGOSY_DATABASE_URL") as caught:
        await migrate_postgres(address)

    assert "hunter2" not in caught.value.message
