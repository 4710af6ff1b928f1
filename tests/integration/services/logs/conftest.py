"""What the tests of the log share."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from services.access.identity import ALL_SCOPES, Identity, Role
from services.logs.book import LogBook
from services.logs.counts import LogCounts
from services.logs.files import LogFiles
from services.logs.lines import LogLine
from services.metrics import Metrics
from services.store.store import Store

ADMIN = Identity(1, "admin", Role.ADMIN, ALL_SCOPES)
TASK = "task_0199c2f0-0000-7000-8000-000000000000"

ALICE = Identity(2, "alice", Role.USER, ALL_SCOPES)

Open = Callable[..., AbstractAsyncContextManager[LogBook]]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(version="test")


@pytest.fixture
def opening(sqlite: Store, tmp_path: Path, metrics: Metrics) -> Open:
    """Give what opens the log of this test, as often as it is called."""

    @asynccontextmanager
    async def open_book(*, size: int = 200_000, most: int = 3) -> AsyncIterator[LogBook]:
        counts = LogCounts(store=sqlite, metrics=metrics)
        files = LogFiles(tmp_path / "logs", size=size, most=most)
        book = LogBook(files=files, counts=counts, metrics=metrics)
        await book.open()
        try:
            yield book
        finally:
            await book.close()

    return open_book


@pytest.fixture
async def book(opening: Open) -> AsyncIterator[LogBook]:
    async with opening() as book:
        yield book


def tell(
    book: LogBook, event: str = "a.happened", level: int = logging.INFO, **fields: object
) -> LogLine:
    """Log a line, and return it."""
    name = logging.getLevelName(level).lower()
    at = datetime.now(UTC).isoformat()
    book.take(
        level, orjson.dumps({"event": event, "level": name, "timestamp": at} | fields).decode()
    )
    return book.newest()[0]
