"""What the tests of the HTTP engine share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.engines.http.engine import HttpEngine
from services.outgoing.addresses import AddressPolicy, AllowedNetwork


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The download folder."""
    path = tmp_path / "downloads"
    path.mkdir()
    return path


@pytest.fixture
async def engine(root: Path) -> AsyncIterator[HttpEngine]:
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    engine = HttpEngine(root=root, policy=policy, user_agent="Argosy/test")
    yield engine
    await engine.close()
