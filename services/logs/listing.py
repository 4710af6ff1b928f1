"""Reading the log, the newest line first: what is in memory, then the files.

One request reads so much and no more; where that was not enough to fill a page, the page says
from where to go on.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

from services.access.identity import Identity
from services.errors import InvalidInput, Unavailable
from services.events.cursors import read_place
from services.logs.book import LogBook
from services.logs.files import opened
from services.logs.lines import LogLine, read
from services.logs.search import Budget, backwards
from services.logs.wanted import ALL, LogFilter
from services.paging.pages import Page

MOST_BYTES = 8 * 1024 * 1024  # that are read for one page
MOST_COUNTED = 64 * 1024 * 1024  # bytes that are read to count
FLUSH_SECONDS = 1.0
TURN = 20  # rows that are read without a break
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
            for seq, line in self._lines(wanted, identity, before, budget):
                if line is None:
                    reached = seq
                    continue
                if wanted.since is not None and line.at < wanted.since - CLOCKS_DIFFER:
                    return self._page(lines, reached, has_more=False)
                if wanted.finds(line, identity):
                    if len(lines) == first:
                        return self._page(lines, lines[-1].seq, has_more=True)
                    lines.append(line)
                reached = seq
            return self._page(lines, reached, has_more=budget.is_spent)

        return await self._in_thread(look)

    async def has_before(self, identity: Identity, wanted: LogFilter, after: str | None) -> bool:
        """Return whether there are lines up to the cursor `after`, as far as one looks."""
        wanted.check()
        upto = self._before(after)
        if upto is None:
            return False

        def look() -> bool:
            for seq, line in self._lines(wanted, identity, None, Budget(MOST_BYTES)):
                if seq < upto:
                    return False
                if line is not None and wanted.finds(line, identity):
                    return True
            return False

        return await self._in_thread(look)

    async def count(self, identity: Identity, wanted: LogFilter) -> int:
        """Return how many lines there are; raise `Unavailable` where that is too much to read."""
        wanted.check()

        def look() -> int:
            budget = Budget(MOST_COUNTED)
            is_all = wanted == ALL and identity.is_admin
            rows = self._lines(wanted, identity, None, budget, reads=not is_all)
            found = sum(
                is_all or (line is not None and wanted.finds(line, identity)) for _, line in rows
            )
            if budget.is_spent:
                message = "There are too many lines to count them. Page through them instead."
                raise Unavailable(message)
            return found

        return await self._in_thread(look)

    async def _in_thread(self, look: Callable[[], T]) -> T:
        async with self._turns:
            await self._book.writer.flushed(FLUSH_SECONDS)
            return await asyncio.to_thread(look)

    def _lines(
        self,
        wanted: LogFilter,
        identity: Identity,
        before: int | None,
        budget: Budget,
        *,
        reads: bool = True,
    ) -> Iterator[tuple[int, LogLine | None]]:
        """Yield the newest line and those before it, or those before a number.

        None is yielded in the place of one that is not wanted, as can be seen from afar; where
        they are but to be counted, in the place of all that are in files.
        """
        lowest = before
        for line in self._book.newest():
            if before is None or line.seq < before:
                lowest = line.seq
                yield line.seq, line
        marks = wanted.marks(identity)
        with opened(self._book.files.paths()) as files:
            for number, (seq, row) in enumerate(backwards(files, lowest, budget)):
                if number % TURN == 0:
                    time.sleep(0)  # the loop of the API has its turn
                yield seq, read(row) if reads and wanted.may_find(row, marks) else None

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
