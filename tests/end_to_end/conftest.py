"""What the end-to-end tests share."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.program import Program
from tests.fakes.origin import Origin
from tests.needs import needs

CLIENTS = Path(__file__).parent / "clients"


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    started = Program(tmp_path)
    started.start()
    yield started
    started.close()


@pytest.fixture(scope="module")
def shared_origin() -> Iterator[Origin]:
    """One for all tests of a module; each takes a path of its own."""
    with Origin() as running:
        yield running


@pytest.fixture(scope="module")
def shared_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One for all tests of a module, which leave it running."""
    started = Program(tmp_path_factory.mktemp("program"))
    started.start()
    yield started
    started.close()


@pytest.fixture
def staying(tmp_path: Path) -> Iterator[Program]:
    """Give a server that has the same port after each start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = Program(tmp_path, ARGOSY_PORT=str(port))
    started.start()
    yield started
    started.close()


@pytest.fixture(scope="session")
def node() -> str:
    """Return Node.js, with the packages of the clients in their place."""
    node, npm = needs("node", "npm")
    mark = CLIENTS / "node_modules" / "installed-lock"
    lock = (CLIENTS / "package-lock.json").read_bytes()
    if not mark.exists() or mark.read_bytes() != lock:
        subprocess.run([npm, "ci", "--ignore-scripts"], cwd=CLIENTS, check=True, timeout=120)
        mark.write_bytes(lock)
    return node
