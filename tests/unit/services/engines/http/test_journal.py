"""The journal of an unfinished file: it never promises more than is on the disk."""

from pathlib import Path

import pytest

from services.engines.http import journal as journal_module
from services.engines.http.journal import Finished, Journal, Source, this_boot

SOURCE = Source("https://example.com/a.zip", '"one"', 1000, "a.zip")
OTHER = Source("https://example.com/a.zip", None, None, "b.zip")
WHOLE = Finished("a.zip", 1000, "ab" * 32)
PLACED = Finished("a (1).zip", 1000, "ab" * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "task.journal"


@pytest.fixture
def full(path: Path) -> Path:
    """A journal that tells of a whole life."""
    journal = Journal(path)
    journal.begin(SOURCE)
    for length in (100, 400, 1000):
        journal.sync(length)
    journal.place(WHOLE)
    journal.place_done(PLACED)
    journal.close()
    return path


def set_boot(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(journal_module, "this_boot", lambda: name)


def facts(journal: Journal) -> tuple[object, ...]:
    return journal.source, journal.synced, journal.placing, journal.placed


def test_missing_journal_is_an_empty_one(path: Path) -> None:
    journal = Journal.load(path)

    assert facts(journal) == (None, 0, None, None)
    assert not path.exists()


def test_journal_is_read_as_it_was_written(full: Path) -> None:
    journal = Journal.load(full)

    assert facts(journal) == (SOURCE, 1000, WHOLE, PLACED)
    assert journal.boot == this_boot()


def test_journal_is_for_its_owner_alone(full: Path) -> None:
    assert full.stat().st_mode & 0o777 == 0o600


def test_journal_goes_on_where_it_was(path: Path) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(100)
    journal.close()

    again = Journal.load(path)
    again.sync(200)
    again.close()

    assert facts(Journal.load(path)) == (SOURCE, 200, None, None)


def test_beginning_forgets_what_was_before(full: Path) -> None:
    journal = Journal.load(full)
    journal.begin(OTHER)
    journal.close()

    assert facts(journal) == (OTHER, 0, None, None)
    assert facts(Journal.load(full)) == (OTHER, 0, None, None)


def test_every_cut_tells_what_was_recorded_before_it(full: Path) -> None:
    content = full.read_bytes()
    expected: list[tuple[object, ...]] = [
        (None, 0, None, None),
        (SOURCE, 0, None, None),
        (SOURCE, 100, None, None),
        (SOURCE, 400, None, None),
        (SOURCE, 1000, None, None),
        (SOURCE, 1000, WHOLE, None),
        (SOURCE, 1000, WHOLE, PLACED),
    ]

    for length in range(len(content) + 1):
        full.write_bytes(content[:length])
        lines = content[:length].count(b"\n")
        assert facts(Journal.load(full)) == expected[lines], length


def test_line_after_a_cut_one_is_not_lost(full: Path) -> None:
    content = full.read_bytes()
    second = content.index(b"\n", content.index(b"\n") + 1) + 1

    for length in range(second, content.index(b"\n", second) + 1):
        full.write_bytes(content[:length])
        journal = Journal.load(full)
        journal.sync(150)
        journal.close()
        assert facts(Journal.load(full)) == (SOURCE, 150, None, None), length


@pytest.mark.parametrize("line", [b"\0" * 40, b"not json", b"5", b'{"source": {"url": "x"}}'])
def test_nothing_is_believed_after_a_spoilt_line(path: Path, line: bytes) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(100)
    journal.close()
    with path.open("ab") as file:
        file.write(line + b'\n{"synced":900}\n')

    assert facts(Journal.load(path)) == (SOURCE, 100, None, None)


def test_everything_written_in_this_run_of_the_machine_is_trusted(path: Path) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(100)
    journal.close()

    assert Journal.load(path).trusted(700) == 700


@pytest.mark.parametrize(("length", "trusted"), [(700, 100), (100, 100), (60, 60), (0, 0)])
def test_only_synced_bytes_survive_a_restart_of_the_machine(
    path: Path, monkeypatch: pytest.MonkeyPatch, length: int, trusted: int
) -> None:
    set_boot(monkeypatch, "one")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(100)
    journal.close()

    set_boot(monkeypatch, "two")

    assert Journal.load(path).trusted(length) == trusted


def test_only_synced_bytes_are_trusted_where_runs_cannot_be_told_apart(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_boot(monkeypatch, "")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(100)
    journal.close()

    assert Journal.load(path).trusted(700) == 100


def test_nothing_is_trusted_without_a_journal(path: Path) -> None:
    assert Journal.load(path).trusted(700) == 0


def test_going_on_in_another_run_of_the_machine_is_noted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_boot(monkeypatch, "one")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(100)
    journal.close()
    set_boot(monkeypatch, "two")

    again = Journal.load(path)
    again.go_on()
    again.close()

    assert Journal.load(path).trusted(700) == 700
    assert facts(Journal.load(path)) == (SOURCE, 100, None, None)


def test_going_on_in_the_same_run_writes_nothing(full: Path) -> None:
    before = full.read_bytes()
    journal = Journal.load(full)
    journal.go_on()
    journal.close()

    assert full.read_bytes() == before


def test_removed_journal_is_gone(full: Path) -> None:
    Journal.load(full).remove()

    assert not full.exists()


def test_removing_what_is_not_there_is_no_error(path: Path) -> None:
    Journal.load(path).remove()

    assert not path.exists()


def test_journal_is_not_written_through_a_link(path: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"")
    path.symlink_to(outside)

    with pytest.raises(OSError, match="symbolic links"):
        Journal(path).sync(100)

    assert outside.read_bytes() == b""
