"""The log of the server: its level, its sums, and the ways to read it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from services.access.identity import Identity
from services.errors import NotFound
from services.events.log import EventLog
from services.ids import TASK, show
from services.logs.book import LogBook
from services.logs.counts import LogCounts
from services.logs.following import LineUpdate, LogFollowing
from services.logs.levels import LogLevel, set_threshold, threshold
from services.logs.lines import LogLine
from services.logs.listing import LogListing
from services.logs.wanted import LogFilter
from services.metrics import Metrics


@dataclass(frozen=True, slots=True)
class LogStats:
    """How much was logged. `counts` are since the beginning, of all servers on the database."""

    counts: dict[LogLevel, int]
    errors: list[LogLine]
    file_bytes: int
    lost: int
    level: LogLevel

    @property
    def total(self) -> int:
        """How many lines of any level."""
        return sum(self.counts.values())


class Logs:
    """What is logged, and from which level on."""

    def __init__(
        self, *, book: LogBook, counts: LogCounts, events: EventLog, metrics: Metrics
    ) -> None:
        self._book = book
        self._counts = counts
        self.listing = LogListing(book=book)
        self._events = events
        self._following = LogFollowing(book=book, metrics=metrics)
        self.place = book.place

    @property
    def level(self) -> LogLevel:
        """From which level on lines are kept."""
        return threshold()

    def set_level(self, level: LogLevel) -> None:
        """Keep lines from `level` on, from now on, in this process."""
        set_threshold(level)

    async def stats(self, identity: Identity) -> LogStats:
        """Return how much was logged; raise `Forbidden`."""
        identity.require_admin()
        return LogStats(
            counts=await self._counts.totals(),
            errors=self._book.errors(),
            file_bytes=await asyncio.to_thread(self._book.files.total),
            lost=self._book.lost,
            level=self.level,
        )

    async def follow(
        self, identity: Identity, wanted: LogFilter, after: str | None
    ) -> AsyncGenerator[LineUpdate, None]:
        """Yield each line that `identity` may see and wants, from now on or from `after` on.

        Raises `NotFound` about a task of which nothing is known that they may see, and
        `InvalidInput` if `after` is no cursor.
        """
        if wanted.task_id is not None and not await self._events.knows(identity, wanted.task_id):
            message = f"There is no task {show(TASK, wanted.task_id)}."
            raise NotFound(message, field="taskId")
        async with aclosing(self._following.follow(identity, wanted, after)) as updates:
            async for update in updates:
                yield update
