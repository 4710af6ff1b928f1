"""The journal of an unfinished file: it never promises more than is on the disk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.engines.unfinished import journal as journal_module
from services.engines.unfinished.journal import Finished, Journal, Source, this_boot
from services.engines.unfinished.ranges import Ranges, Span

SOURCE = Source("https://example.com/a.zip", '"one"', 1000, "a.zip")
DATED = Source(
    "https://example.com/a.zip",
    '"one"',
    1000,
    "a.zip",
    etag='"one"',
    modified=datetime(2026, 11, 22, 12, tzinfo=UTC),
    media_type="application/zip",
)
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
        journal.sync(first(length))
    journal.place(WHOLE)
    journal.place_done(PLACED)
    journal.close()
    return path


def first(length: int) -> Ranges:
    """Return the ranges that hold the first `length` bytes."""
    return Ranges([(0, length)])


def set_boot(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(journal_module, "this_boot", lambda: name)


def facts(journal: Journal) -> tuple[object, ...]:
    return journal.source, journal.synced.size, journal.placing, journal.placed


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
    journal.sync(first(100))
    journal.close()

    again = Journal.load(path)
    again.sync(first(200))
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
        journal.sync(first(150))
        journal.close()
        assert facts(Journal.load(full)) == (SOURCE, 150, None, None), length


@pytest.mark.parametrize("line", [b"\0" * 40, b"not json", b"5", b'{"source": {"url": "x"}}'])
def test_nothing_is_believed_after_a_spoilt_line(path: Path, line: bytes) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(first(100))
    journal.close()
    with path.open("ab") as file:
        file.write(line + b'\n{"synced":[[0,900]]}\n')

    assert facts(Journal.load(path)) == (SOURCE, 100, None, None)


def test_everything_written_in_this_run_of_the_machine_is_trusted(path: Path) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(first(100))
    journal.write(first(700))
    journal.close()

    assert Journal.load(path).trusted(700) == first(700)


@pytest.mark.parametrize(("length", "trusted"), [(700, 100), (100, 100), (60, 60), (0, 0)])
def test_only_synced_bytes_survive_a_restart_of_the_machine(
    path: Path, monkeypatch: pytest.MonkeyPatch, length: int, trusted: int
) -> None:
    set_boot(monkeypatch, "one")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(first(100))
    journal.write(first(700))
    journal.close()

    set_boot(monkeypatch, "two")

    assert Journal.load(path).trusted(length) == first(trusted)


def test_only_synced_bytes_are_trusted_where_runs_cannot_be_told_apart(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_boot(monkeypatch, "")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(first(100))
    journal.write(first(700))
    journal.close()

    assert Journal.load(path).trusted(700) == first(100)


def test_nothing_is_trusted_without_a_journal(path: Path) -> None:
    assert Journal.load(path).trusted(700) == Ranges()


def test_going_on_in_another_run_of_the_machine_is_noted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_boot(monkeypatch, "one")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.sync(first(100))
    journal.close()
    set_boot(monkeypatch, "two")

    again = Journal.load(path)
    again.go_on(first(700))
    again.close()

    assert Journal.load(path).trusted(700) == first(700)
    assert facts(Journal.load(path)) == (SOURCE, 100, None, None)


def test_going_on_in_the_same_run_writes_nothing(full: Path) -> None:
    before = full.read_bytes()
    journal = Journal.load(full)
    journal.go_on(first(1000))
    journal.close()

    assert full.read_bytes() == before


def test_journal_is_not_written_through_a_link(path: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"")
    path.symlink_to(outside)

    with pytest.raises(OSError, match="symbolic links"):
        Journal(path).sync(first(100))

    assert outside.read_bytes() == b""


@pytest.mark.parametrize(
    ("length", "trusted"),
    [(700, [(0, 100), (300, 400)]), (350, [(0, 100), (300, 350)]), (200, [(0, 100)]), (0, [])],
)
def test_gaps_between_what_was_written_are_known(
    path: Path, length: int, trusted: list[Span]
) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.write(Ranges([(0, 100), (300, 400)]))
    journal.close()

    assert list(Journal.load(path).trusted(length)) == trusted


def test_what_is_noted_takes_the_place_of_what_was_noted_before(path: Path) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.write(first(700))
    journal.sync(first(700))
    journal.write(Ranges([(0, 100), (300, 700)]))
    journal.sync(Ranges([(0, 50)]))
    journal.close()

    again = Journal.load(path)

    assert list(again.written) == [(0, 100), (300, 700)]
    assert list(again.synced) == [(0, 50)]


def test_what_is_noted_does_not_change_with_the_ranges_that_were_given(path: Path) -> None:
    ranges = first(100)
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.write(ranges)
    journal.sync(ranges)
    journal.close()
    ranges.add(100, 900)

    assert (journal.written, journal.synced) == (first(100), first(100))


def test_what_another_run_wrote_is_not_trusted_after_going_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_boot(monkeypatch, "one")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.write(first(700))
    journal.sync(first(100))
    journal.close()
    set_boot(monkeypatch, "two")

    again = Journal.load(path)
    again.go_on(again.trusted(700))
    again.close()

    assert Journal.load(path).trusted(700) == first(100)


def test_what_is_learnt_of_the_file_keeps_its_bytes(path: Path) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.write(first(100))
    journal.sync(first(100))
    journal.learn(DATED)
    journal.close()

    again = Journal.load(path)

    assert facts(again) == (DATED, 100, None, None)
    assert again.trusted(700) == first(100)


def test_long_journal_is_written_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LONGEST", 1000)
    journal = Journal(path)
    journal.begin(DATED)
    for length in range(1, 500):
        journal.write(Ranges([(0, length), (600, 700)]))
        journal.sync(first(length - 1))
    journal.close()

    assert path.stat().st_size < 1500
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    again = Journal.load(path)
    assert facts(again) == (DATED, 498, None, None)
    assert list(again.trusted(1000)) == [(0, 499), (600, 700)]
    assert again.boot == this_boot()


def test_journal_goes_on_after_it_was_written_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.write(first(1000))
    journal.sync(first(1000))
    monkeypatch.setattr(journal_module, "LONGEST", 1)
    journal.place(WHOLE)
    journal.place_done(PLACED)
    journal.close()

    assert Journal.load(path).placed == PLACED
    assert path.stat().st_mode & 0o777 == 0o600


def test_bytes_that_only_another_run_wrote_are_not_promised_by_a_journal_written_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_boot(monkeypatch, "one")
    journal = Journal(path)
    journal.begin(SOURCE)
    journal.write(first(700))
    monkeypatch.setattr(journal_module, "LONGEST", 1)
    journal.sync(first(100))
    journal.close()
    set_boot(monkeypatch, "two")

    assert Journal.load(path).trusted(1000) == first(100)
