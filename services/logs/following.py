"""Following the log: what was missed first, then what is live, with nothing left out unsaid."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from services.access.identity import Identity
from services.events.cursors import Place, read_place
from services.events.feed import Lagged, LagReason, LogFeed
from services.logs.book import LogBook
from services.logs.files import opened
from services.logs.lines import LogLine, read
from services.logs.search import Budget, forwards, oldest
from services.logs.wanted import ALL, LogFilter
from services.metrics import Metrics

REPLAY_LINES = 100  # that one who comes back holds at once
REPLAY_BYTES = 1024 * 1024  # that are read for them at once
FLUSH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class LineUpdate:
    """One line, or that some were left out. Go on after `place`."""

    place: Place
    line: LogLine | None = None
    lagged: Lagged | None = None


class LogFollowing:
    """Gives lines to those who follow."""

    def __init__(self, *, book: LogBook, metrics: Metrics) -> None:
        self._book = book
        self._metrics = metrics
        self._turns = asyncio.Semaphore(2)  # that read files at a time

    async def follow(
        self, identity: Identity, wanted: LogFilter = ALL, after: str | None = None
    ) -> AsyncGenerator[LineUpdate, None]:
        """Yield each line that `identity` may see and wants, from now on or from `after` on.

        Raises `InvalidInput` if `after` is no cursor.
        """
        book, feed = self._book, LogFeed[LogLine](identity, wanted)
        given = book.last if after is None else self._start(after)
        while given is None or not book.join(feed, given):
            if given is None:
                given = book.last
                yield self._lagged(LagReason.EXPIRED, given)
                continue
            lines, reached = await self._replay(given)
            for line in lines:
                if identity.may_see(line.owner_id) and wanted.takes(line):
                    yield self._update(line)
            given = reached
        try:
            while True:
                live = await feed.take()
                if live is None:
                    yield self._lagged(LagReason.SLOW, given)
                    continue
                given = live.seq
                yield self._update(live)
        finally:
            book.leave(feed)

    def _start(self, after: str) -> int | None:
        """Return the number to go on after; None for a place that this log does not have."""
        place = read_place(after)
        is_ours = place.log == self._book.name and place.seq <= self._book.last
        return place.seq if is_ours else None

    async def _replay(self, after: int) -> tuple[list[LogLine], int | None]:
        """Return what comes next of the past, and up to which number that is all.

        That is None where what comes next is not kept any more.
        """
        if (found := self._book.after(after, REPLAY_LINES)) is not None:
            return found
        async with self._turns:
            await self._book.writer.flushed(FLUSH_SECONDS)
            return await asyncio.to_thread(self._read, after)

    def _read(self, after: int) -> tuple[list[LogLine], int | None]:
        lines: list[LogLine] = []
        reached = after
        with opened(self._book.files.paths()) as files:
            first = oldest(files)
            if first is None or first > after:
                return [], None
            for seq, row in forwards(files, after, Budget(REPLAY_BYTES)):
                reached = seq
                if (line := read(row)) is not None:
                    lines.append(line)
                if len(lines) == REPLAY_LINES:
                    break
        # Where nothing comes next, the disk did not take what came, and memory has lost it.
        return lines, reached if reached > after else None

    def _update(self, line: LogLine) -> LineUpdate:
        return LineUpdate(self._book.place(line.seq), line)

    def _lagged(self, reason: LagReason, seq: int) -> LineUpdate:
        self._metrics.lagged.labels(reason=reason.value.lower()).inc()
        place = self._book.place(seq)
        return LineUpdate(place, lagged=Lagged(reason, place))
