"""What the integration tests share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.store.store import Store
from tests.integration.databases import POSTGRES, SQLITE, Databases, databases_in, open_store


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with databases_in(tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(params=[SQLITE, POSTGRES])
async def store(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> AsyncIterator[Store]:
    """A store, on both databases in turn."""
    async with open_store(databases, request.param, tmp_path) as store:
        yield store


@pytest.fixture
async def sqlite(databases: Databases, tmp_path: Path) -> AsyncIterator[Store]:
    """A store on SQLite."""
    async with open_store(databases, SQLITE, tmp_path) as store:
        yield store


@pytest.fixture
async def postgres(databases: Databases, tmp_path: Path) -> AsyncIterator[Store]:
    """A store on PostgreSQL."""
    async with open_store(databases, POSTGRES, tmp_path) as store:
        yield store
