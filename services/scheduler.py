"""Jobs that are done at their times, by one of all servers that have the database.

A job has a row that says when it is due next; whoever takes its lease does it. After a crash it
is done again once the lease has run out, so a job must be one that may be begun anew.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

import structlog

from services.clock import Clock
from services.errors import Unavailable
from services.store.rows import read_time
from services.store.store import Store, Transaction

LOOK_SECONDS = 1.0
LEASE = timedelta(minutes=1)
RENEW_SECONDS = 20.0  # while a job is done

ADD = """
    INSERT INTO schedules (name, next_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING
"""
# A rhythm that was changed while no server ran; what is due already stays due.
FIT = "UPDATE schedules SET next_at = ? WHERE name = ? AND next_at > ?"
PLAN = "UPDATE schedules SET next_at = ? WHERE name = ?"
DUE = """
    SELECT name FROM schedules
    WHERE next_at <= ? AND (lease_until IS NULL OR lease_until < ?)
"""
TAKE = """
    UPDATE schedules SET lease_until = ?
    WHERE name = ? AND next_at <= ? AND (lease_until IS NULL OR lease_until < ?)
    RETURNING name
"""
RELEASE = "UPDATE schedules SET lease_until = NULL WHERE name = ?"
RENEW = "UPDATE schedules SET lease_until = ? WHERE name = ?"
DONE = """
    UPDATE schedules SET next_at = ?, lease_until = NULL, last_at = ?, last_error = ?
    WHERE name = ?
"""

log = structlog.get_logger(__name__)


class Rhythm(ABC):
    """When something is done again."""

    @abstractmethod
    def after(self, at: datetime) -> datetime:
        """Return the first time after `at`."""

    def limit(self, at: datetime) -> datetime:
        """Return from when on a plan that is there at `at` cannot be this rhythm's, and is anew."""
        return self.after(at)


@dataclass(frozen=True, slots=True)
class Every(Rhythm):
    """Again and again, with this much time between."""

    pause: timedelta

    def after(self, at: datetime) -> datetime:
        return at + self.pause


@dataclass(frozen=True, slots=True)
class Daily(Rhythm):
    """Once a day, at this time by the clock of the server's machine."""

    at: time

    def after(self, at: datetime) -> datetime:
        local = at.astimezone()
        # Counted by the calendar, not in hours: a day in which the clocks change has 23 or 25.
        day = local.date() if local.time() < self.at else local.date() + timedelta(days=1)
        return datetime.combine(day, self.at).astimezone(at.tzinfo)

    def limit(self, at: datetime) -> datetime:
        return at  # what is not due yet is at this time of day, whatever it was before


@dataclass(frozen=True, slots=True)
class Job:
    """What is done, and when. `name` is the same in every version and on every server."""

    name: str
    rhythm: Rhythm
    do: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How things stand with a job. `last_error` is what was wrong the last time, if anything."""

    name: str
    next_at: datetime
    last_at: datetime | None
    last_error: str | None


class Scheduler:
    """Does jobs when they are due. They are added before `open`."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    def add(self, job: Job) -> None:
        """Have `job` done."""
        self._jobs[job.name] = job

    async def open(self) -> None:
        """Plan what is new, and start to look for what is due."""
        now = self._clock.now()
        jobs = self._jobs.values()
        new = [(job.name, job.rhythm.after(now)) for job in jobs]
        fitting = [(job.rhythm.after(now), job.name, job.rhythm.limit(now)) for job in jobs]

        async def write(transaction: Transaction) -> None:
            await transaction.execute_many(ADD, new)
            await transaction.execute_many(FIT, fitting)

        await self._store.write(write)
        self._loop = asyncio.create_task(self._look_forever(), name="scheduler")

    async def close(self) -> None:
        """Stop, and what is being done with it: it will be done again, here or elsewhere."""
        names = list(self._running)
        tasks = [*self._running.values(), *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop = None
        with suppress(Unavailable):
            for name in names:
                await self._execute(RELEASE, name)

    @property
    def is_well(self) -> bool:
        """Whether somebody looks for what is due."""
        return self._loop is not None and not self._loop.done()

    async def plans(self) -> list[Plan]:
        """Return how things stand with each job, by name."""
        rows = await self._store.fetch("SELECT * FROM schedules ORDER BY name")
        return [
            Plan(
                row["name"],
                read_time(row["next_at"]),
                None if row["last_at"] is None else read_time(row["last_at"]),
                row["last_error"],
            )
            for row in rows
            if row["name"] in self._jobs
        ]

    async def plan(self, name: str, rhythm: Rhythm) -> None:
        """Give a job another rhythm, from now on."""
        job = self._jobs[name]
        self._jobs[name] = Job(name, rhythm, job.do)
        await self._execute(PLAN, rhythm.after(self._clock.now()), name)

    async def hurry(self, name: str) -> None:
        """Have a job done now, wherever it is not being done."""
        await self._execute(PLAN, self._clock.now(), name)
        self._wake.set()

    async def look(self) -> None:
        """Begin what is due and done by nobody."""
        now = self._clock.now()
        for row in await self._store.fetch(DUE, now, now):
            job = self._jobs.get(row["name"])
            if job and job.name not in self._running and await self._take(job.name):
                task = asyncio.create_task(self._do(job), name=f"job {job.name}")
                self._running[job.name] = task
                task.add_done_callback(partial(self._forget, job.name))

    def _forget(self, name: str, _task: asyncio.Task[None]) -> None:
        self._running.pop(name, None)

    async def _look_forever(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.look()
            except Unavailable as error:
                log.warning("scheduler.cannot", reason=error.message)
            except Exception:
                log.exception("scheduler.crashed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()

    async def _take(self, name: str) -> bool:
        now = self._clock.now()

        async def write(transaction: Transaction) -> bool:
            return len(await transaction.fetch(TAKE, now + LEASE, name, now, now)) == 1

        return await self._store.write(write)

    async def _do(self, job: Job) -> None:
        renewing = asyncio.create_task(self._renew(job.name), name=f"lease of job {job.name}")
        error: str | None = None
        try:
            await job.do()
        except Exception as found:
            error = str(found) or type(found).__name__
            log.exception("scheduler.job_failed", job=job.name)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        now = self._clock.now()
        try:
            await self._execute(DONE, self._jobs[job.name].rhythm.after(now), now, error, job.name)
        except Unavailable as found:
            log.warning("scheduler.cannot", reason=found.message)  # it is done again

    async def _renew(self, name: str) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with suppress(Unavailable):
                await self._execute(RENEW, self._clock.now() + LEASE, name)

    async def _execute(self, statement: str, *values: object) -> None:
        async def write(transaction: Transaction) -> None:
            await transaction.execute(statement, *values)

        await self._store.write(write)
