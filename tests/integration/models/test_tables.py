"""The migrations make the tables that the models describe."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tortoise import BaseDBAsyncClient
from tortoise.utils import generate_schema_for_client

from services.store import credentials
from services.store.context import Surroundings
from services.store.rows import Row
from services.store.sqlite import connection
from tests.integration.databases import POSTGRES, SQLITE, Databases, own_statements
from tests.integration.models.shapes import Fetch, Shape, postgres_shapes, sqlite_shapes

READERS = {SQLITE: sqlite_shapes, POSTGRES: postgres_shapes}
TABLES = {
    *("users", "keys", "tasks", "files", "attempts", "events", "settings", "statistics"),
    *("requests", "sessions", "one_time_tokens", "recovery_codes", "audit_entries"),
    *("alerts", "notifiers", "notices", "plugins", "webhooks", "webhook_deliveries"),
    *("webhook_attempts", "transfers", "schedules", "log_counts"),
}


def reading(client: BaseDBAsyncClient) -> Fetch:
    async def fetch(statement: str) -> Sequence[Row]:
        return await client.execute_query_dict(statement)

    return fetch


@asynccontextmanager
async def two_databases(
    databases: Databases, kind: str, folder: Path
) -> AsyncIterator[tuple[str | dict[str, object], str | dict[str, object]]]:
    """Give a migrated database and an empty one, as Tortoise wants to have them."""
    if kind == SQLITE:
        yield connection(await databases.sqlite(folder)), connection(folder / "empty.db")
        return
    migrated, empty = await databases.postgres(), await databases.empty_postgres()
    try:
        yield credentials.connection(migrated), credentials.connection(empty)
    finally:
        await databases.drop(migrated)
        await databases.drop(empty)


@pytest.fixture(params=[SQLITE, POSTGRES])
async def shapes(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> tuple[dict[str, Shape], dict[str, Shape]]:
    """The tables that the migrations make, and those that the models describe."""
    read = READERS[request.param]
    async with two_databases(databases, request.param, tmp_path) as (migrated, empty):
        with own_statements():
            surroundings = await Surroundings.enter({"default": empty, "migrated": migrated})
            made = surroundings.client("default")
            await surroundings.start(generate_schema_for_client(made, safe=False), "tables")
            described = await read(reading(made))
            found = await read(reading(surroundings.client("migrated")))
            await surroundings.leave()
    del found["aerich"]
    return found, described


def test_migrations_make_the_tables_that_the_models_describe(
    shapes: tuple[dict[str, Shape], dict[str, Shape]],
) -> None:
    found, described = shapes

    assert set(found) == TABLES
    assert found == described
