"""Names taken in a folder: never another's, and the same one after an interruption."""

import errno
import os
import shutil
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from services.files.places import (
    NO_LINKS,
    Entry,
    put,
    same_file,
)


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has no hard links."""

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)


@pytest.fixture
def other_disk(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder on another disk than the source, as far as that can be told."""
    link, rename = os.link, os.rename

    def refuse(path: object) -> None:
        if path == source:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    def link_within(path: str, *names: str, **options: Any) -> None:
        refuse(path)
        link(path, *names, **options)

    def rename_within(path: str, *names: str, **options: Any) -> None:
        refuse(path)
        rename(path, *names, **options)

    monkeypatch.setattr(os, "link", link_within)
    monkeypatch.setattr(os, "rename", rename_within)


@pytest.fixture
def source_elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A file that really is on another disk than the folder."""
    memory = Path("/dev/shm")  # noqa: S108 - it is another file system, that is the point
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is but one file system here")
    with TemporaryDirectory(dir=memory) as folder:
        path = Path(folder) / "task.part"
        path.write_bytes(b"content")
        yield path


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


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
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

    found = [same_file(Entry(source), folder, name) for name in ("a.zip", "b.zip", "none.zip")]

    assert found == [True, False, False]


@pytest.mark.usefixtures("other_disk")
@pytest.mark.parametrize("mode", [0o664, 0o600])
def test_copy_is_for_others_when_it_is_whole(
    source: Path, folder: int, there: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    source.chmod(mode)
    copy, modes = shutil.copyfileobj, []

    def watched(original: FileIO, made: FileIO, block: int) -> None:
        modes.append(os.fstat(made.fileno()).st_mode & 0o777)
        copy(original, made, block)

    monkeypatch.setattr(shutil, "copyfileobj", watched)

    put(source, folder, "a.bin")

    assert modes == [0o600]
    assert (there / "a.bin").stat().st_mode & 0o777 == mode


@pytest.mark.usefixtures("other_disk")
@pytest.mark.parametrize("replace", [False, True])
def test_folder_on_another_disk_gets_a_copy(
    source: Path, folder: int, there: Path, replace: bool
) -> None:
    os.utime(source, (1_000_000_000, 1_100_000_000))

    assert put(source, folder, "a.zip", replace=replace) == "a.zip"
    assert contents(there) == {"a.zip": b"content"}
    assert (there / "a.zip").stat().st_mtime == 1_100_000_000
    assert source.read_bytes() == b"content"


@pytest.mark.usefixtures("other_disk")
def test_copy_overwrites_nothing(source: Path, folder: int, there: Path) -> None:
    (there / "a.zip").write_bytes(b"another's")

    assert put(source, folder, "a.zip") == "a (1).zip"
    assert contents(there) == {"a.zip": b"another's", "a (1).zip": b"content"}


@pytest.mark.usefixtures("other_disk")
def test_copy_that_a_crash_left_is_taken_up_again(source: Path, folder: int, there: Path) -> None:
    (there / ".task.part").write_bytes(b"much longer than the content")

    assert put(source, folder, "a.zip") == "a.zip"
    assert contents(there) == {"a.zip": b"content"}


@pytest.mark.usefixtures("other_disk")
def test_copy_is_not_written_through_a_link(source: Path, folder: int, there: Path) -> None:
    outside = there.parent / "outside"
    outside.write_bytes(b"outside")
    (there / ".task.part").symlink_to(outside)

    with pytest.raises(OSError, match="symbolic links"):
        put(source, folder, "a.zip")

    assert outside.read_bytes() == b"outside"


@pytest.mark.usefixtures("other_disk")
def test_copy_takes_a_reserved_name_where_there_are_no_hard_links(
    source: Path, folder: int, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(path: object, *_: object, **__: object) -> None:
        code = errno.EXDEV if path == source else errno.EPERM
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", link)
    (there / "a.zip").write_bytes(b"another's")

    assert put(source, folder, "a.zip") == "a (1).zip"
    assert contents(there) == {"a.zip": b"another's", "a (1).zip": b"content"}


@pytest.mark.parametrize("replace", [False, True])
def test_other_disk_gets_a_copy_in_earnest(
    source_elsewhere: Path, folder: int, there: Path, replace: bool
) -> None:
    (there / "a.zip").write_bytes(b"another's")
    name = "a.zip" if replace else "a (1).zip"

    assert put(source_elsewhere, folder, "a.zip", replace=replace) == name
    assert contents(there) == {"a.zip": b"another's", name: b"content"}
    assert source_elsewhere.exists()


def test_second_try_finds_the_copy_that_the_first_made(
    source_elsewhere: Path, folder: int, there: Path
) -> None:
    put(source_elsewhere, folder, "a.zip")

    assert put(source_elsewhere, folder, "a.zip", again=True) == "a.zip"
    assert contents(there) == {"a.zip": b"content"}


def test_file_takes_the_place_of_another_where_that_is_asked(
    source: Path, folder: int, there: Path
) -> None:
    (there / "a.zip").write_bytes(b"older")

    assert put(source, folder, "a.zip", replace=True) == "a.zip"
    assert contents(there) == {"a.zip": b"content"}
    assert not source.exists()


def test_free_name_is_taken_where_nothing_is_to_be_replaced(
    source: Path, folder: int, there: Path
) -> None:
    assert put(source, folder, "a.zip", replace=True) == "a.zip"
    assert contents(there) == {"a.zip": b"content"}


def test_link_is_replaced_and_not_what_it_leads_to(source: Path, folder: int, there: Path) -> None:
    outside = there.parent / "outside"
    outside.write_bytes(b"outside")
    (there / "a.zip").symlink_to(outside)

    assert put(source, folder, "a.zip", replace=True) == "a.zip"
    assert not (there / "a.zip").is_symlink()
    assert outside.read_bytes() == b"outside"


def test_folder_is_not_replaced(source: Path, folder: int, there: Path) -> None:
    (there / "a.zip").mkdir()

    assert put(source, folder, "a.zip", replace=True) == "a (1).zip"
    assert (there / "a.zip").is_dir()
    assert (there / "a (1).zip").read_bytes() == b"content"


def test_only_the_name_that_was_asked_for_is_replaced(
    source: Path, folder: int, there: Path
) -> None:
    (there / "a.zip").mkdir()
    (there / "a (1).zip").write_bytes(b"another's")

    assert put(source, folder, "a.zip", replace=True) == "a (2).zip"
    assert (there / "a (1).zip").read_bytes() == b"another's"
