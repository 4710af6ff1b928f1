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
from services.store.sqlite import connection
from services.store.tables import APP
from tests.integration.databases import (
    POSTGRES,
    SQLITE,
    Databases,
    own_statements,
)
from tests.integration.models.test_tables import READERS, TABLES, reading


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
