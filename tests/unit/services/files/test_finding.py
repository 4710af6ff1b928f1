"""Finding again what got its name before a crash."""

import hashlib
from io import FileIO
from pathlib import Path

import pytest

from services.files.places import COPY_BLOCK, find, put, same_bytes

CONTENT_HASH = hashlib.sha256(b"content").hexdigest()


def test_file_is_found_by_its_inode_whatever_its_number(
    source: Path, folder: int, there: Path
) -> None:
    for name in ("a.zip", "a (1).zip"):
        (there / name).write_bytes(b"another")  # as long as ours
    put(source, folder, "a.zip")

    found = find(folder, "a.zip", 7, inode=source.stat().st_ino, sha256=None)

    assert found == "a (2).zip"


def test_copy_is_found_by_its_hash(folder: int, there: Path) -> None:
    (there / "a.zip").write_bytes(b"another")
    (there / "a (1).zip").write_bytes(b"content")

    assert find(folder, "a.zip", 7, inode=1, sha256=CONTENT_HASH) == "a (1).zip"


@pytest.mark.parametrize("sha256", [None, CONTENT_HASH])
def test_files_of_others_are_not_found(folder: int, there: Path, sha256: str | None) -> None:
    (there / "a.zip").write_bytes(b"another")
    (there / "a (1).zip").write_bytes(b"content and more")

    assert find(folder, "a.zip", 7, inode=1, sha256=sha256) is None


def test_search_ends_at_the_first_free_name(folder: int, there: Path) -> None:
    (there / "a (1).zip").write_bytes(b"content")

    assert find(folder, "a.zip", 7, inode=None, sha256=CONTENT_HASH) is None


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_search_goes_past_what_is_no_file(folder: int, there: Path, kind: str) -> None:
    outside = there.parent / "outside"
    outside.write_bytes(b"content")
    if kind == "link":
        (there / "a.zip").symlink_to(outside)
    else:
        (there / "a.zip").mkdir()
    (there / "a (1).zip").write_bytes(b"content")

    assert find(folder, "a.zip", 7, inode=None, sha256=CONTENT_HASH) == "a (1).zip"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b"", b"", True),
        (b"content", b"content", True),
        (b"content", b"contenT", False),
        (b"content", b"content ", False),
        (b"x" * COPY_BLOCK + b"y", b"x" * COPY_BLOCK + b"y", True),
        (b"x" * COPY_BLOCK + b"y", b"x" * COPY_BLOCK + b"z", False),
    ],
    ids=["empty", "same", "another byte", "longer", "same blocks", "another block"],
)
def test_files_are_the_same_where_all_bytes_are(
    tmp_path: Path, one: bytes, other: bytes, same: bool
) -> None:
    (tmp_path / "one").write_bytes(one)
    (tmp_path / "other").write_bytes(other)

    with FileIO(tmp_path / "one") as first, FileIO(tmp_path / "other") as second:
        assert same_bytes(first, second) is same
