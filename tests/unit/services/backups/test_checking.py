"""What is not as it was written is found."""

import gzip
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from services.backups.child.checking import MOST_PROBLEMS, check
from services.backups.child.orders import CheckOrder
from services.backups.format import Member
from services.backups.reading import sha256_of
from tests.unit.services.backups.archives import (
    FILES,
    USERS,
    add,
    manifest_of,
    without,
    write_archive,
)


def problems(archive: Path, sha256: str | None = None) -> list[str]:
    return check(CheckOrder(archive, sha256), lambda _phase, _percent: None)


def test_sound_archive_has_no_problems(tmp_path: Path) -> None:
    archive = write_archive(tmp_path)

    assert problems(archive) == []
    assert problems(archive, sha256_of(archive)) == []


def test_another_archive_in_its_place_is_noticed(tmp_path: Path) -> None:
    archive = write_archive(tmp_path)

    assert problems(archive, "0" * 64) == [
        "the archive is not the one that was made: its SHA-256 is another"
    ]


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    archive = write_archive(tmp_path)
    sha256, content = sha256_of(archive), archive.read_bytes()

    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 0x10
        archive.write_bytes(bytes(changed))
        assert problems(archive, sha256) != []


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_cut_archive_is_noticed(tmp_path: Path, part: float) -> None:
    archive = write_archive(tmp_path)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * part)])

    assert problems(archive) != []


@pytest.mark.parametrize("more", [b"x" * 5000, bytes(64 << 20)])
def test_what_comes_after_its_end_is_noticed(tmp_path: Path, more: bytes) -> None:
    archive = write_archive(tmp_path)
    archive.write_bytes(archive.read_bytes() + gzip.compress(more))

    assert problems(archive) == ["there is something after its end"]


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b" + bytes(100)])
def test_what_is_no_archive_is_noticed(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "backup_20260206_023000.tar.gz"
    archive.write_bytes(content)

    assert problems(archive) != []


def test_changed_member_is_noticed(tmp_path: Path) -> None:
    changed = USERS.replace(b"eve", b"bob")
    archive = write_archive(tmp_path, files={**FILES, "tables/users.jsonl": changed})

    assert problems(archive) == [
        "tables/users.jsonl is not what was written: its SHA-256 is another"
    ]


def test_member_of_another_size_is_noticed(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, files={**FILES, "known_hosts": b"x"})

    assert problems(archive) == ["known_hosts has 1 bytes instead of 12"]


def test_missing_member_is_noticed(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, files={"tables/users.jsonl": USERS})

    assert problems(archive) == ["known_hosts is missing"]


def test_table_that_the_manifest_has_no_member_for_is_noticed(tmp_path: Path) -> None:
    manifest = without(manifest_of(), "tables/users.jsonl")
    archive = write_archive(tmp_path, manifest=manifest, files={"known_hosts": b"example.com\n"})

    assert problems(archive) == ["tables/users.jsonl is missing"]


@pytest.mark.parametrize("path", ["secret.key", "../evil", "/etc/passwd", "tables/others.jsonl"])
def test_what_does_not_belong_there_is_noticed(tmp_path: Path, path: str) -> None:
    archive = write_archive(tmp_path, alter=lambda tar: add(tar, path, b"x"))

    assert problems(archive) == [f"{path!r} does not belong into an archive"]


def test_member_twice_is_noticed(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, alter=lambda tar: add(tar, "known_hosts", b"evil"))

    assert problems(archive) == ["'known_hosts' does not belong into an archive"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_link_or_device_in_a_members_place_is_noticed(tmp_path: Path, kind: bytes) -> None:
    def alter(tar: tarfile.TarFile) -> None:
        add(tar, "known_hosts", b"", kind)

    archive = write_archive(tmp_path, files={"tables/users.jsonl": USERS}, alter=alter)

    assert problems(archive) == ["known_hosts in it is no plain file"]


def test_long_name_is_not_read_into_memory(tmp_path: Path) -> None:
    def alter(tar: tarfile.TarFile) -> None:
        assert tar.fileobj is not None
        entry = tarfile.TarInfo("././@LongLink")
        entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 1 << 40
        tar.fileobj.write(entry.tobuf(tarfile.GNU_FORMAT))

    archive = write_archive(tmp_path, alter=alter)

    assert problems(archive) == ["././@LongLink in it is no plain file"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"no json\n", "this is no JSON"),
        (b"[1]\n", "these are not the columns of the table"),
        (b'{"id":1}\n', "these are not the columns of the table"),
        (b'{"id":1,"name":"x","more":1}\n', "these are not the columns of the table"),
        (b'{"id":"1","name":"x"}\n', "id is no integer"),
        (b'{"id":1,"name":5}\n', "name is no text"),
    ],
)
def test_row_that_is_none_is_noticed(tmp_path: Path, line: bytes, problem: str) -> None:
    files = {**FILES, "tables/users.jsonl": USERS + line}
    archive = write_archive(tmp_path, manifest=manifest_of(files), files=files)

    assert problems(archive) == [f"tables/users.jsonl, line 3: {problem}"]


def test_wrong_number_of_rows_is_noticed(tmp_path: Path) -> None:
    users, rest = manifest_of().members
    wrong = Member(users.path, users.bytes, users.sha256, 3)
    archive = write_archive(tmp_path, manifest=replace(manifest_of(), members=(wrong, rest)))

    assert problems(archive) == ["tables/users.jsonl has 2 rows instead of 3"]


@pytest.mark.parametrize("manifest", [b"", b"{}", b"[]", b"\xff", b'{"format":99}'])
def test_manifest_that_is_none_is_noticed(tmp_path: Path, manifest: bytes) -> None:
    archive = write_archive(tmp_path, manifest=manifest)

    assert len(problems(archive)) == 1


def test_problems_are_told_up_to_a_number(tmp_path: Path) -> None:
    files = {**FILES, "tables/users.jsonl": b"no json\n" * 100}
    archive = write_archive(tmp_path, manifest=manifest_of(files), files=files)

    assert len(problems(archive)) == MOST_PROBLEMS
