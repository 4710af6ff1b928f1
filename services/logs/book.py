"""The log of this server as it grows: every line gets its number here, and goes on from here.

Lines come from any thread; whoever follows lives on the loop of the API. The newest lines are kept
in memory, within a bound. Nothing here logs: a line must not lead to another.
"""

import asyncio
import threading
import time
from collections import deque
from itertools import islice

from services.events.cursors import Place
from services.events.feed import LogFeed
from services.logs.counts import LogCounts
from services.logs.files import LogFiles, opened
from services.logs.levels import LogLevel, level_of
from services.logs.lines import LogLine, number, read
from services.logs.search import Budget, backwards
from services.logs.writer import LogWriter
from services.metrics import Metrics

MOST_KEPT = 4096  # lines in memory
MOST_KEPT_BYTES = 2 * 1024 * 1024  # of them, about
MOST_FRESH = 2048  # lines that wait for the loop
MOST_ERRORS = 10  # that are shown as the last ones
LOOK_BACK = 1024 * 1024  # bytes in which errors from before the start are looked for


class LogBook:
    """Keeps lines. `open` makes it known how far an earlier process came."""

    def __init__(self, *, files: LogFiles, counts: LogCounts, metrics: Metrics) -> None:
        self.files = files
        self.name = ""
        self.lost = 0
        self._counts = counts
        self._metrics = metrics
        self.writer = LogWriter(files, self._lose)
        self._lock = threading.RLock()
        self._arriving: deque[tuple[int, str]] = deque()
        self._is_busy = False
        self._last = 0  # the number that was given last
        self._floor = 0  # lines above this number are in memory
        self._kept: deque[LogLine] = deque()
        self._kept_size = 0
        self._errors: deque[LogLine] = deque(maxlen=MOST_ERRORS)
        self._feeds: dict[LogFeed[LogLine], int] = {}
        self._fresh: deque[LogLine] = deque()
        self._has_overrun = False
        self._is_called = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Look at what there is, and take lines from now on."""
        self._loop = asyncio.get_running_loop()
        self.name = await asyncio.to_thread(self.files.name)
        if self.files.is_kept:
            await asyncio.to_thread(self._look_back)
            self.writer.start()

    async def close(self) -> None:
        """Have everything written; what comes later is left out."""
        await self.writer.close()

    def take(self, level: int, text: str) -> None:
        """Keep a line: JSON without its number. From any thread, and never for long."""
        with self._lock:
            self._arriving.append((level, text))
            if self._is_busy:  # told by a finalizer, in the middle of this
                return
            self._is_busy = True
            try:
                while self._arriving:
                    self._enter(*self._arriving.popleft())
            finally:
                self._is_busy = False

    @property
    def last(self) -> int:
        """The number of the newest line."""
        return self._last

    @property
    def floor(self) -> int:
        """Lines above this number are in memory."""
        return self._floor

    @property
    def followers(self) -> int:
        """How many follow what is live."""
        return len(self._feeds)

    def place(self, seq: int) -> Place:
        """Return the place right after a line."""
        return Place(self.name, seq)

    def errors(self) -> list[LogLine]:
        """Return the last errors, the newest first."""
        with self._lock:
            return list(reversed(self._errors))

    def newest(self) -> list[LogLine]:
        """Return what is in memory, the newest first."""
        with self._lock:
            return list(reversed(self._kept))

    def after(self, seq: int, most: int) -> tuple[list[LogLine], int] | None:
        """Return up to `most` lines that come after a number, and up to which that is all.

        Returns None where not all of them are in memory.
        """
        with self._lock:
            if seq < self._floor:
                return None
            lines = list(islice((line for line in self._kept if line.seq > seq), most))
            return lines, lines[-1].seq if len(lines) == most else self._last

    def join(self, feed: LogFeed[LogLine], given: int) -> bool:
        """Give a feed what comes after `given`, if that is the newest line; else return False."""
        with self._lock:
            if given < self._last:
                return False
            self._feeds[feed] = given
            return True

    def leave(self, feed: LogFeed[LogLine]) -> None:
        """Give a feed nothing more."""
        with self._lock:
            self._feeds.pop(feed, None)

    def _enter(self, level_number: int, text: str) -> None:
        level = level_of(level_number)
        self._last = max(self._last + 1, time.time_ns() // 1000)
        line = number(self._last, level, text)
        self._counts.add(level)
        if self.files.is_kept:
            self.writer.offer(line.text)
        if level.number >= LogLevel.ERROR.number:
            self._errors.append(line)
        self._kept.append(line)
        self._kept_size += line.size
        while len(self._kept) > MOST_KEPT or self._kept_size > MOST_KEPT_BYTES:
            gone = self._kept.popleft()
            self._kept_size -= gone.size
            self._floor = gone.seq
        if self._feeds:
            self._pass_on(line)

    def _pass_on(self, line: LogLine) -> None:
        """Have a line offered to those who follow, on their loop."""
        if len(self._fresh) >= MOST_FRESH:
            self._fresh.clear()
            self._has_overrun = True
        self._fresh.append(line)
        if self._is_called or self._loop is None or self._loop.is_closed():
            return
        self._is_called = True
        self._loop.call_soon_threadsafe(self._offer)

    def _offer(self) -> None:
        with self._lock:
            self._is_called = False
            fresh, self._fresh = self._fresh, deque()
            has_overrun, self._has_overrun = self._has_overrun, False
            feeds = list(self._feeds.items())
        for feed, given in feeds:
            if has_overrun:
                feed.drop()
            for line in fresh:
                if line.seq > given:
                    feed.offer(line)

    def _lose(self, count: int) -> None:
        self.lost += count
        self._metrics.log_lines_lost.inc(count)

    def _look_back(self) -> None:
        """Find the last number that was given, and the last errors."""
        self.files.tidy()
        with opened(self.files.paths()) as files:
            for seq, row in backwards(files, None, Budget(LOOK_BACK)):
                self._last = self._floor = max(self._last, seq)
                line = read(row)
                if line is not None and line.level.number >= LogLevel.ERROR.number:
                    self._errors.appendleft(line)
                    if len(self._errors) == MOST_ERRORS:
                        return
