"""What the tests of the log of events share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from services.access.identity import ALL_SCOPES, Identity, Role
from services.access.people.users import Users
from services.clock import Clock
from services.events.kinds import EventKind
from services.events.log import Bounds, EventLog
from services.events.tail import Tail
from services.ids import new_id
from services.metrics import Metrics
from services.remembered import Remembered
from services.store.store import NewEvent, Store, Transaction
from tests.fakes.clock import FakeClock

BOUNDS = Bounds(timedelta(days=7), 100_000)

Record = Callable[..., Awaitable[None]]


def log_over(store: Store, clock: Clock, bounds: Bounds = BOUNDS) -> EventLog:
    remembered = Remembered(store=store, clock=clock)
    return EventLog(store=store, remembered=remembered, clock=clock, bounds=bounds)


@asynccontextmanager
async def tailing(store: Store, events: EventLog) -> AsyncIterator[Tail]:
    """Give a tail that reads; it is the only one in this process."""
    tail = Tail(events=events, store=store, metrics=Metrics(version="test"))
    await tail.open()
    try:
        yield tail
    finally:
        await tail.close()


@pytest.fixture
async def alice(store: Store, clock: FakeClock) -> Identity:
    user = await Users(store=store, clock=clock).create("alice", Role.USER)
    return Identity(user.id, user.name, user.role, ALL_SCOPES)


@pytest.fixture
async def bob(store: Store, clock: FakeClock) -> Identity:
    user = await Users(store=store, clock=clock).create("bob", Role.USER)
    return Identity(user.id, user.name, user.role, ALL_SCOPES)


@pytest.fixture
async def admin(store: Store, clock: FakeClock) -> Identity:
    user = await Users(store=store, clock=clock).create("admin", Role.ADMIN)
    return Identity(user.id, user.name, user.role, ALL_SCOPES)


@pytest.fixture
async def events(store: Store, clock: FakeClock) -> EventLog:
    log = log_over(store, clock)
    await log.open()
    return log


@pytest.fixture
async def tail(store: Store, events: EventLog) -> AsyncIterator[Tail]:
    async with tailing(store, events) as tail:
        yield tail


@pytest.fixture
def record(store: Store, clock: FakeClock) -> Record:
    """Write events of somebody, all in one transaction."""

    async def write(
        owner: Identity,
        *task_ids: UUID,
        kind: EventKind = EventKind.TASK_ADDED,
        number: int = 1,
        data: dict[str, object] | None = None,
    ) -> None:
        now = clock.now()

        async def work(transaction: Transaction) -> None:
            for task_id in task_ids or [new_id() for _ in range(number)]:
                transaction.record(NewEvent(owner.user_id, task_id, kind.value, data or {}, now))

        await store.write(work)

    return write
