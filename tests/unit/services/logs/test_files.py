"""Files of a bounded size and number, for the owner's eyes only."""

import os
import stat
from pathlib import Path

import pytest

from services.logs.files import LogFiles, opened

LINE = b"x" * 99


def files_in(folder: Path, *, size: int = 1000, most: int = 3) -> LogFiles:
    return LogFiles(folder / "logs", size=size, most=most)


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "logs").iterdir()}


def test_no_file_is_larger_and_no_more_are_kept(tmp_path: Path) -> None:
    files = files_in(tmp_path)

    for number in range(50):
        files.append([b"%d" % number + LINE[:90], LINE])

    kept = held(tmp_path)
    assert sorted(kept) == ["argosy.log", "argosy.log.1", "argosy.log.2"]
    assert max(map(len, kept.values())) <= 1000
    assert kept["argosy.log"].splitlines()[-2].startswith(b"49x")
    assert files.total() == sum(map(len, kept.values()))


def test_one_file_begins_anew(tmp_path: Path) -> None:
    files = files_in(tmp_path, most=1)

    for number in range(20):
        files.append([b"%d" % number + LINE[:90]])

    kept = held(tmp_path)
    assert list(kept) == ["argosy.log"]
    assert kept["argosy.log"].endswith(b"19" + LINE[:90] + b"\n")


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "argosy.log").write_bytes(b"old\n")
    (tmp_path / "logs" / "argosy.log").chmod(0o644)
    files = files_in(tmp_path)
    files.name()

    files.append([LINE])

    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "logs").iterdir()}
    assert modes == {"argosy.log": 0o600, "name": 0o600}


def test_line_that_a_crash_has_torn_is_ended(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "argosy.log").write_bytes(b"whole\nhal")

    files_in(tmp_path).append([b"next"])

    assert held(tmp_path)["argosy.log"] == b"whole\nhal\nnext\n"


def test_file_that_somebody_moved_is_begun_anew(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.append([b"one"])
    (tmp_path / "logs" / "argosy.log").rename(tmp_path / "logs" / "mine")

    files.append([b"two"])

    assert held(tmp_path) == {"argosy.log": b"two\n", "mine": b"one\n"}


def test_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "precious").write_bytes(b"kept")
    (tmp_path / "logs" / "argosy.log").symlink_to(tmp_path / "precious")

    with pytest.raises(OSError, match="symbolic links"):
        files_in(tmp_path).append([LINE])

    assert (tmp_path / "precious").read_bytes() == b"kept"


def test_name_stays(tmp_path: Path) -> None:
    first = files_in(tmp_path).name()

    assert files_in(tmp_path).name() == first
    assert len(first) == 8


def test_files_beyond_those_that_there_may_be_go(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("argosy.log", "argosy.log.1", "argosy.log.2", "argosy.log.9", "argosy.log.old"):
        (tmp_path / "logs" / name).touch()

    files_in(tmp_path, most=2).tidy()

    assert sorted(held(tmp_path)) == ["argosy.log", "argosy.log.1", "argosy.log.old"]


def test_file_that_is_turned_while_they_are_opened_is_there_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    os.link(tmp_path / "a", tmp_path / "b")
    (tmp_path / "c").write_bytes(b"c")

    with opened([tmp_path / "a", tmp_path / "b", tmp_path / "gone", tmp_path / "c"]) as files:
        found = [os.pread(file, 9, 0) for file in files]

    assert found == [b"a", b"c"]
