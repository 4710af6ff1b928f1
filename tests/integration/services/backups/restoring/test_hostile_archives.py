"""What is no archive of ours is refused, and nothing of it comes outside the folder for it."""

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from services.backups.restoring.extraction import Limits, extract
from services.backups.restoring.refusals import UnusableBackup
from services.errors import ErrorCode, Unavailable
from tests.integration.services.backups.packing import Packer, plain, special

BOMB = 64 << 20


def packer() -> Packer:
    return Packer(beside={"known_hosts": b"host ssh-ed25519 AAAA\n"})


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A folder to unpack into, in another in which nothing else is."""
    folder = tmp_path / "around" / "inside"
    folder.mkdir(parents=True)
    return folder


def refused(archive: Path, inside: Path, limits: Limits | None = None) -> str:
    """Return why an archive is refused."""
    with pytest.raises(UnusableBackup) as caught:
        extract(archive, inside, limits)
    assert caught.value.code is ErrorCode.BACKUP_UNUSABLE
    assert caught.value.field == "filename"
    assert list(inside.parent.iterdir()) == [inside]
    for path in inside.rglob("*"):
        assert path.is_dir() or path.lstat().st_nlink == 1
        assert not path.is_symlink()
    return caught.value.message


def test_archive_as_ours_are_is_taken_whole(tmp_path: Path, inside: Path) -> None:
    made = packer()

    extracted = extract(made.write(tmp_path / "a.tar.gz"), inside)

    found = {str(p.relative_to(inside)): p.read_bytes() for p in inside.rglob("*") if p.is_file()}
    assert found == made.contents()
    assert {p.stat().st_mode & 0o777 for p in inside.rglob("*") if p.is_file()} == {0o600}
    assert extracted.beside("known_hosts") is not None
    assert extracted.beside("secret.key.wrapped") is None


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "/evil", "tables/../../evil.jsonl", "tables/evil", "tables//users.jsonl",
        "./tables/users.jsonl", "tables/users.jsonl/", "tables/USERS.jsonl", "tables/a\nb.jsonl",
        "secret.key", "argosy.db", "settings/../secret.key", "tables/.jsonl", "..",
    ],
)  # fmt: skip
def test_name_that_no_member_has(tmp_path: Path, inside: Path, name: str) -> None:
    made = packer()
    made.members = [(plain(name, b"evil"), b"evil")]
    made.listed[name] = {"path": name, "bytes": 4, "sha256": "0" * 64}

    listed = refused(made.write(tmp_path / "a.tar.gz"), inside)
    made.listed.clear()
    unlisted = refused(made.write(tmp_path / "b.tar.gz"), inside)

    assert listed != ""
    assert unlisted != ""


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE,
        tarfile.DIRTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE,
        tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, b"Z",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["first", "members"])
def test_what_is_no_plain_file(tmp_path: Path, inside: Path, kind: bytes, place: str) -> None:
    made = packer()
    made.left_away.add("known_hosts")
    getattr(made, place).append((special("known_hosts", kind, "/etc/passwd"), b""))

    assert "is no plain file" in refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_link_in_the_name_of_a_plain_file(tmp_path: Path, inside: Path) -> None:
    made = packer()
    made.left_away.add("known_hosts")
    info = plain("known_hosts", b"x")
    info.linkname = "/etc/passwd"
    made.members = [(info, b"x")]

    assert "is no plain file" in refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_member_that_comes_twice(tmp_path: Path, inside: Path) -> None:
    made = packer()
    content = made.beside["known_hosts"]
    made.members = [(plain("known_hosts", content), content)]

    assert "or only once" in refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_manifest_that_comes_twice(tmp_path: Path, inside: Path) -> None:
    made = packer()
    made.members = [(plain("manifest.json", b"{}"), b"{}")]

    refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_member_that_is_listed_twice(tmp_path: Path, inside: Path) -> None:
    made = packer()
    manifest = made.manifest_json()
    manifest["members"].append(manifest["members"][0])
    made.manifest = orjson.dumps(manifest)

    assert "lists a member twice" in refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_member_that_no_manifest_lists(tmp_path: Path, inside: Path) -> None:
    made = Packer(members=[(plain("known_hosts", b"x"), b"x")])

    assert "does not list known_hosts" in refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_member_that_is_listed_and_not_there(tmp_path: Path, inside: Path) -> None:
    made = packer()
    made.left_away = {"tables/tasks.jsonl"}

    assert "it ends before tables/tasks" in refused(made.write(tmp_path / "a.tar.gz"), inside)


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"sha256": "0" * 64}, "is not what its manifest says it is"),
        ({"sha256": "../x"}, "does not describe known_hosts"),
        ({"bytes": 21}, "its manifest says 21"),
        ({"bytes": -1}, "cannot be -1 bytes"),
        ({"bytes": 1 << 62}, "cannot be"),
        ({"bytes": "22"}, "its manifest is not one"),
        ({"rows": 1}, "does not describe known_hosts"),
        ({"path": None}, "its manifest is not one"),
    ],
)
def test_member_that_is_not_as_listed(
    tmp_path: Path, inside: Path, about: dict[str, object], reason: str
) -> None:
    made = packer()
    made.listed["known_hosts"] = about

    message = refused(made.write(tmp_path / "a.tar.gz"), inside)

    assert reason in message or "size is no number" in message


@pytest.mark.parametrize(
    "manifest",
    [
        b"", b"null", b"[]", b"{", b"[" * 100_000, b'{"format": 2}', b'{"format": 1}',
        b'{"format": "\x00"}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_manifest_that_is_none(tmp_path: Path, inside: Path, manifest: bytes) -> None:
    made = packer()
    made.manifest = manifest or b" "

    refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_more_members_than_may_be(tmp_path: Path, inside: Path) -> None:
    archive = packer().write(tmp_path / "a.tar.gz")

    assert "3 are the most" in refused(archive, inside, Limits(members=3))


def test_more_bytes_than_may_be(tmp_path: Path, inside: Path) -> None:
    made = packer()
    made.raw["users"] = b" " * 5000

    archive = made.write(tmp_path / "a.tar.gz")

    assert "4000 are the most" in refused(archive, inside, Limits(bytes=4000))


def test_more_than_there_is_room_for(tmp_path: Path, inside: Path) -> None:
    made = packer()
    made.listed["tables/users.jsonl"] = {"bytes": 1 << 60}

    with pytest.raises(Unavailable, match="Make room there"):
        extract(made.write(tmp_path / "a.tar.gz"), inside, Limits(bytes=1 << 62))


def bomb_behind_the_end(archive: bytes) -> bytes:
    """Return an archive with much behind its end, in the same stream."""
    return gzip.compress(gzip.decompress(archive) + bytes(BOMB))


def bomb_as_another_stream(archive: bytes) -> bytes:
    """Return an archive with a second stream behind it."""
    return archive + gzip.compress(bytes(BOMB))


def bomb_in_a_header(archive: bytes) -> bytes:
    """Return an archive whose second member says that it is large, and is."""
    manifest_end = (
        512
        + -(-tarfile.TarInfo.frombuf(gzip.decompress(archive)[:512], "utf-8", "strict").size // 512)
        * 512
    )
    info = plain("tables/users.jsonl", b"")
    info.size = BOMB
    whole = gzip.decompress(archive)[:manifest_end] + info.tobuf(tarfile.USTAR_FORMAT)
    return gzip.compress(whole + bytes(BOMB))


@pytest.mark.parametrize("make", [bomb_behind_the_end, bomb_as_another_stream, bomb_in_a_header])
def test_bomb(tmp_path: Path, inside: Path, make: Callable[[bytes], bytes]) -> None:
    archive = packer().write(tmp_path / "a.tar.gz")
    archive.write_bytes(make(archive.read_bytes()))

    refused(archive, inside)

    assert sum(p.stat().st_size for p in inside.rglob("*") if p.is_file()) < 1 << 20


def test_cut_off_anywhere(tmp_path: Path, inside: Path) -> None:
    whole = packer().write(tmp_path / "a.tar.gz").read_bytes()
    for number, length in enumerate(range(0, len(whole), max(1, len(whole) // 40))):
        archive = tmp_path / "cut.tar.gz"
        archive.write_bytes(whole[:length])
        folder = inside / str(number)
        folder.mkdir()

        with pytest.raises(UnusableBackup):
            extract(archive, folder)


def test_a_bit_that_is_another(tmp_path: Path, inside: Path) -> None:
    whole = packer().write(tmp_path / "a.tar.gz").read_bytes()
    for number, place in enumerate(range(20, len(whole), max(1, len(whole) // 40))):
        archive = tmp_path / "flipped.tar.gz"
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        folder = inside / str(number)
        folder.mkdir()

        with pytest.raises(UnusableBackup):
            extract(archive, folder)


@pytest.mark.parametrize(
    "content", [b"", b"not gzip", gzip.compress(b""), gzip.compress(b"a" * 600)]
)
def test_what_is_no_archive_at_all(tmp_path: Path, inside: Path, content: bytes) -> None:
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(content)

    refused(archive, inside)


def test_archive_that_does_not_begin_with_its_manifest(tmp_path: Path, inside: Path) -> None:
    made = packer()
    made.first = [(plain("known_hosts", b"x"), b"x")]

    assert "does not begin" in refused(made.write(tmp_path / "a.tar.gz"), inside)


def test_archive_that_is_no_plain_file(tmp_path: Path, inside: Path) -> None:
    whole = packer().write(tmp_path / "a.tar.gz")
    (tmp_path / "link.tar.gz").symlink_to(whole)
    os.mkfifo(tmp_path / "fifo.tar.gz")
    (tmp_path / "folder.tar.gz").mkdir()

    for name in ("link", "fifo", "folder", "missing"):
        refused(tmp_path / f"{name}.tar.gz", inside)


def test_members_of_a_stream_without_an_end(tmp_path: Path, inside: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for _ in range(5000):
            tar.addfile(plain("known_hosts", b""), io.BytesIO())
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(gzip.compress(content.getvalue()))

    refused(archive, inside)
