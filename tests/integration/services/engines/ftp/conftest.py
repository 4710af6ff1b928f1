"""What the tests of the FTP engine share."""

from pathlib import Path

import pytest

from services.engines.ftp.engine import FtpEngine
from services.outgoing.addresses import AddressPolicy, AllowedNetwork


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The download folder."""
    path = tmp_path / "downloads"
    path.mkdir()
    return path


@pytest.fixture
def engine(root: Path) -> FtpEngine:
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    return FtpEngine(root=root, policy=policy)
