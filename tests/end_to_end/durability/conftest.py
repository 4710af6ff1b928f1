"""What the tests of durability share."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.databases import Databases


@pytest.fixture
def postgres_url(tmp_path: Path) -> Iterator[str]:
    """An empty database on PostgreSQL."""
    databases = Databases(tmp_path)
    url = asyncio.run(databases.empty_postgres())
    yield url
    asyncio.run(databases.drop(url))
