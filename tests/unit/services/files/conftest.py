"""A file that is to get a name, and the folder to get it in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.files.places import Place, opened


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "task.part"
    path.write_bytes(b"content")
    return path


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder as a path, to look into."""
    path = tmp_path / "root/alice"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def folder(there: Path) -> Iterator[int]:
    """The folder as it is opened."""
    with opened(there.parent, Place.of("alice", "")) as descriptor:
        yield descriptor
