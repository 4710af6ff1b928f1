"""How many lines were logged at each level, since the beginning.

They are counted in memory and added to what the database has now and then: several servers on one
database add up.
"""

import asyncio
import threading
from collections import Counter
from contextlib import suppress

import structlog

from services.errors import Unavailable
from services.logs.levels import LogLevel
from services.metrics import Metrics
from services.store.store import Store, Transaction

FLUSH_SECONDS = 10.0

ADD = """
    INSERT INTO log_counts (level, count) VALUES (?, ?)
    ON CONFLICT (level) DO UPDATE SET count = log_counts.count + excluded.count
"""

log = structlog.get_logger(__name__)


class LogCounts:
    """Counts lines. `open` starts to write the counts down."""

    def __init__(self, *, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._fresh: Counter[LogLevel] = Counter()  # not in the database yet
        self._lock = threading.RLock()
        self._shown = {
            level: metrics.log_lines.labels(level=level.value.lower()) for level in LogLevel
        }
        self._is_failing = False
        self._is_over = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def add(self, level: LogLevel) -> None:
        """Count a line; from any thread."""
        with self._lock:
            self._fresh[level] += 1
        self._shown[level].inc()

    async def totals(self) -> dict[LogLevel, int]:
        """Return how many there were at each level, ever."""
        rows = await self._store.fetch("SELECT level, count FROM log_counts")
        stored = {row["level"]: int(row["count"]) for row in rows}
        with self._lock:
            return {level: stored.get(level.value, 0) + self._fresh[level] for level in LogLevel}

    async def open(self) -> None:
        """Write the counts down now and then."""
        self._loop = asyncio.create_task(self._flush_forever(), name="log counts")

    async def close(self) -> None:
        """Write down what is left."""
        self._is_over.set()  # what is being written is not cut short: it would count twice or never
        if self._loop is not None:
            await asyncio.gather(self._loop, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Add what was counted to what the database has."""
        with self._lock:
            fresh, self._fresh = self._fresh, Counter()
        if not fresh:
            return
        # In one order, whoever writes: two servers would wait for each other otherwise.
        rows = sorted((level.value, count) for level, count in fresh.items())

        async def write(transaction: Transaction) -> None:
            await transaction.execute_many(ADD, rows)

        try:
            await self._store.write(write)
            self._is_failing = False
        except Unavailable as error:
            with self._lock:
                self._fresh.update(fresh)
            if not self._is_failing:  # told once: it is a line itself
                self._is_failing = True
                log.warning("logs.not_counted", reason=error.message)

    async def _flush_forever(self) -> None:
        while not self._is_over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_SECONDS):
                    await self._is_over.wait()
            try:
                await self.flush()
            except Exception:
                log.exception("logs.counting_crashed")
