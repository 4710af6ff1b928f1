"""Nobody waits for a disk: what it does not take is left out and counted."""

import threading
from collections.abc import Sequence
from pathlib import Path

from services.logs.files import LogFiles
from services.logs.writer import MOST_WAITING, LogWriter

LINE = b"x" * 1000


class SlowFiles(LogFiles):
    """Files on a disk that takes nothing until it is told to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, size=100_000_000, most=1)
        self.goes_on = threading.Event()

    def append(self, lines: Sequence[bytes]) -> None:
        self.goes_on.wait()
        super().append(lines)


class FullFiles(LogFiles):
    """Files on a disk that is full."""

    def append(self, lines: Sequence[bytes]) -> None:
        raise OSError(28, "No space left on device")


async def test_slow_disk_holds_nobody_up_and_memory_is_bounded(tmp_path: Path) -> None:
    lost: list[int] = []
    files = SlowFiles(tmp_path)
    writer = LogWriter(files, lost.append)
    writer.start()

    for _ in range(6000):
        writer.offer(LINE)
    files.goes_on.set()
    assert await writer.flushed(30)
    await writer.close()

    kept = (tmp_path / "argosy.log").read_bytes().count(b"\n")
    assert kept + sum(lost) == 6000
    assert MOST_WAITING / 1001 - 100 < kept < MOST_WAITING / 1000 + 200


async def test_full_disk_is_not_asked_for_each_line(tmp_path: Path) -> None:
    lost: list[int] = []
    writer = LogWriter(FullFiles(tmp_path, size=1000, most=1), lost.append)
    writer.start()

    for _ in range(300):
        writer.offer(LINE)
    assert await writer.flushed(30)
    await writer.close()

    assert sum(lost) == 300


async def test_disk_that_hangs_holds_up_no_end(tmp_path: Path) -> None:
    files = SlowFiles(tmp_path)
    writer = LogWriter(files, lambda _: None)
    writer.start()
    writer.offer(LINE)

    is_flushed = await writer.flushed(0.01)
    await writer.close()
    files.goes_on.set()

    assert not is_flushed
