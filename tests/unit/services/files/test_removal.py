"""Removing finished files: what is named, and nothing else."""

from pathlib import Path

import pytest

from services.files.removal import remove, size_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    (folder / "alice" / "films").mkdir(parents=True)
    (folder / "alice" / "films" / "a").write_bytes(b"hello")
    return folder


def test_named_file_is_removed_and_its_folder_stays(root: Path) -> None:
    assert size_of(root, "alice/films/a") == 5
    assert remove(root, "alice/films/a", 5)
    assert [path.name for path in root.rglob("*")] == ["alice", "films"]
    assert not remove(root, "alice/films/a", 5)  # a second time


def test_file_that_was_changed_since_stays(root: Path) -> None:
    assert not remove(root, "alice/films/a", 4)
    assert (root / "alice/films/a").exists()


@pytest.mark.parametrize("path", ["alice/link", "alice/way/a", "alice/films", "alice", ""])
def test_links_and_folders_stay(root: Path, path: str) -> None:
    (root / "alice" / "link").symlink_to("films/a")
    (root / "alice" / "way").symlink_to("films")

    assert not remove(root, path, 5)

    assert (root / "alice/films/a").exists()
    assert (root / "alice/link").is_symlink()


@pytest.mark.parametrize("path", ["../outside", "alice/../../outside", "{}/outside"])
def test_nothing_outside_the_download_folder_is_removed(root: Path, path: str) -> None:
    outside = root.parent / "outside"
    outside.write_bytes(b"hello")

    assert not remove(root, path.format(root.parent), 5)

    assert outside.exists()
