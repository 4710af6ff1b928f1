"""A runner with all that it needs, and ways to see what it does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from services.access.identity import Identity
from services.access.quotas.quotas import Quotas
from services.access.quotas.tiers import Tiers
from services.engines.loop import EngineLoop
from services.events.bus import Channel
from services.metrics import Metrics
from services.outgoing.addresses import AddressPolicy
from services.remembered import Remembered
from services.repetition import Repetitions
from services.sealing import Sealer
from services.store.store import Store
from services.tasks.adding.duplicates import Duplicates
from services.tasks.adding.orders import Orders
from services.tasks.changing.changes import Changes
from services.tasks.changing.purge import Purge
from services.tasks.limits.allowances import Allowances
from services.tasks.limits.pauses import Pauses
from services.tasks.limits.speeds import Speeds
from services.tasks.records import Task, TaskProgress
from services.tasks.running.claims import Claims
from services.tasks.running.runner import EmbeddedRunner
from services.tasks.running.turns import Limits, Turns
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from services.webhooks.callbacks import Callbacks
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeEngine

MOST = 2
UNLIMITED = Limits(user=1000, host=1000)


@dataclass
class Room:
    """Whether the disk has room, by the word of a test."""

    is_there: bool = True
    asked: int = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.is_there


@dataclass(frozen=True, slots=True)
class Running:
    """An open runner, and the tasks that it does."""

    runner: EmbeddedRunner
    tasks: Tasks
    changes: Changes
    claims: Claims
    engine: FakeEngine
    metrics: Metrics
    clock: FakeClock
    speeds: Speeds
    room: Room
    pauses: Pauses
    quotas: Quotas

    async def add(self, owner: Identity, *urls: str) -> list[Task]:
        return await self.tasks.add(owner, urls)

    async def end(self, owner: Identity, task: Task) -> TaskProgress:
        """Return the last word on a task; when it waits to be tried again, let it be due."""
        return (await self.course(owner, task))[-1]

    async def course(self, owner: Identity, task: Task) -> list[TaskProgress]:
        """Return what is said of a task to its end, each state and failure once."""
        said: list[TaskProgress] = []
        async for progress in self.tasks.follow(owner, task.id):
            if not said or said[-1].revision != progress.revision:
                said.append(progress)
            if progress.state is TaskState.RETRYING:
                self.clock.advance(1000)
                self.runner.wake()
        return said

    def count(self, name: str, **labels: str) -> float | None:
        """Return the value of a metric."""
        return self.metrics.registry.get_sample_value(name, labels)


@asynccontextmanager
async def running(
    store: Store,
    clock: FakeClock,
    folder: Path,
    engine: FakeEngine,
    *,
    limits: Limits = UNLIMITED,
    most: int = MOST,
    tiers: Tiers | None = None,
) -> AsyncIterator[Running]:
    """Give a runner that is open; `folder` is its data folder."""
    loop = EngineLoop()
    loop.start()
    channel: Channel[TaskProgress] = Channel()
    metrics = Metrics(version="test")
    remembered = Remembered(store=store, clock=clock)
    pauses = Pauses(remembered=remembered)
    claims = Claims(store=store, clock=clock, data_dir=folder, turns=Turns(limits), pauses=pauses)
    sealer = Sealer(folder / "secret.key")
    speeds = Speeds(store=store, remembered=remembered, clock=clock)
    await speeds.refresh()
    room = Room()
    tiers = tiers or Tiers()
    quotas = Quotas(store=store, clock=clock, tiers=tiers)
    runner = EmbeddedRunner(
        claims=claims,
        sealer=sealer,
        speeds=speeds,
        pauses=pauses,
        purge=Purge(store=store, clock=clock, root=folder / "downloads"),
        repetitions=Repetitions(store=store, clock=clock),
        allowances=Allowances(store=store, clock=clock, tiers=tiers, speeds=speeds),
        quotas=quotas,
        has_room=room,
        engines={engine.name: engine},
        loop=loop,
        channel=channel,
        clock=clock,
        metrics=metrics,
        most=most,
        progress_seconds=0.01,
    )
    tasks = Tasks(
        store=store,
        clock=clock,
        orders=Orders(policy=AddressPolicy(), engines=("http",)),
        channel=channel,
        runner=runner,
        sealer=sealer,
        duplicates=Duplicates(store=store, root=folder / "downloads"),
        quotas=quotas,
        callbacks=Callbacks(store=store, clock=clock, policy=AddressPolicy(), sealer=sealer),
    )
    changes = Changes(store=store, clock=clock, channel=channel, runner=runner, quotas=quotas)
    await runner.open()
    try:
        yield Running(
            *(runner, tasks, changes, claims, engine, metrics, clock, speeds, room, pauses, quotas)
        )
    finally:
        await runner.close()
        await loop.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Let everybody else run until `condition` holds."""
    while not condition():
        await asyncio.sleep(0)
