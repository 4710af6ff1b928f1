"""The folder of backups is the truth."""

import gzip
import json
import os
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from services.backups.child.orders import ARCHIVE
from services.backups.folder import BackupFolder
from services.backups.reading import sha256_of
from services.backups.records import Sidecar, Status
from services.backups.turn import turn
from services.errors import Conflict, NotFound, Unavailable
from tests.unit.services.backups.archives import NAME, manifest_of, write_archive

AT = datetime(2026, 2, 6, 2, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path)


def sidecar(folder: BackupFolder) -> Path:
    return folder.path / f"{NAME}.json"


def test_archive_that_somebody_copied_there_is_listed_and_described(folder: BackupFolder) -> None:
    archive = write_archive(folder.path)

    (found,) = folder.all()

    assert (found.filename, found.status, found.created_at) == (NAME, Status.COMPLETED, AT)
    assert (found.size, found.sha256) == (archive.stat().st_size, sha256_of(archive))
    assert (found.manifest, found.description, found.rows) == (manifest_of(), "nightly", 2)
    assert sidecar(folder).exists()
    assert folder.all() == [found]


def test_sidecar_is_believed_while_the_size_is_right(folder: BackupFolder) -> None:
    write_archive(folder.path)
    (found,) = folder.all()
    assert found.manifest is not None
    told = Sidecar(found.manifest, found.size, "0" * 64, Status.DAMAGED, "it is", AT)

    folder.add_sidecar(NAME, told)

    (again,) = folder.all()
    assert (again.sha256, again.status, again.message) == ("0" * 64, Status.DAMAGED, "it is")
    assert again.checked_at == AT


def test_archive_that_was_replaced_is_described_anew(folder: BackupFolder) -> None:
    write_archive(folder.path)
    folder.all()
    write_archive(folder.path, manifest=replace(manifest_of(), description="x" * 400))

    (found,) = folder.all()

    assert found.description == "x" * 400


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[]", b'{"status":"odd"}'])
def test_sidecar_that_is_none_is_made_again(folder: BackupFolder, content: bytes) -> None:
    write_archive(folder.path)
    sidecar(folder).write_bytes(content)

    (found,) = folder.all()

    assert found.description == "nightly"
    assert sidecar(folder).read_bytes() != content


def test_damaged_archive_is_shown_as_that(folder: BackupFolder) -> None:
    (folder.path / NAME).write_bytes(b"not an archive")

    (found,) = folder.all()

    assert (found.status, found.created_at, found.size) == (Status.DAMAGED, AT, 14)
    assert found.message
    assert not sidecar(folder).exists()


def test_newest_come_first(folder: BackupFolder) -> None:
    for hour in (3, 1, 2):
        at = replace(manifest_of(), created_at=AT.replace(hour=hour))
        write_archive(folder.path, manifest=at, name=f"backup_20260206_0{hour}3000.tar.gz")

    assert [found.created_at.hour for found in folder.all()] == [3, 2, 1]


def test_other_files_are_no_backups(folder: BackupFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    archive = write_archive(elsewhere)
    (folder.path / NAME).symlink_to(archive)
    (folder.path / "other_20260206_023000.tar.gz").mkdir()
    (folder.path / "notes.txt").touch()
    (folder.path / ".making-1_20260206_023000.tar.gz").touch()
    os.mkfifo(folder.path / "pipe_20260206_023000.tar.gz")

    assert folder.all() == []
    with pytest.raises(NotFound):
        folder.get(NAME)


@pytest.mark.parametrize(
    "name", ["../secret.key", "/etc/passwd", "..", "", ".", "a/../b", NAME, f"{NAME}.json", "\x00"]
)
def test_what_is_no_backup_is_not_found(folder: BackupFolder, name: str) -> None:
    for call in (folder.get, folder.remove, folder.place):
        with pytest.raises(NotFound) as caught:
            call(name)
        assert caught.value.field == "filename"


def test_archive_appears_whole_and_nothing_is_overwritten(folder: BackupFolder) -> None:
    made = write_archive(folder.path, name="made")
    told = Sidecar(manifest_of(), made.stat().st_size, sha256_of(made))
    drafts = [folder.new_draft() for _ in range(2)]
    for draft in drafts:
        draft.mkdir()
        os.link(made, draft / ARCHIVE)
    made.unlink()

    folder.settle(drafts[0], NAME, told)

    with pytest.raises(Unavailable):
        folder.settle(drafts[1], NAME, told)
    assert folder.free_name("backup", AT) == "backup_20260206_023001.tar.gz"
    assert [found.filename for found in folder.all()] == [NAME]


def test_leftovers_are_removed_and_nothing_else(folder: BackupFolder) -> None:
    write_archive(folder.path)
    draft = folder.new_draft()
    draft.mkdir()
    (draft / "copy.db").touch()
    (folder.path / ".making-sidecar").touch()
    (folder.path / ".other").touch()

    assert folder.clear() == 2

    assert sorted(path.name for path in folder.path.iterdir()) == [".other", NAME]


def test_removed_archive_takes_its_sidecar_with_it(folder: BackupFolder) -> None:
    write_archive(folder.path)
    folder.all()

    removed = folder.remove(NAME)

    assert removed.filename == NAME
    assert list(folder.path.iterdir()) == []


def test_folder_that_is_not_there_has_no_backups(tmp_path: Path) -> None:
    assert BackupFolder(tmp_path / "nothing").all() == []


def test_turn_is_one_at_a_time(tmp_path: Path) -> None:
    with turn(tmp_path), pytest.raises(Conflict), turn(tmp_path):
        pass
    with turn(tmp_path):
        pass


def test_turn_is_let_go_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError), turn(tmp_path):
        raise BlockingIOError
    with turn(tmp_path):
        pass


def test_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable, match="ARGOSY_BACKUP_DIR"), turn(tmp_path / "file"):
        pass


def test_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".lock").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Unavailable), turn(tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("at", ["2026-02-06T02:30:00", "0001-01-01T00:00:00+14:00", "yesterday"])
def test_strange_time_in_one_archive_hides_no_other(folder: BackupFolder, at: str) -> None:
    write_archive(folder.path)
    strange = orjson.dumps({**manifest_of().to_json(), "created_at": at})
    write_archive(folder.path, manifest=strange, name="strange_20260207_023000.tar.gz")

    first, second = folder.all()

    assert (first.filename, first.status) == ("strange_20260207_023000.tar.gz", Status.DAMAGED)
    assert (second.filename, second.status) == (NAME, Status.COMPLETED)


@pytest.mark.parametrize(
    "strange",
    [
        {"size": 1e400},
        {"message": ["no text"]},
        {"sha256": None},
        {"checked_at": "2026-02-06T02:30:00"},
        {"checked_at": 5},
    ],
)
def test_strange_sidecar_that_came_along_is_not_believed(
    folder: BackupFolder, strange: dict[str, object]
) -> None:
    write_archive(folder.path)
    (found,) = folder.all()
    told = json.loads(sidecar(folder).read_bytes()) | strange
    sidecar(folder).write_text(json.dumps(told).replace("Infinity", "1e400"))

    assert folder.all() == [found]


def test_headers_that_lead_to_headers_without_end_hide_no_other_archive(
    folder: BackupFolder,
) -> None:
    write_archive(folder.path)
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 11
    one = header.tobuf(tarfile.USTAR_FORMAT) + b"11 path=ab\n".ljust(512, b"\0")
    strange = folder.path / "strange_20260207_023000.tar.gz"
    strange.write_bytes(gzip.compress(one * 4000, 1))

    first, second = folder.all()

    assert (first.status, second.status) == (Status.DAMAGED, Status.COMPLETED)
    assert "is no plain file" in str(first.message)


def test_what_a_manifest_says_is_fit_to_be_shown(folder: BackupFolder) -> None:
    told = replace(manifest_of(), description="\x1b[31m" + "x" * 5000, version="\u202e" + "1" * 500)
    write_archive(folder.path, manifest=told)

    (found,) = folder.all()

    assert found.manifest is not None
    assert found.description == "[31m" + "x" * 494 + "…"
    assert found.manifest.version == "1" * 38 + "…"
