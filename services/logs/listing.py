"""Reading the log, the newest line first: what is in memory, then the files.

One request reads so much and no more; where that was not enough to fill a page, the page says
from where to go on.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

from services.access.identity import Identity
from services.errors import InvalidInput, Unavailable
from services.events.cursors import read_place
from services.logs.book import LogBook
from services.logs.files import opened
from services.logs.lines import LogLine, read
from services.logs.search import Budget, Row, backwards
from services.logs.wanted import LogFilter
from services.paging.pages import Page

MOST_BYTES = 8 * 1024 * 1024  # that are read for one page
MOST_COUNTED = 64 * 1024 * 1024  # bytes that are read to count
FLUSH_SECONDS = 1.0
# Lines are in the order in which they came: a clock that was put back makes few of them later.
CLOCKS_DIFFER = timedelta(hours=1)

T = TypeVar("T")


class LogListing:
    """Reads what one identity may see."""

    def __init__(self, *, book: LogBook) -> None:
        self._book = book
        self._turns = asyncio.Semaphore(2)  # that read files at a time

    async def page(
        self, identity: Identity, wanted: LogFilter, *, first: int, after: str | None
    ) -> Page[LogLine]:
        """Return up to `first` lines that are older than the cursor `after`."""
        wanted.check()
        before = self._before(after)

        def look() -> Page[LogLine]:
            lines: list[LogLine] = []
            reached = before or 0
            budget = Budget(MOST_BYTES)
            for line in self._lines(before, budget):
                if wanted.since is not None and line.at < wanted.since - CLOCKS_DIFFER:
                    return self._page(lines, reached, has_more=False)
                if wanted.finds(line, identity):
                    if len(lines) == first:
                        return self._page(lines, lines[-1].seq, has_more=True)
                    lines.append(line)
                reached = line.seq
            return self._page(lines, reached, has_more=budget.is_spent)

        return await self._in_thread(look)

    async def has_before(self, identity: Identity, wanted: LogFilter, after: str | None) -> bool:
        """Return whether there are lines up to the cursor `after`, as far as one looks."""
        wanted.check()
        upto = self._before(after)
        if upto is None:
            return False

        def look() -> bool:
            for line in self._lines(None, Budget(MOST_BYTES)):
                if line.seq < upto:
                    return False
                if wanted.finds(line, identity):
                    return True
            return False

        return await self._in_thread(look)

    async def count(self, identity: Identity, wanted: LogFilter) -> int:
        """Return how many lines there are; raise `Unavailable` where that is too much to read."""
        wanted.check()

        def look() -> int:
            budget = Budget(MOST_COUNTED)
            found = sum(wanted.finds(line, identity) for line in self._lines(None, budget))
            if budget.is_spent:
                message = "There are too many lines to count them. Page through them instead."
                raise Unavailable(message)
            return found

        return await self._in_thread(look)

    async def _in_thread(self, look: Callable[[], T]) -> T:
        async with self._turns:
            await self._book.writer.flushed(FLUSH_SECONDS)
            return await asyncio.to_thread(look)

    def _lines(self, before: int | None, budget: Budget) -> Iterator[LogLine]:
        """Yield lines, the newest first, or those before a number."""
        lowest = before
        for line in self._book.newest():
            if before is None or line.seq < before:
                lowest = line.seq
                yield line
        with opened(self._book.files.paths()) as files:
            rows: Iterator[Row] = backwards(files, lowest, budget)
            for _, row in rows:
                if (read_line := read(row)) is not None:
                    yield read_line

    def _before(self, after: str | None) -> int | None:
        if after is None:
            return None
        place = read_place(after)
        if place.log != self._book.name:
            message = "This is no cursor of this log. Take one from `endCursor`."
            raise InvalidInput(message, field="after")
        return place.seq

    def _page(self, lines: list[LogLine], reached: int, *, has_more: bool) -> Page[LogLine]:
        places = [str(self._book.place(line.seq)) for line in lines]
        return Page(lines, places, has_more, str(self._book.place(reached)) if has_more else None)
