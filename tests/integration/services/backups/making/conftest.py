"""What the tests of making backups share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.making.backing import Backing, backing


@pytest.fixture
async def made(store: Store, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Backing]:
    async with backing(store, tmp_path, clock) as given:
        yield given


@pytest.fixture
async def on_sqlite(sqlite: Store, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Backing]:
    async with backing(sqlite, tmp_path, clock) as given:
        yield given
