"""Sealing: only the right key opens, and only for what it was sealed for."""

from pathlib import Path

import pytest

from services.errors import Unavailable
from services.sealing import KeyAway, Sealer

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

    with pytest.raises(Unavailable, match=r"another key \([0-9a-f]{8}\) than the one in two") as at:
        other.open(sealed, TASK)
    assert not isinstance(at.value, KeyAway)


def test_missing_key_is_not_made_anew_to_open(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "one").seal(b"hunter2", TASK)

    with pytest.raises(KeyAway, match="is gone"):
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


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", b"QUJD\n", b"A" * 3000])
def test_file_that_holds_no_key_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    (tmp_path / "secret.key").chmod(0o600)

    with pytest.raises(KeyAway, match="holds no key"):
        Sealer(tmp_path / "secret.key").seal(b"", TASK)
    assert (tmp_path / "secret.key").read_bytes() == content


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o660, 0o777])
def test_key_that_is_open_to_others_is_not_used(tmp_path: Path, mode: int) -> None:
    Sealer(tmp_path / "secret.key").seal(b"", TASK)
    (tmp_path / "secret.key").chmod(mode)

    with pytest.raises(KeyAway, match=r"Others on this machine .* secret\.key"):
        Sealer(tmp_path / "secret.key").check()


def test_group_may_read_the_key(tmp_path: Path) -> None:
    Sealer(tmp_path / "secret.key").seal(b"", TASK)
    (tmp_path / "secret.key").chmod(0o640)

    Sealer(tmp_path / "secret.key").check()


def test_what_is_no_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()

    with pytest.raises(KeyAway, match=r"secret\.key cannot be read: Is a directory\."):
        Sealer(tmp_path / "secret.key").check()


def test_first_start_makes_the_key_and_the_next_keeps_it(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    Sealer(file).prepare(is_awaited=False)
    made = file.read_bytes()

    Sealer(file).prepare(is_awaited=False)

    assert file.read_bytes() == made


def test_start_makes_no_key_where_one_is_awaited(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")

    sealer.prepare(is_awaited=True)

    with pytest.raises(KeyAway):
        sealer.seal(b"", TASK)
    assert list(tmp_path.iterdir()) == []


def test_start_names_the_file_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_bytes(b"short")
    file.chmod(0o600)

    with pytest.raises(Unavailable) as caught:
        Sealer(file).prepare(is_awaited=False)

    assert caught.value.message.endswith(f" The file is {file} (ARGOSY_SECRET_KEY_FILE).")


def test_start_says_where_no_key_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"No key can be kept in secret\.key: No such file"):
        Sealer(tmp_path / "nowhere" / "secret.key").prepare(is_awaited=False)


def test_no_key_is_made_in_place_of_one_that_was_removed(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    sealer.prepare(is_awaited=False)
    (tmp_path / "secret.key").unlink()

    with pytest.raises(KeyAway):
        sealer.seal(b"", TASK)
    assert list(tmp_path.iterdir()) == []


def test_what_a_key_sealed_opens_though_the_file_has_gone_since(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    sealed = sealer.seal(b"hunter2", TASK)
    (tmp_path / "secret.key").unlink()

    assert sealer.open(sealed, TASK) == b"hunter2"


def test_right_key_that_is_put_back_opens_at_once(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "right").seal(b"hunter2", TASK)
    sealer = Sealer(tmp_path / "secret.key")
    sealer.seal(b"", TASK)

    (tmp_path / "right").replace(tmp_path / "secret.key")

    assert sealer.open(sealed, TASK) == b"hunter2"


def test_new_key_seals_and_the_one_before_it_opens(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    before = sealer.seal(b"hunter2", TASK)

    sealer.renew()
    after = sealer.seal(b"hunter2", TASK)

    again = Sealer(tmp_path / "secret.key")
    assert before.split(".")[1] != after.split(".")[1]
    assert [again.open(text, TASK) for text in (before, after)] == [b"hunter2"] * 2
    assert again.seal(b"", TASK).split(".")[1] == after.split(".")[1]


def test_key_that_was_dropped_opens_no_more(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    before = sealer.seal(b"hunter2", TASK)
    sealer.renew()
    after = sealer.seal(b"hunter2", TASK)

    sealer.drop(kept=0)

    again = Sealer(tmp_path / "secret.key")
    assert again.open(after, TASK) == b"hunter2"
    with pytest.raises(Unavailable, match="another key"):
        again.open(before, TASK)


def test_new_key_is_for_those_who_had_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    Sealer(tmp_path / "kept" / "key").prepare(is_awaited=False)
    (tmp_path / "kept" / "key").chmod(0o640)
    (tmp_path / "secret.key").symlink_to(tmp_path / "kept" / "key")

    Sealer(tmp_path / "secret.key").renew()

    assert (tmp_path / "secret.key").is_symlink()
    assert (tmp_path / "kept" / "key").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["key"]


def test_file_does_not_outgrow_what_is_read(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    sealer.prepare(is_awaited=False)
    for _ in range(30):
        sealer.renew()
    sealed = sealer.seal(b"hunter2", TASK)

    assert Sealer(tmp_path / "secret.key").open(sealed, TASK) == b"hunter2"


def test_missing_key_is_not_renewed(tmp_path: Path) -> None:
    with pytest.raises(KeyAway):
        Sealer(tmp_path / "secret.key").renew()
    assert list(tmp_path.iterdir()) == []


def test_print_is_the_same_for_the_same_and_needs_the_key(tmp_path: Path) -> None:
    sealer, other = Sealer(tmp_path / "one.key"), Sealer(tmp_path / "other.key")

    (printed,) = sealer.prints_of(b"hunter2")

    assert Sealer(tmp_path / "one.key").prints_of(b"hunter2") == [printed]
    assert len({printed, *sealer.prints_of(b"hunter3"), *other.prints_of(b"hunter2")}) == 3
    assert len(printed) == 64


def test_prints_of_older_keys_come_after_that_of_the_newest(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    (before,) = sealer.prints_of(b"hunter2")

    sealer.renew()

    newest, older = sealer.prints_of(b"hunter2")
    assert older == before
    assert newest != before


def test_file_of_the_key_is_there_once_it_is_made_and_even_if_it_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    sealer = Sealer(file)
    before = sealer.has_file

    sealer.prepare(is_awaited=False)
    made = sealer.has_file
    file.write_text("no key")

    assert (before, made, sealer.has_file) == (False, True, True)


def test_keys_of_another_file_are_taken_on_and_only_open(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    sealed_by_two = Sealer(two).seal(b"hunter2", TASK)
    sealer = Sealer(one)
    sealed_by_one = sealer.seal(b"hunter3", TASK)

    new = sealer.adopt(two.read_bytes())
    again = sealer.adopt(two.read_bytes())

    after = Sealer(one)
    assert (new, again) == (1, 0)
    assert after.open(sealed_by_two, TASK) == b"hunter2"
    assert after.open(sealed_by_one, TASK) == b"hunter3"
    assert after.seal(b"", TASK).split(".")[1] == sealed_by_one.split(".")[1]


def test_keys_of_another_file_are_the_file_where_there_is_none(tmp_path: Path) -> None:
    two = tmp_path / "two"
    sealed = Sealer(two).seal(b"hunter2", TASK)

    assert Sealer(tmp_path / "one").adopt(two.read_bytes()) == 1

    assert Sealer(tmp_path / "one").open(sealed, TASK) == b"hunter2"
    assert Sealer(tmp_path / "one").key_ids() == Sealer(two).key_ids() != frozenset()


def test_what_is_no_key_is_not_taken_on(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="These are no keys"):
        Sealer(tmp_path / "one").adopt(b"something else\n")

    assert Sealer(tmp_path / "one").key_ids() == frozenset()
