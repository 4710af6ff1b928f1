"""What the tests of durability share."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.durability.false_clock import FalseClock
from tests.integration.databases import Databases
from tests.needs import needs_faketime


@pytest.fixture
def postgres_url(tmp_path: Path) -> Iterator[str]:
    """An empty database on PostgreSQL."""
    databases = Databases(tmp_path)
    url = asyncio.run(databases.empty_postgres())
    yield url
    asyncio.run(databases.drop(url))


@pytest.fixture
def false_clock(tmp_path: Path) -> FalseClock:
    return FalseClock(tmp_path, needs_faketime())
