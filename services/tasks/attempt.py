"""One attempt at a task: the engine works, and what comes of it is written down."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import TypeVar

import structlog

from services.clock import Clock
from services.engines.engine import Engine, Fetched, Job, Meter
from services.engines.loop import Call, EngineLoop
from services.errors import ArgosyError, ErrorCode, FetchFailed, Unavailable
from services.files.places import Place
from services.ids import TASK, show
from services.metrics import Metrics
from services.tasks.claims import Claim, Claims
from services.tasks.progress import Gauge
from services.tasks.records import Task
from services.tasks.retries import TRIES, delay
from services.tasks.states import TaskState

T = TypeVar("T")

AGAIN_SECONDS = 1.0  # between two tries to write down what came of an attempt

log = structlog.get_logger(__name__)


class Stop(Enum):
    """Why an attempt is ended before its time."""

    CLOSING = auto()  # the server stops: the task goes back
    LOST = auto()  # the row is no longer ours: what becomes of it is not our business


class Attempt:
    """A claimed task and the engine that does it."""

    def __init__(
        self,
        *,
        claim: Claim,
        engine: Engine,
        loop: EngineLoop,
        claims: Claims,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        task = claim.task
        meter = Meter(received=task.received, total=task.total, name=task.name)
        self.claim = claim
        self.gauge = Gauge(claim=claim, meter=meter, clock=clock)
        self._job = Job(task.id, task.url, Place.of(claim.owner_name, task.folder), meter)
        self._engine = engine
        self._loop = loop
        self._claims = claims
        self._clock = clock
        self._metrics = metrics
        self._stop: Stop | None = None
        self._call: Call[Fetched] = loop.call(engine.fetch(self._job))
        self._log = log.bind(task_id=show(TASK, task.id), attempt=task.attempt)

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stop is not None

    @property
    def is_fetching(self) -> bool:
        """Whether the engine still works at it, and nobody told it to end."""
        return self._stop is None and not self._call.is_done

    def stop(self, why: Stop) -> None:
        """End the attempt; `run` returns when the engine has let go."""
        self._stop = self._stop or why
        self._call.cancel()

    async def run(self) -> Task | None:
        """Wait for the engine and write down what came of it.

        Returns the task as it is then, or None if it is no longer this worker's.
        """
        received = self.gauge.meter.received
        try:
            return await self._ended(received)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - the worker must outlive its job
            self._log.exception("task.crashed")
            message = "Argosy made a mistake; its log has the details. Please report it."
            return await self._failed(ArgosyError(message), received)

    async def clean_up(self) -> None:
        """Remove what was kept for another attempt, if there will be none.

        The row says so, not what this attempt came to: another worker may have the task now.
        """
        task_id = self._job.task_id
        found = await self._claims.look_up([task_id])
        task, _ = found.get(task_id, (None, ""))
        if task is None or task.state is TaskState.CANCELLED:
            await self._loop.call(self._engine.discard(task_id, self._job.place))
        elif task.state is TaskState.COMPLETED:
            await self._loop.call(self._engine.forget(task_id))

    async def _ended(self, received: int) -> Task | None:
        """Wait for the engine; return the task as it is then, or None if it is not ours."""
        try:
            fetched = await self._call
        except asyncio.CancelledError:
            if self._stop is not Stop.CLOSING:
                return None
            return await self._claims.give_back(self.claim, self.gauge.meter)
        except ArgosyError as error:
            return await self._failed(error, received)
        return await self._completed(fetched)

    async def _completed(self, fetched: Fetched) -> Task | None:
        task = await self._written(lambda: self._claims.complete(self.claim, fetched))
        if task is not None:
            self._metrics.downloads.labels(result="completed").inc()
            self._metrics.download_bytes.inc(fetched.size)
            self._log.info("task.completed", bytes=fetched.size, seconds=task.active_ms / 1000)
        return task

    async def _failed(self, error: ArgosyError, received: int) -> Task | None:
        """Write down what went wrong; `received` is how much there was before."""
        renewed = self.gauge.meter.received > received
        failures = 1 if renewed else self.claim.task.failures + 1
        if isinstance(error, FetchFailed) and error.code is ErrorCode.DISK_FULL:
            failures = min(failures, TRIES - 1)  # waits for whoever makes room, not for the link
        self._log.warning("task.failed", code=error.code.value, failures=failures)
        if not (isinstance(error, FetchFailed) and error.temporary) or failures >= TRIES:
            task = await self._written(lambda: self._claims.fail(self.claim, error))
            if task is not None:
                self._metrics.downloads.labels(result="failed").inc()
            return task
        after = delay(failures)
        task = await self._written(
            lambda: self._claims.retry(
                self.claim, error, self.gauge.meter, failures=failures, after=after
            )
        )
        if task is not None:
            self._metrics.retries.inc()
        return task

    async def _written(self, write: Callable[[], Awaitable[T]]) -> T:
        """Do `write` until the database takes it: what an engine has done must not be lost."""
        while True:
            try:
                return await write()
            except Unavailable as error:
                self._log.error("task.not_recorded", reason=error.message)
                if self._stop is Stop.CLOSING:
                    raise
                await asyncio.sleep(AGAIN_SECONDS)
