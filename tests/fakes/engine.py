"""An engine that fetches nothing: it does with each URL what a test plans for it."""

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from services.engines.engine import Fetched, Job, Phase
from services.engines.rates import take
from services.errors import ErrorCode, FetchFailed
from services.files.places import Place


@dataclass(frozen=True, slots=True)
class Finishes:
    """The file comes whole, with that many bytes."""

    size: int = 5


@dataclass(frozen=True, slots=True)
class Fails:
    """That error is raised."""

    error: Exception


@dataclass(frozen=True, slots=True)
class BreaksOff:
    """Bytes come until there are that many; of a server without ranges, the first comes again."""

    at: int
    has_ranges: bool = True


@dataclass(frozen=True, slots=True)
class Waits:
    """That many bytes more come, then nothing, until the job is let go or cancelled."""

    received: int = 0


Step = Finishes | Fails | BreaksOff | Waits


class FakeEngine:
    """Runs on the engine loop; a test talks to it from its own.

    What it does is planned by URL: one step after another, over all attempts, each of which
    ends with a `Finishes`, a `Fails` or a `BreaksOff`. Behind the last step everything finishes.
    """

    name = "http"

    def __init__(self) -> None:
        self.started: asyncio.Queue[Job] = asyncio.Queue()  # the jobs, as they begin to wait
        self.attempts: list[UUID] = []
        self.kept: set[UUID] = set()
        self.forgotten: list[UUID] = []
        self.discarded: list[tuple[UUID, Place]] = []
        self.most_at_once = 0
        self.is_closed = False
        self._test_loop = asyncio.get_running_loop()
        self._plans: defaultdict[str, list[Step]] = defaultdict(list)
        self._gates: dict[UUID, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = {}

    def plan(self, url: str, *steps: Step) -> str:
        """Say what is to happen with `url`, and return it."""
        self._plans[url] += steps
        return url

    def let_go(self, task_id: UUID) -> None:
        """Let a job that waits take its next step."""
        loop, gate = self._gates.pop(task_id)
        loop.call_soon_threadsafe(gate.set)

    async def close(self) -> None:
        self.is_closed = True

    async def fetch(self, job: Job) -> Fetched:
        self.attempts.append(job.task_id)
        self.kept.add(job.task_id)
        while True:
            plan = self._plans[job.url]
            match plan.pop(0) if plan else Finishes():
                case Waits(received):
                    await self._wait(job, received)
                case Fails(error):
                    raise error
                case BreaksOff(at, has_ranges):
                    _break_off(job, at, has_ranges=has_ranges)
                case Finishes(size):
                    return _finished(job, size)

    async def forget(self, task_id: UUID) -> None:
        self.forgotten.append(task_id)
        self.kept.discard(task_id)

    async def discard(self, task_id: UUID, place: Place) -> None:
        self.discarded.append((task_id, place))
        self.kept.discard(task_id)

    async def leftovers(self) -> set[UUID]:
        return set(self.kept)

    async def _wait(self, job: Job, received: int) -> None:
        gate = asyncio.Event()
        self._gates[job.task_id] = asyncio.get_running_loop(), gate
        job.meter.phase, job.meter.total = Phase.DOWNLOADING, 1000
        job.meter.received += received
        take(job.rates, received, 0)  # it counts, and is never limited
        self.most_at_once = max(self.most_at_once, len(self._gates))
        self._test_loop.call_soon_threadsafe(self.started.put_nowait, job)
        try:
            await gate.wait()
        finally:
            self._gates.pop(job.task_id, None)


def _finished(job: Job, size: int) -> Fetched:
    name = job.url.rsplit("/", 1)[-1]
    take(job.rates, max(0, size - job.meter.received), 0)
    job.meter.received = size
    return Fetched(name, job.place.path(name), size, hashlib.sha256(bytes(size)).hexdigest())


def _break_off(job: Job, at: int, *, has_ranges: bool) -> NoReturn:
    if not has_ranges:
        job.meter.received = 0
    take(job.rates, at, 0)
    job.meter.received = at
    message = f"{at} bytes came."
    raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
