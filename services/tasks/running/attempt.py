"""One attempt at a task: the engine works, and what comes of it is written down."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from typing import TypeVar
from uuid import UUID

import structlog
from yarl import URL

from services.clock import Clock
from services.engines.engine import Engine, Fetched, Job, Meter
from services.engines.loop import Call, EngineLoop
from services.engines.options import Secrets
from services.engines.rates import Rate
from services.errors import (
    ArgosyError,
    ErrorCode,
    FetchFailed,
    QuotaExceeded,
    Skipped,
    Unavailable,
)
from services.files.places import Place
from services.ids import TASK, show
from services.logs.levels import tell_success
from services.metrics import Metrics
from services.outgoing.urls import is_same_origin
from services.sealing import KeyAway, Sealer
from services.tasks.adding.orders import engine_of
from services.tasks.options import NO_SECRETS, read_secrets
from services.tasks.records import File, Task, bound_to
from services.tasks.running.claim import Claim
from services.tasks.running.claims import Claims
from services.tasks.running.group import GroupFetch
from services.tasks.running.jobs import jobs_of
from services.tasks.running.progress import Gauge
from services.tasks.running.retries import FIRST, TRIES, count, delay
from services.tasks.running.rewriting import Rewriting, Rewritten
from services.tasks.states import TaskState

T = TypeVar("T")

# What waits for whoever makes room or puts the key back, not for the link.
WAITED_OUT = frozenset({ErrorCode.DISK_FULL, ErrorCode.UNAVAILABLE})
AGAIN_SECONDS = 1.0  # between two tries to write down what came of an attempt

log = structlog.get_logger(__name__)


class Stop(Enum):
    """Why an attempt is ended before its time."""

    CLOSING = auto()  # the server stops: the task goes back
    LOST = auto()  # the row is no longer ours: what becomes of it is not our business
    HELD = auto()  # nothing can be fetched for now: the task waits with the rest
    SPENT = auto()  # its owner has no quota left for today: the task waits for the next day
    FULL = auto()  # its owner has no room for it where it is to lie: it is given up
    GIVING_WAY = auto()  # its queue is paused, or it is to begin with other options


class Attempt:
    """A claimed task and the engine that does it.

    `hold` is called with what no other task will get past: a full disk. `free` says how many
    tasks may be claimed when this one is done; they are `following` then.
    """

    def __init__(
        self,
        *,
        claim: Claim,
        engines: Mapping[str, Engine],
        loop: EngineLoop,
        claims: Claims,
        sealer: Sealer,
        rates: tuple[Rate, ...],
        hold: Callable[[FetchFailed], None],
        free: Callable[[], int],
        clock: Clock,
        metrics: Metrics,
        rewriting: Rewriting | None = None,
    ) -> None:
        task = claim.task
        meter = Meter(received=task.received, total=task.total, name=task.name)
        self.claim = claim
        self.gauge = Gauge(claim=claim, meter=meter, clock=clock)
        self.following: list[Claim] = []
        # Whoever has a task may read the lines about it.
        self._about = {
            "task_id": show(TASK, task.id),
            "owner_id": task.owner_id,
            "attempt": task.attempt,
        }
        self._place = Place.of(claim.owner_name, task.folder)
        self._rates = rates
        self._engines = engines
        self._loop = loop
        self._claims = claims
        self._sealer = sealer
        self._metrics = metrics
        self._hold = hold
        self._free = free
        self._rewriting = rewriting
        self._home = asyncio.get_running_loop()
        self._held_by: ArgosyError | None = None
        self._stop: Stop | None = None
        self._left: TaskState | None = None  # how this attempt left the row
        self._call: Call[Fetched] | GroupFetch = self._begin()
        self._log = log.bind(**self._about)

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stop is not None

    @property
    def is_fetching(self) -> bool:
        """Whether the engine still works at it, and nobody told it to end."""
        return self._stop is None and not self._call.is_done

    def stop(self, why: Stop, obstacle: FetchFailed | QuotaExceeded | None = None) -> None:
        """End the attempt; `run` returns when the engine has let go. The first reason counts."""
        if self._stop is None:
            self._stop, self._held_by = why, obstacle
            self._call.cancel()

    async def run(self) -> Task | None:
        """Wait for the engine and write down what came of it.

        Returns the task as it is then, or None if it is no longer this worker's.
        """
        try:
            return await self._ended()
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - the worker must outlive its job
            self._log.exception("task.crashed")
            message = "Argosy made a mistake; its log has the details. Please report it."
            return await self._failed(ArgosyError(message))

    async def clean_up(self) -> None:
        """Remove what was kept for another attempt, if there will be none.

        The row says so, not what this attempt came to: another worker may have the task now.
        """
        task_id = self.claim.task.id
        if self._left is not TaskState.COMPLETED:
            task, _ = (await self._claims.look_up([task_id])).get(task_id, (None, ""))
            is_over = (
                self._stop is Stop.FULL and task is not None and task.state is TaskState.FAILED
            )
            if task is None or task.state is TaskState.CANCELLED or is_over:
                for engine, job_id in await self._jobs():
                    await self._loop.call(engine.discard(job_id, self._place))
                return
            self._left = task.state
        if self._left in {TaskState.COMPLETED, TaskState.SKIPPED}:
            for engine, job_id in await self._jobs():
                await self._loop.call(engine.forget(job_id))

    async def _jobs(self) -> list[tuple[Engine, UUID]]:
        """Return the jobs of which something may be kept, each with its engine."""
        return await jobs_of(self.claim.task, self._engines, self._claims.files)

    def _begin(self) -> Call[Fetched] | GroupFetch:
        """Begin to fetch."""
        task, meter = self.claim.task, self.gauge.meter
        if not task.is_group:
            work = self._fetch(self._engines[task.engine], task.id, task.url, meter)
            return self._loop.call(work)
        files, attempt = self._claims.files, task.attempt

        def fetch(file: File, part: Meter) -> Call[Fetched]:
            engine = self._engines[engine_of(URL(file.url or ""))]
            return self._loop.call(self._fetch(engine, file.id, file.url or "", part))

        return GroupFetch(
            files=self.claim.files,
            meter=meter,
            fetch=fetch,
            finish=lambda file, got: self._written(lambda: files.finish(file, attempt, got)),
            drop=lambda file, state, error: self._written(
                lambda: files.drop(file, attempt, state, error)
            ),
            forget=self._forget,
        )

    async def _forget(self, file: File) -> None:
        """Remove what was kept for another attempt at a file of a group."""
        engine = self._engines[engine_of(URL(file.url or ""))]
        await self._loop.call(engine.forget(file.id))

    async def _fetch(self, engine: Engine, job_id: UUID, url: str, meter: Meter) -> Fetched:
        """Have an engine do a job; on the engine loop, which may wait for a file."""
        task, sealed = self.claim.task, self.claim.sealed
        secrets = NO_SECRETS
        if sealed is not None:
            try:
                secrets = read_secrets(self._sealer.open(sealed, bound_to(task)))
            except KeyAway as error:
                raise FetchFailed(error.message, code=error.code, temporary=True) from error
        rewritten = await self._rewrite(url)
        if rewritten is not None:
            engine = self._engines[rewritten.engine]
            if not is_same_origin(url, rewritten.url):
                # All of them are for the origin of the task's URL, but the way there.
                secrets = Secrets(proxy_url=secrets.proxy_url)
        job = Job(
            task_id=job_id,
            url=rewritten.url if rewritten else url,
            place=self._place,
            meter=meter,
            options=task.options,
            secrets=secrets,
            rates=self._rates,
            previous=self.claim.previous,
            resolve=partial(self._resolve, url) if rewritten else None,
        )
        with structlog.contextvars.bound_contextvars(**self._about):
            return await engine.fetch(job)

    async def _resolve(self, url: str) -> str:
        """Return another URL of the same file, where the rewritten one has run out."""
        rewritten = await self._rewrite(url)
        return rewritten.url if rewritten else url

    async def _rewrite(self, url: str) -> Rewritten | None:
        """Ask whoever may know a better URL. They are on the loop of the API."""
        if self._rewriting is None or not self._rewriting.is_wanted:
            return None
        asked = self._rewriting.rewrite(self.claim.task, url)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, self._home))

    async def _ended(self) -> Task | None:
        """Wait for the engine; return the task as it is then, or None if it is not ours."""
        try:
            fetched = await self._call
        except asyncio.CancelledError:
            return await self._let_go()
        except Skipped as reason:
            return await self._skipped(reason)
        except ArgosyError as error:
            return await self._failed(error)
        return await self._completed(fetched)

    async def _let_go(self) -> Task | None:
        """Put the task back, if it is ours to put back."""
        meter = self.gauge.meter
        if self._stop in {Stop.CLOSING, Stop.GIVING_WAY}:
            return await self._written(lambda: self._claims.give_back(self.claim, meter))
        if (error := self._held_by) is None:
            return None
        failures = self.claim.task.failures
        if self._stop is Stop.FULL:
            return await self._given_up(error, failures)
        after = error.retry_after if isinstance(error, QuotaExceeded) else timedelta()
        return await self._written(
            lambda: self._claims.retry(self.claim, error, meter, failures=failures, after=after)
        )

    async def _skipped(self, reason: Skipped) -> Task | None:
        task = await self._written(lambda: self._claims.skip(self.claim, reason))
        if task is not None:
            self._left = task.state
            self._metrics.downloads.labels(result="skipped").inc()
            self._log.info("task.skipped", code=reason.code.value)
        return task

    async def _completed(self, fetched: Fetched) -> Task | None:
        task, self.following = await self._written(
            lambda: self._claims.complete_and_take(self.claim, fetched, self._free())
        )
        if task is not None:
            self._left = task.state
            self._metrics.downloads.labels(result="completed").inc()
            self._metrics.download_bytes.inc(fetched.size)
            tell_success(
                self._log, "task.completed", bytes=fetched.size, seconds=task.active_ms / 1000
            )
        return task

    async def _failed(self, error: ArgosyError) -> Task | None:
        """Write down what went wrong."""
        task, meter = self.claim.task, self.gauge.meter
        patience = task.options.patience
        tries = TRIES if patience.retries is None else patience.retries + 1
        failures, mark = count(task.failures, meter, began=task.received, mark=task.progress_mark)
        if not isinstance(error, FetchFailed) or not error.temporary:
            return await self._given_up(error, failures)
        if error.code in WAITED_OUT:
            failures = min(failures, max(1, tries - 1))
            if error.everywhere:
                self._hold(error)
        elif failures >= tries:
            return await self._given_up(error, failures)
        self._log.warning("task.failed", code=error.code.value, failures=failures)
        first = FIRST if patience.retry_interval is None else patience.retry_interval
        after = delay(failures, first=first, asked=error.retry_after)
        left = await self._written(
            lambda: self._claims.retry(
                self.claim, error, meter, failures=failures, mark=mark, after=after
            )
        )
        if left is not None:
            self._metrics.retries.inc()
        return left

    async def _given_up(self, error: ArgosyError, failures: int) -> Task | None:
        self._log.warning("task.failed", code=error.code.value, failures=failures)
        task = await self._written(lambda: self._claims.fail(self.claim, error))
        if task is not None:
            self._metrics.downloads.labels(result="failed").inc()
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
