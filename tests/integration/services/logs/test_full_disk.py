"""A disk that is full takes no lines, and that hurts nothing; when there is room, it goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.logs import writer as module
from services.logs.book import LogBook
from services.logs.counts import LogCounts
from services.logs.files import LogFiles
from services.logs.lines import read
from services.metrics import Metrics
from services.store.store import Store
from tests.integration.services.logs.conftest import tell
from tests.needs import needs_small_disk

LONG = "x" * 900


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with needs_small_disk(tmp_path / "disk", 256 * 1024):
        yield tmp_path / "disk"


async def test_lines_are_left_out_and_counted_until_there_is_room(
    disk: Path, sqlite: Store, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.0)
    counts = LogCounts(store=sqlite, metrics=metrics)
    files = LogFiles(disk / "logs", size=10_000_000, most=2)
    book = LogBook(files=files, counts=counts, metrics=metrics)
    await book.open()
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(100_000))

    for number in range(400):
        tell(book, f"line.{number}", note=LONG)
        if number % 50 == 0:
            await book.writer.flushed(30)
    await book.writer.flushed(30)
    lost = book.lost
    ballast.unlink()
    tell(book, "room.again")
    await book.close()

    rows = (disk / "logs" / "argosy.log").read_bytes().splitlines()
    lines = [read(row) for row in rows]
    assert lost > 0
    assert book.lost == lost == metrics.registry.get_sample_value("argosy_log_lines_lost_total")
    assert len(rows) + lost == 401
    assert None not in lines  # nothing is left of what was not written whole
    assert lines[-1] is not None
    assert lines[-1].event == "room.again"
    assert len(book.newest()) == 401
