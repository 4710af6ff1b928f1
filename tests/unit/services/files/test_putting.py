"""Names taken in a folder: never another's, and the same one after an interruption."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.files.places import NO_LINKS, Place, opened, put, same_file


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


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has no hard links."""

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_free_name_is_taken(source: Path, folder: int, there: Path) -> None:
    assert put(source, folder, "a.zip") == "a.zip"
    assert contents(there) == {"a.zip": b"content"}


def test_source_keeps_its_own_name_until_that_is_written_down(
    source: Path, folder: int, there: Path
) -> None:
    put(source, folder, "a.zip")

    assert source.stat().st_ino == (there / "a.zip").stat().st_ino


def test_taken_names_are_numbered_and_left_alone(source: Path, folder: int, there: Path) -> None:
    for name in ("a.zip", "a (1).zip"):
        (there / name).write_bytes(b"another's")

    assert put(source, folder, "a.zip") == "a (2).zip"
    assert contents(there) == {
        "a.zip": b"another's",
        "a (1).zip": b"another's",
        "a (2).zip": b"content",
    }


@pytest.mark.parametrize("kind", ["link to a file", "link to nothing", "folder", "empty file"])
def test_whatever_has_the_name_keeps_it(source: Path, folder: int, there: Path, kind: str) -> None:
    outside = there.parent / "outside"
    match kind:
        case "link to a file":
            outside.write_bytes(b"outside")
            (there / "a.zip").symlink_to(outside)
        case "link to nothing":
            (there / "a.zip").symlink_to(outside)
        case "folder":
            (there / "a.zip").mkdir()
        case _:
            (there / "a.zip").touch()
    before = os.lstat(there / "a.zip")

    assert put(source, folder, "a.zip") == "a (1).zip"
    assert os.lstat(there / "a.zip").st_ino == before.st_ino
    assert not outside.exists() or outside.read_bytes() == b"outside"


def test_second_try_finds_the_name_that_the_first_took(
    source: Path, folder: int, there: Path
) -> None:
    (there / "a.zip").write_bytes(b"another's")
    put(source, folder, "a.zip")

    assert put(source, folder, "a.zip", again=True) == "a (1).zip"
    assert set(contents(there)) == {"a.zip", "a (1).zip"}


def test_second_try_does_not_take_a_file_with_the_same_bytes_for_its_own(
    source: Path, folder: int, there: Path
) -> None:
    (there / "a.zip").write_bytes(b"content")

    assert put(source, folder, "a.zip", again=True) == "a (1).zip"


@pytest.mark.usefixtures("no_links")
def test_without_hard_links_the_file_moves_to_a_reserved_name(
    source: Path, folder: int, there: Path
) -> None:
    assert put(source, folder, "a.zip") == "a.zip"
    assert contents(there) == {"a.zip": b"content"}
    assert not source.exists()


@pytest.mark.usefixtures("no_links")
@pytest.mark.parametrize("content", [b"another's", b""])
def test_without_hard_links_nothing_is_overwritten(
    source: Path, folder: int, there: Path, content: bytes
) -> None:
    (there / "a.zip").write_bytes(content)

    assert put(source, folder, "a.zip") == "a (1).zip"
    assert contents(there) == {"a.zip": content, "a (1).zip": b"content"}


@pytest.mark.usefixtures("no_links")
def test_without_hard_links_a_link_is_not_written_through(
    source: Path, folder: int, there: Path
) -> None:
    (there / "a.zip").symlink_to(there.parent / "outside")

    assert put(source, folder, "a.zip") == "a (1).zip"
    assert not (there.parent / "outside").exists()


@pytest.mark.usefixtures("no_links")
def test_reservation_that_an_interruption_left_is_used(
    source: Path, folder: int, there: Path
) -> None:
    (there / "a.zip").touch()

    assert put(source, folder, "a.zip", again=True) == "a.zip"
    assert contents(there) == {"a.zip": b"content"}


@pytest.mark.usefixtures("no_links")
def test_file_with_bytes_is_no_reservation(source: Path, folder: int, there: Path) -> None:
    (there / "a.zip").write_bytes(b"another's")

    assert put(source, folder, "a.zip", again=True) == "a (1).zip"
    assert contents(there) == {"a.zip": b"another's", "a (1).zip": b"content"}


@pytest.mark.parametrize("code", sorted(NO_LINKS))
def test_every_way_to_say_that_there_are_no_links_is_understood(
    source: Path, folder: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", link)

    assert put(source, folder, "a.zip") == "a.zip"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EXDEV])
def test_other_refusals_are_raised(
    source: Path, folder: int, there: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", link)

    with pytest.raises(OSError, match=os.strerror(code)):
        put(source, folder, "a.zip")
    assert contents(there) == {}


def test_two_names_of_one_file_are_told_from_two_files(
    source: Path, folder: int, there: Path
) -> None:
    os.link(source, there / "a.zip")
    (there / "b.zip").write_bytes(b"content")

    found = [same_file(source, folder, name) for name in ("a.zip", "b.zip", "none.zip")]

    assert found == [True, False, False]
