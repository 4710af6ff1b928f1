"""What the end-to-end tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.program import Program
from tests.fakes.origin import Origin


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
