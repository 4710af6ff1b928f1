"""The way back: what the migrations made goes away, and can be made again."""

import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest
from tortoise import BaseDBAsyncClient

from services.store import credentials
from services.store.context import Surroundings
from services.store.migrations import LOCATION, versions
from services.store.rows import read_json
from services.store.sqlite import connection
from services.store.tables import APP
from tests.integration.databases import (
    POSTGRES,
    SQLITE,
    Databases,
    own_statements,
)
from tests.integration.models.test_tables import READERS, TABLES, reading

AT = "'2026-11-22 12:00:00+00:00'"
# One file was fetched twice to the same place, one is still to come.
LYING_THERE = f"""
    INSERT INTO users (id, name, role, created_at) VALUES
        (1, 'alice', 'user', {AT}), (2, 'bob', 'user', {AT});
    INSERT INTO statistics (user_id, day, downloads, failures, bytes, milliseconds) VALUES
        (1, '2026-11-21', 1, 0, 1, 1), (1, '2026-11-22', 1, 0, 1, 1), (2, '2026-11-22', 1, 0, 1, 1);
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, revision, attempt, failures,
        due_at, received, active_ms, created_at)
    VALUES ('0199c2f0-7a10-7000-8000-000000000001', 1, 'http', '', '', '', 'COMPLETED', 0, 0, 0,
        {AT}, 0, 0, {AT});
    INSERT INTO files (id, task_id, name, path, size, created_at) VALUES
        ('0199c2f0-7a10-7000-8000-000000000002', '0199c2f0-7a10-7000-8000-000000000001', 'a',
         'alice/a', 100, {AT}),
        ('0199c2f0-7a10-7000-8000-000000000003', '0199c2f0-7a10-7000-8000-000000000001', 'a',
         'alice/a', 100, {AT}),
        ('0199c2f0-7a10-7000-8000-000000000004', '0199c2f0-7a10-7000-8000-000000000001', 'b',
         'alice/b', 30, {AT}),
        ('0199c2f0-7a10-7000-8000-000000000005', '0199c2f0-7a10-7000-8000-000000000001', 'c',
         '', 0, {AT});
"""  # noqa: S608 - ours


def migration(name: str) -> ModuleType:
    """Load a migration, whose name is none for an import."""
    spec = importlib.util.spec_from_file_location("migration", LOCATION / APP / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@asynccontextmanager
async def migrated(
    databases: Databases, kind: str, folder: Path
) -> AsyncIterator[BaseDBAsyncClient]:
    """Give a connection to a migrated database."""
    url = await databases.postgres() if kind == POSTGRES else None
    settings = credentials.connection(url) if url else connection(await databases.sqlite(folder))
    with own_statements():
        surroundings = await Surroundings.enter({"default": settings})
        yield surroundings.client("default")
        await surroundings.leave()
    if url:
        await databases.drop(url)


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_migrations_are_undone_and_done_again(
    databases: Databases, tmp_path: Path, kind: str
) -> None:
    modules = [migration(name) for name in versions()]
    async with migrated(databases, kind, tmp_path) as database:
        fetch, shapes = reading(database), READERS[kind]
        before = await shapes(fetch)

        for module in reversed(modules):
            await database.execute_script(await module.downgrade(database))
        between = await shapes(fetch)
        for module in modules:
            await database.execute_script(await module.upgrade(database))

        assert set(before) - set(between) == TABLES
        assert await shapes(fetch) == before


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_bytes_that_lay_there_before_they_were_counted_are_counted(
    databases: Databases, tmp_path: Path, kind: str
) -> None:
    (name,) = [name for name in versions() if name.startswith("4_")]
    access = migration(name)
    async with migrated(databases, kind, tmp_path) as database:
        await database.execute_script(await access.downgrade(database))
        await database.execute_script(LYING_THERE)

        await database.execute_script(await access.upgrade(database))

        rows = await database.execute_query_dict(
            "SELECT user_id, stored FROM statistics ORDER BY user_id, day"
        )
    assert [(row["user_id"], row["stored"]) for row in rows] == [(1, 0), (1, 130), (2, 0)]


MADE_BEFORE = f"""
    INSERT INTO users (id, name, role, created_at) VALUES (1, 'alice', 'user', {AT});
    INSERT INTO keys (id, user_id, name, prefix, digest, scopes, created_at) VALUES
        ('0199c2f0-7a10-7000-8000-000000000001', 1, 'all', '', 'a',
         '["metrics:read", "tasks:read", "tasks:write"]', {AT}),
        ('0199c2f0-7a10-7000-8000-000000000002', 1, 'compact', '', 'b',
         '["metrics:read","tasks:read","tasks:write"]', {AT}),
        ('0199c2f0-7a10-7000-8000-000000000003', 1, 'few', '', 'c',
         '["tasks:read"]', {AT});
"""  # noqa: S608 - ours


async def scopes_of_keys(database: BaseDBAsyncClient) -> list[object]:
    rows = await database.execute_query_dict("SELECT scopes FROM keys ORDER BY id")
    return [read_json(row["scopes"]) for row in rows]


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_key_that_could_do_all_there_was_can_do_all_there_is(
    databases: Databases, tmp_path: Path, kind: str
) -> None:
    (name,) = [name for name in versions() if name.startswith("4_")]
    access = migration(name)
    async with migrated(databases, kind, tmp_path) as database:
        await database.execute_script(await access.downgrade(database))
        await database.execute_script(MADE_BEFORE)

        await database.execute_script(await access.upgrade(database))
        after = await scopes_of_keys(database)
        await database.execute_script(await access.downgrade(database))
        back = await scopes_of_keys(database)

    assert after == [["*"], ["*"], ["tasks:read"]]
    former = ["metrics:read", "tasks:read", "tasks:write"]
    assert back == [former, former, ["tasks:read"]]


EVENTS = f"""
    INSERT INTO users (id, name, role, created_at) VALUES (1, 'alice', 'user', {AT});
    INSERT INTO events (owner_id, task_id, kind, data, at) VALUES
        (1, NULL, 'task.added', '{{}}', {AT}), (1, NULL, 'task.added', '{{}}', {AT});
"""  # noqa: S608 - ours


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_number_of_an_event_that_is_gone_is_not_given_again(
    databases: Databases, tmp_path: Path, kind: str
) -> None:
    (name,) = [name for name in versions() if name.startswith("5_")]
    upkeep = migration(name)
    async with migrated(databases, kind, tmp_path) as database:
        await database.execute_script(await upkeep.downgrade(database))
        await database.execute_script(EVENTS)
        await database.execute_script("DELETE FROM events")

        await database.execute_script(await upkeep.upgrade(database))
        await database.execute_script(
            f"INSERT INTO events (kind, data, at) VALUES ('alert.raised', '{{}}', {AT})"  # noqa: S608
        )

        rows = await database.execute_query_dict("SELECT seq, owner_id FROM events")
    assert [(row["seq"], row["owner_id"]) for row in rows] == [(3, None)]
