"""How the machine is doing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from services.clock import Clock

INTERVAL_SECONDS = 1.0  # of the stream; also the shortest span that is measured


@dataclass(frozen=True, slots=True)
class SystemSample:
    """The machine at one moment. Shares are percent; traffic is bytes a second."""

    at: datetime
    cpu: float
    memory: float
    disk: float
    network_in: float
    network_out: float


class System:
    """Measures the machine; one measurement serves everybody who asks within a second."""

    def __init__(self, *, clock: Clock, folder: Path) -> None:
        self._clock = clock
        self._folder = folder
        self._started = clock.monotonic()
        self._lock = asyncio.Lock()
        self._newest: SystemSample | None = None
        self._measured = self._started
        self._traffic = _traffic()
        psutil.cpu_percent(None)  # the first call only begins the measurement

    @property
    def uptime(self) -> timedelta:
        """How long this server has been up."""
        return timedelta(seconds=self._clock.monotonic() - self._started)

    async def sample(self) -> SystemSample:
        """Return the newest measurement, at most a second old."""
        async with self._lock:
            span = self._clock.monotonic() - self._measured
            if self._newest is None or span >= INTERVAL_SECONDS:
                # A disk that does not answer must not hold up the loop.
                self._newest = await asyncio.to_thread(self._measure, span)
                self._measured = self._clock.monotonic()
            return self._newest

    async def stream(self) -> AsyncIterator[SystemSample]:
        """Yield a measurement now, then one each second."""
        while True:
            yield await self.sample()
            await asyncio.sleep(INTERVAL_SECONDS)

    def _measure(self, span: float) -> SystemSample:
        came, went = _traffic()
        before_came, before_went = self._traffic
        self._traffic = came, went
        span = max(span, 0.001)
        return SystemSample(
            at=self._clock.now(),
            cpu=psutil.cpu_percent(None),
            memory=psutil.virtual_memory().percent,
            disk=psutil.disk_usage(str(self._folder)).percent,
            network_in=round(max(0, came - before_came) / span, 1),
            network_out=round(max(0, went - before_went) / span, 1),
        )


def _traffic() -> tuple[int, int]:
    counters: Any = psutil.net_io_counters()  # nothing, where there is no network at all
    return (counters.bytes_recv, counters.bytes_sent) if counters else (0, 0)
