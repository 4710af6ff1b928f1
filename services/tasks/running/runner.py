"""The runner of an embedded installation: takes tasks that are due and has engines do them."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog

from services.access.quotas.quotas import Quotas
from services.clock import Clock
from services.engines.engine import Engine
from services.engines.loop import EngineLoop
from services.errors import FetchFailed, QuotaExceeded, Unavailable
from services.events.bus import Channel
from services.files.places import Place
from services.metrics import Metrics
from services.repetition import Repetitions
from services.sealing import Sealer
from services.tasks.changing.purge import Purge
from services.tasks.limits.allowances import Allowances
from services.tasks.limits.pauses import Pauses
from services.tasks.limits.speeds import Speeds
from services.tasks.records import Task, TaskProgress
from services.tasks.running.attempt import Attempt, Stop
from services.tasks.running.claim import Claim
from services.tasks.running.claims import Claims
from services.tasks.running.jobs import jobs_of
from services.tasks.running.rewriting import Rewriting
from services.tasks.states import TaskState

LOOK_SECONDS = 5.0  # between two looks for work that nobody told of
REPORT_SECONDS = 1.0
LEARN_SECONDS = 1.0
COUNT_SECONDS = 1.0  # between two looks at what quotas say of what runs
PURGE_SECONDS = 5.0  # between two looks for tasks whose removal is not regretted any more
WATCH_SECONDS = 1.0  # between two looks for tasks that another worker has lost
TIDY_SECONDS = 6 * 3600.0
KEPT = timedelta(days=7)  # what a failed task had fetched
AGAIN_SECONDS = 1.0  # after something went wrong
HOLD_SECONDS = 5.0  # between two looks whether a full disk has room again

log = structlog.get_logger(__name__)


class EmbeddedRunner:
    """Does tasks in this process. `open` starts it and `close` stops it without loss."""

    def __init__(
        self,
        *,
        claims: Claims,
        sealer: Sealer,
        speeds: Speeds,
        pauses: Pauses,
        purge: Purge,
        repetitions: Repetitions,
        allowances: Allowances,
        quotas: Quotas,
        has_room: Callable[[], bool],
        engines: Mapping[str, Engine],
        loop: EngineLoop,
        channel: Channel[TaskProgress],
        clock: Clock,
        metrics: Metrics,
        most: int,
        progress_seconds: float,
        rewriting: Rewriting | None = None,
    ) -> None:
        self._claims = claims
        self._sealer = sealer
        self._speeds = speeds
        self._pauses = pauses
        self._purge = purge
        self._repetitions = repetitions
        self._allowances = allowances
        self._quotas = quotas
        self._spent: Mapping[int, QuotaExceeded] = {}
        self._has_room = has_room
        self._obstacle: FetchFailed | None = None
        self._engines = engines
        self._loop = loop
        self._channel = channel
        self._clock = clock
        self._metrics = metrics
        self.most = most
        self.progress_seconds = progress_seconds
        self._rewriting = rewriting
        self._attempts: dict[UUID, Attempt] = {}
        self._is_closing = False
        self._wake = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._works: set[asyncio.Task[bool]] = set()
        self._failing: set[str] = set()

    async def open(self) -> None:
        """Put back what an earlier process left, and start; after `close`, start again."""
        self._is_closing = False
        self._failing.clear()
        self._spent = self._claims.spent = {}
        self._claims.open()
        if recovered := await self._claims.recover_own():
            log.info("tasks.recovered", count=len(recovered))
        await self._pauses.refresh()
        await self._sweep()
        self._loops = [
            asyncio.create_task(self._repeat(step), name=step.__name__)
            for step in (
                self._take_work,
                self._tell,
                self._report,
                self._learn,
                self._count,
                self._clear_away,
                self._watch,
                self._tidy,
            )
        ]

    async def close(self) -> None:
        """Stop: each running task goes back with all that it has fetched."""
        self._is_closing = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        for attempt in self._attempts.values():
            attempt.stop(Stop.CLOSING)
        while self._works:  # what follows one that has just ended is stopped as it begins
            await asyncio.gather(*self._works, return_exceptions=True)
        await self._guard(self._allowances.write(), "count")
        for engine in self._engines.values():
            await self._loop.call(engine.close())

    def wake(self) -> None:
        self._wake.set()

    def stop(self, task: Task) -> None:
        """Stop working on a task that is no longer to be done, and keep what there is of it."""
        if attempt := self._attempts.get(task.id):
            attempt.stop(Stop.LOST)

    def drop(self, task: Task) -> None:
        if task.id in self._attempts:
            self.stop(task)
        else:
            self._start(self._discard(task), "removal")

    def give_way(self, task_id: UUID) -> None:
        """Put a running task back, with all that it has: it begins again with what is new."""
        if attempt := self._attempts.get(task_id):
            attempt.stop(Stop.GIVING_WAY)

    def obey_pauses(self) -> None:
        """Put back what runs though its queue is paused, and look for work in the others."""
        for attempt in self._attempts.values():
            if self._pauses.hold(attempt.claim.task.owner_id):
                attempt.stop(Stop.GIVING_WAY)
        self.wake()

    def live(self, task_id: UUID) -> TaskProgress | None:
        attempt = self._attempts.get(task_id)
        return attempt.gauge.read() if attempt is not None and not attempt.is_stopping else None

    def speed(self, owner_id: int) -> int:
        """Return how fast all tasks of a user go that run here, in bytes a second."""
        mine = [a for a in self._attempts.values() if a.claim.task.owner_id == owner_id]
        return sum(attempt.gauge.read().speed for attempt in mine if not attempt.is_stopping)

    @property
    def is_well(self) -> bool:
        """Whether everything that should run does, and did not fail the last time."""
        running = bool(self._loops) and not any(loop.done() for loop in self._loops)
        return running and not self._failing

    @property
    def obstacle(self) -> str | None:
        """What keeps every task from going on: a full disk. None where nothing does."""
        return self._obstacle.message if self._obstacle else None

    @property
    def running(self) -> int:
        """How many tasks are being done."""
        return len(self._attempts)

    async def _repeat(self, step: Callable[[], Coroutine[None, None, None]]) -> None:
        """Do `step` for ever: the runner must outlive whatever goes wrong in it."""
        name = step.__name__.removeprefix("_")
        while True:
            if await self._guard(step(), name):
                self._failing.discard(name)
            else:
                self._failing.add(name)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _take_work(self) -> None:
        if self._obstacle is not None:
            await asyncio.sleep(HOLD_SECONDS)
            if not await asyncio.to_thread(self._has_room):
                return
            self._obstacle = None
            log.info("runner.has_room")
        self._wake.clear()
        wait = await self._fill()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    async def _fill(self) -> float:
        """Start as many tasks as may run, and return for how many seconds none is due."""
        free = self.most - len(self._attempts)
        if free <= 0:
            return LOOK_SECONDS
        for claim in await self._claims.take(free):
            self._begin(claim)
        if len(self._attempts) >= self.most:
            return LOOK_SECONDS
        due = await self._claims.next_due()
        if due is None:
            return LOOK_SECONDS
        return min(LOOK_SECONDS, max(0.05, (due - self._clock.now()).total_seconds()))

    def _begin(self, claim: Claim) -> None:
        attempt = Attempt(
            claim=claim,
            engines=self._engines,
            loop=self._loop,
            claims=self._claims,
            sealer=self._sealer,
            rates=self._speeds.begin(claim.task),
            hold=self._hold,
            free=self._free_after_one,
            clock=self._clock,
            metrics=self._metrics,
            rewriting=self._rewriting,
        )
        if self._is_closing:
            attempt.stop(Stop.CLOSING)
        elif self._obstacle is not None:  # met while this was being claimed
            attempt.stop(Stop.HELD, self._obstacle)
        elif self._pauses.hold(claim.task.owner_id):
            attempt.stop(Stop.GIVING_WAY)
        elif spent := self._spent.get(claim.task.owner_id):
            attempt.stop(Stop.SPENT, spent)
        self._attempts[claim.task.id] = attempt
        self._claims.busy.add(claim.task.id)
        self._channel.publish(claim.task.id, TaskProgress.of(claim.task))
        self._start(self._see_through(attempt), f"attempt at {claim.task.id}")

    async def _see_through(self, attempt: Attempt) -> None:
        task_id = attempt.claim.task.id
        try:
            task = await attempt.run()
        finally:
            del self._attempts[task_id]
            self._speeds.end(task_id)
            for claim in attempt.following:
                self._begin(claim)
            if not attempt.following:
                self._wake.set()
        if task is not None:
            self._channel.publish(task_id, TaskProgress.of(task))
        try:
            await attempt.clean_up()
        finally:
            self._claims.busy.discard(task_id)
            if attempt.is_stopping:  # it may be wanted again already
                self._wake.set()

    def _free_after_one(self) -> int:
        """Return how many tasks may begin in the place of one that has ended."""
        return 0 if self._is_closing or self._obstacle is not None else 1

    def _hold(self, obstacle: FetchFailed) -> None:
        """Stop everything until there is room: no other task would fare better."""
        if self._obstacle is not None:
            return
        self._obstacle = obstacle
        log.warning("runner.holds", reason=obstacle.message)
        for attempt in self._attempts.values():
            attempt.stop(Stop.HELD, obstacle)

    async def _tell(self) -> None:
        await asyncio.sleep(self.progress_seconds)
        for task_id, attempt in self._attempts.items():
            attempt.gauge.measure()
            if not attempt.is_stopping and (news := attempt.gauge.news()):
                self._channel.publish(task_id, news)

    async def _report(self) -> None:
        await asyncio.sleep(REPORT_SECONDS)
        attempts = list(self._attempts.values())
        if not attempts:
            return
        held = await self._claims.report([(a.claim, a.gauge.meter) for a in attempts])
        for attempt in attempts:
            if attempt.claim.task.id not in held and attempt.is_fetching:
                attempt.stop(Stop.LOST)

    async def _learn(self) -> None:
        """Learn what hour it is, and what another server on this database was told."""
        await asyncio.sleep(LEARN_SECONDS)
        self._speeds.keep_time()
        await self._speeds.refresh()
        known = self._pauses.is_server_paused, self._pauses.users
        await self._pauses.refresh()
        if known != (self._pauses.is_server_paused, self._pauses.users):
            self.obey_pauses()

    async def _count(self) -> None:
        """Count what comes in, and stop what there is no quota for."""
        await asyncio.sleep(COUNT_SECONDS)
        verdict = await self._allowances.look(
            lambda: [(a.claim, a.gauge.meter) for a in self._attempts.values() if a.is_fetching]
        )
        has_ended = self._spent.keys() - verdict.spent.keys()
        self._spent = self._claims.spent = verdict.spent
        for attempt in self._attempts.values():
            if spent := verdict.spent.get(attempt.claim.task.owner_id):
                attempt.stop(Stop.SPENT, spent)
        for claim, full in verdict.full:
            if has := self._attempts.get(claim.task.id):
                has.stop(Stop.FULL, full)
        if has_ended:
            self.wake()

    async def _clear_away(self) -> None:
        """Make an end of what was removed."""
        await asyncio.sleep(PURGE_SECONDS)
        await self._purge.run(self._discard_parts)

    async def _discard_parts(self, task: Task, owner: str) -> None:
        for engine, job_id in await jobs_of(task, self._engines, self._claims.files):
            await self._loop.call(engine.discard(job_id, Place.of(owner, task.folder)))

    async def _watch(self) -> None:
        """Look after tasks that another worker has lost, and at the clock."""
        await asyncio.sleep(WATCH_SECONDS)
        recovered = await self._claims.recover_expired(self._attempts.keys())
        if recovered:
            log.info("tasks.recovered", count=len(recovered))
        if await self._claims.keep_time() or recovered:
            self.wake()

    async def _tidy(self) -> None:
        await asyncio.sleep(TIDY_SECONDS)
        await self._repetitions.sweep()
        await self._quotas.recount()
        await self._sweep()

    async def _sweep(self) -> None:
        """Remove what engines kept for tasks that nobody will attempt again."""
        for engine in self._engines.values():
            leftovers = await self._loop.call(engine.leftovers())
            known = await self._claims.look_up(leftovers)
            for task_id in leftovers:
                work = self._remove(engine, task_id, *known.get(task_id, (None, "")))
                await self._guard(work, f"removal of {task_id}")

    async def _remove(self, engine: Engine, task_id: UUID, task: Task | None, owner: str) -> None:
        if task is None or task.state in {TaskState.COMPLETED, TaskState.SKIPPED}:
            await self._loop.call(engine.forget(task_id))
        elif task.state is TaskState.CANCELLED or self._is_long_failed(task):
            await self._loop.call(engine.discard(task_id, Place.of(owner, task.folder)))

    def _is_long_failed(self, task: Task) -> bool:
        if task.state is not TaskState.FAILED or task.finished_at is None:
            return False
        return task.finished_at < self._clock.now() - KEPT

    async def _discard(self, task: Task) -> None:
        """Remove what there is of a task that is cancelled, unless it is wanted again."""
        self._claims.busy.add(task.id)
        try:
            found, owner = (await self._claims.look_up([task.id])).get(task.id, (None, ""))
            if found is not None and found.state is TaskState.CANCELLED:
                await self._discard_parts(found, owner)
        finally:
            self._claims.busy.discard(task.id)
            self._wake.set()

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(self._guard(work, name), name=name)
        self._works.add(task)
        task.add_done_callback(self._works.discard)

    async def _guard(self, work: Coroutine[None, None, None], name: str) -> bool:
        """Do `work` and return whether it went well; if not, that is logged and counted."""
        try:
            await work
        except Unavailable as error:
            log.error("runner.cannot", step=name, reason=error.message)  # noqa: TRY400
        except Exception:
            log.exception("runner.crashed", step=name)
        else:
            return True
        self._metrics.runner_failures.inc()
        return False
