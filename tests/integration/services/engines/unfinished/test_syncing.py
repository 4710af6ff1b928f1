"""What the journal calls safe is on the disk, and of the file that it speaks of."""

import asyncio
import errno
import os
import threading
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from services.engines.unfinished import unfinished as unfinished_module
from services.engines.unfinished.journal import Journal, Source
from services.engines.unfinished.ranges import Ranges
from services.engines.unfinished.unfinished import Unfinished
from services.errors import ErrorCode, FetchFailed

TASK_ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
OLD = Source("http://a.example/a.zip", '"one"', 1000, "a.zip")
NEW = Source("http://a.example/a.zip", '"two"', 1000, "a.zip")


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write is noted and synced."""
    for name in ("NOTE_SECONDS", "SYNC_SECONDS", "NOTE_BYTES", "SYNC_BYTES"):
        monkeypatch.setattr(unfinished_module, name, 0)


@pytest.mark.usefixtures("eager")
async def test_sync_of_what_was_thrown_away_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def fdatasync(_: int) -> None:
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    unfinished = Unfinished(tmp_path, TASK_ID)
    unfinished.open()
    unfinished.begin(OLD)
    unfinished.write(0, b"x" * 500)
    await asyncio.to_thread(begun.wait, 10)

    unfinished.begin(NEW)
    go_on.set()
    await unfinished.quiet()

    journal = Journal.load(unfinished.path.with_suffix(".journal"))
    assert (journal.source, journal.synced) == (NEW, Ranges())
    await unfinished.close()


@pytest.mark.usefixtures("eager")
async def test_sync_that_failed_beside_the_writing_fails_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fdatasync(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    unfinished = Unfinished(tmp_path, TASK_ID)
    unfinished.open()
    unfinished.begin(OLD)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", fdatasync)
        unfinished.write(0, b"x" * 1000)
        await unfinished.quiet()

    with pytest.raises(FetchFailed) as caught:  # the system has told of it once
        unfinished.settle()
    assert caught.value.code is ErrorCode.WRITE_FAILED
    await unfinished.close()


async def test_nothing_lies_behind_the_last_byte(tmp_path: Path) -> None:
    unfinished = Unfinished(tmp_path, TASK_ID)
    unfinished.open()
    unfinished.begin(replace(OLD, total=None))
    os.truncate(unfinished.path, 5000)  # as if room had been set aside for a longer file
    unfinished.write(0, b"x" * 1000)

    unfinished.settle()

    assert unfinished.path.read_bytes() == b"x" * 1000
    await unfinished.close()


async def test_short_file_is_written_down_when_it_is_whole(tmp_path: Path) -> None:
    unfinished = Unfinished(tmp_path, TASK_ID)
    unfinished.open()
    unfinished.begin(OLD)
    unfinished.write(0, b"x" * 1000)
    before = unfinished.path.exists()

    unfinished.settle()

    assert not before
    assert unfinished.path.read_bytes() == b"x" * 1000
    await unfinished.close()


async def test_short_file_waits_in_memory_no_longer_than_a_note_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished_module, "NOTE_SECONDS", 0)
    unfinished = Unfinished(tmp_path, TASK_ID)
    unfinished.open()
    unfinished.begin(OLD)

    unfinished.write(0, b"x" * 500)

    kept = Journal.load(unfinished.path.with_suffix(".journal"))
    assert (kept.source, list(kept.written)) == (OLD, [(0, 500)])
    assert unfinished.path.read_bytes() == b"x" * 500
    await unfinished.close()


async def test_part_of_a_short_file_is_kept_for_the_next_attempt(tmp_path: Path) -> None:
    unfinished = Unfinished(tmp_path, TASK_ID)
    unfinished.open()
    unfinished.begin(OLD)
    unfinished.write(0, b"x" * 500)

    await unfinished.close()

    again = Unfinished(tmp_path, TASK_ID)
    assert (again.source, list(again.open())) == (OLD, [(0, 500)])
    await again.close()


async def test_what_is_there_without_a_journal_is_not_taken_over(tmp_path: Path) -> None:
    unfinished = Unfinished(tmp_path, TASK_ID)
    unfinished.path.write_bytes(b"y" * 5000)
    unfinished.open()
    unfinished.begin(OLD)
    unfinished.write(0, b"x" * 1000)

    unfinished.settle()

    assert unfinished.path.read_bytes() == b"x" * 1000
    await unfinished.close()
