"""Folders: as users name them, opened without following a link."""

import os
from pathlib import Path

import pytest

from services.errors import ErrorCode, InvalidInput
from services.files.places import (
    DEEPEST,
    INCOMPLETE,
    Place,
    close_incomplete,
    opened,
    parse_folder,
)


@pytest.mark.parametrize("text", ["", "films", "films/2026", "a b/c", "映画", "/".join("a" * 16)])
def test_clean_folder_is_taken_as_it_is(text: str) -> None:
    assert parse_folder(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "/etc",
        "films/",
        "films//2026",
        ".",
        "..",
        "../bob",
        "films/../../bob",
        "films/./2026",
        ".incomplete",
        "films\\2026",
        "C:",
        "con",
        "a\x00b",
        "a\nb",
        " films",
        "films ",
        "films.",
        "abc\u202edef",
        "e\u0301",
        "\ud800",
        "x" * 248,
        "a/" * DEEPEST + "a",
    ],
)
def test_folder_that_could_not_be_made_as_given_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_folder(text, field="folder")

    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID_FOLDER, "folder")


def test_place_begins_with_its_owner() -> None:
    place = Place.of("alice", "films/2026")

    assert place.parts == ("alice", "films", "2026")
    assert place.path("a.mkv") == "alice/films/2026/a.mkv"


def test_place_without_a_folder_is_the_owners_own() -> None:
    assert Place.of("alice", "").path("a.mkv") == "alice/a.mkv"


def test_missing_folders_are_made(tmp_path: Path) -> None:
    with opened(tmp_path, Place.of("alice", "films/2026"), create=True) as folder:
        found = os.fstat(folder)

    assert found.st_ino == (tmp_path / "alice/films/2026").stat().st_ino


def test_missing_folder_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), opened(tmp_path, Place.of("alice", "")):
        pass

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("linked", ["alice", "alice/films", "alice/films/2026"])
def test_link_on_the_way_is_not_followed(tmp_path: Path, linked: str, create: bool) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    (elsewhere / "films/2026").mkdir(parents=True)
    (elsewhere / "2026").mkdir()
    (root / linked).parent.mkdir(parents=True)
    (root / linked).symlink_to(elsewhere, target_is_directory=True)

    with (
        pytest.raises(NotADirectoryError),
        opened(root, Place.of("alice", "films/2026"), create=create),
    ):
        pass

    assert sorted(elsewhere.rglob("*")) == [
        elsewhere / "2026",
        elsewhere / "films",
        elsewhere / "films/2026",
    ]


def test_file_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alice").write_text("a file")

    with pytest.raises(NotADirectoryError), opened(tmp_path, Place.of("alice", ""), create=True):
        pass


def test_download_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "disk")

    with opened(tmp_path / "root", Place.of("alice", ""), create=True):
        pass

    assert (tmp_path / "disk/alice").is_dir()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_descriptors_are_closed(tmp_path: Path) -> None:
    before = open_files()
    with opened(tmp_path, Place.of("alice", "a/b/c"), create=True):
        during = open_files()
    with pytest.raises(FileNotFoundError), opened(tmp_path, Place.of("alice", "a/x")):
        pass

    assert (during, open_files()) == (before + 1, before)


@pytest.mark.parametrize("mode", [None, 0o755, 0o700])
def test_folder_of_what_is_unfinished_is_closed(tmp_path: Path, mode: int | None) -> None:
    folder = tmp_path / "root" / INCOMPLETE
    if mode is not None:
        folder.mkdir(parents=True)
        folder.chmod(mode)

    close_incomplete(tmp_path / "root")

    assert folder.stat().st_mode & 0o777 == 0o700
