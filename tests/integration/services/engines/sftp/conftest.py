"""What the tests of the SFTP engine share."""

from pathlib import Path

import pytest

from services.engines.sftp.engine import SftpEngine
from services.outgoing.addresses import AddressPolicy, AllowedNetwork


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The download folder."""
    path = tmp_path / "downloads"
    path.mkdir()
    return path


@pytest.fixture
def known_hosts(tmp_path: Path) -> Path:
    """The file of the host keys that were seen, which is not there yet."""
    return tmp_path / "data/known_hosts"


@pytest.fixture
def engine(root: Path, known_hosts: Path) -> SftpEngine:
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    return SftpEngine(root=root, policy=policy, known_hosts=known_hosts)
