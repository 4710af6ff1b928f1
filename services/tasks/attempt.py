"""One attempt at a task: the engine works, and what comes of it is written down."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import Enum, auto
from typing import TypeVar

import structlog

from services.clock import Clock
from services.engines.engine import Engine, Fetched, Job, Meter
from services.engines.loop import Call, EngineLoop
from services.errors import ArgosyError, FetchFailed, Unavailable
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
        began, received = self._clock.monotonic(), self.gauge.meter.received
        try:
            fetched = await self._call
        except asyncio.CancelledError:
            return await self._stopped()
        except ArgosyError as error:
            return await self._failed(error, received)
        except Exception:  # noqa: BLE001 - the worker must outlive its job
            self._log.exception("task.crashed")
            message = "Argosy made a mistake; its log has the details. Please report it."
            return await self._failed(ArgosyError(message), received)
        took = timedelta(seconds=self._clock.monotonic() - began)
        return await self._completed(fetched, took)

    async def _completed(self, fetched: Fetched, took: timedelta) -> Task | None:
        task = await self._written(lambda: self._claims.complete(self.claim, fetched, took))
        if task is None:
            await self._lost()
            return None
        await self._loop.call(self._engine.forget(task.id))
        self._metrics.downloads.labels(result="completed").inc()
        self._metrics.download_bytes.inc(fetched.size)
        self._log.info("task.completed", bytes=fetched.size, seconds=took.total_seconds())
        return task

    async def _failed(self, error: ArgosyError, received_before: int) -> Task | None:
        renewed = self.gauge.meter.received > received_before
        failures = 1 if renewed else self.claim.task.failures + 1
        self._log.warning("task.failed", code=error.code.value, failures=failures)
        if not (isinstance(error, FetchFailed) and error.temporary) or failures >= TRIES:
            self._metrics.downloads.labels(result="failed").inc()
            return await self._written(lambda: self._claims.fail(self.claim, error))
        self._metrics.retries.inc()
        after = delay(failures)
        return await self._written(
            lambda: self._claims.retry(
                self.claim, error, self.gauge.meter, failures=failures, after=after
            )
        )

    async def _stopped(self) -> Task | None:
        if self._stop is Stop.CLOSING:
            return await self._claims.give_back(self.claim, self.gauge.meter)
        await self._lost()
        return None

    async def _lost(self) -> None:
        """Clean up if the task was cancelled; leave alone what another worker may use."""
        found = await self._claims.look_up([self.claim.task.id])
        task, _ = found.get(self.claim.task.id, (None, ""))
        self._log.info("task.lost", state=task.state.value if task else None)
        if task is None or task.state is TaskState.CANCELLED:
            await self._loop.call(self._engine.discard(self._job.task_id, self._job.place))

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
