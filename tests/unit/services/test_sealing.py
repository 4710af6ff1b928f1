"""Sealing: only the right key opens, and only for what it was sealed for."""

from pathlib import Path

import pytest

from services.errors import Unavailable
from services.sealing import Sealer

TASK = "task:0199c2f0-7a10-7000-8000-0123456789ab:7"


def test_what_was_sealed_opens_after_a_restart(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "secret.key").seal(b"hunter2", TASK)

    assert Sealer(tmp_path / "secret.key").open(sealed, TASK) == b"hunter2"


def test_nothing_of_it_can_be_read(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")

    first, second = sealer.seal(b"hunter2", TASK), sealer.seal(b"hunter2", TASK)

    assert "hunter2" not in first
    assert first != second


def test_key_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    Sealer(tmp_path / "secret.key").seal(b"", TASK)

    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_another_key_is_named(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "one").seal(b"hunter2", TASK)
    other = Sealer(tmp_path / "two")
    other.seal(b"", TASK)

    with pytest.raises(Unavailable, match=r"sealed with the key [0-9a-f]{8}, and .*two holds"):
        other.open(sealed, TASK)


def test_missing_key_is_not_made_anew_to_open(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "one").seal(b"hunter2", TASK)

    with pytest.raises(Unavailable, match="is gone"):
        Sealer(tmp_path / "two").open(sealed, TASK)
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize("belongs_to", ["task:0199c2f0-7a10-7000-8000-0123456789ab:8", ""])
def test_it_opens_for_nothing_else(tmp_path: Path, belongs_to: str) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    sealed = sealer.seal(b"hunter2", TASK)

    with pytest.raises(Unavailable, match="has been changed"):
        sealer.open(sealed, belongs_to)


def test_changed_text_does_not_open(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    sealed = sealer.seal(b"hunter2", TASK)
    changed = sealed[:-8] + ("A" if sealed[-8] != "A" else "B") + sealed[-7:]

    with pytest.raises(Unavailable, match="has been changed"):
        sealer.open(changed, TASK)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", b"QUJD\n"])
def test_file_that_holds_no_key_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)

    with pytest.raises(Unavailable, match="holds no key"):
        Sealer(tmp_path / "secret.key").seal(b"", TASK)
    assert (tmp_path / "secret.key").read_bytes() == content
