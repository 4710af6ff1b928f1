"""What the tests of the HTTP engine share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.engines.http.engine import HttpEngine
from tests.integration.services.engines.http.fetching import new_engine


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The download folder."""
    path = tmp_path / "downloads"
    path.mkdir()
    return path


@pytest.fixture
async def engine(root: Path) -> AsyncIterator[HttpEngine]:
    async with new_engine(root) as engine:
        yield engine
