"""A worker that lost its task, and comes back, changes nothing."""

from datetime import timedelta

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched, Meter
from services.errors import ArgosyError
from services.store.store import Store
from services.tasks.records import Task
from services.tasks.running.claims import LEASE, Claim
from services.tasks.running.leases import STILL
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.integration.services.tasks.conftest import Worker

FETCHED = Fetched("got.zip", "alice/got.zip", 5000, "ab" * 32)
SECOND = timedelta(seconds=1)
METER = Meter(received=9, total=10, name="late.zip")


@pytest.fixture
async def lost(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> tuple[Claim, Claim]:
    """A claim that another worker has recovered and made anew, and the new one."""
    await tasks.add(alice, ["https://example.com/a"])
    (old,) = await worker("one").take(1)
    clock.advance(LEASE.total_seconds() + 1)
    two = worker("two")
    await two.recover_expired()
    clock.advance(STILL.total_seconds())
    await two.recover_expired()
    (new,) = await two.take(1)
    return old, new


async def everything(store: Store) -> list[object]:
    """Return all that there is of tasks, files, events and sums."""
    return [
        [tuple(dict(row).values()) for row in await store.fetch(statement)]
        for statement in (
            "SELECT * FROM tasks",
            "SELECT * FROM files",
            "SELECT * FROM events",
            "SELECT * FROM statistics",
        )
    ]


@pytest.mark.parametrize("write", ["complete", "fail", "retry", "give_back"])
async def test_old_attempt_changes_nothing(
    worker: Worker, lost: tuple[Claim, Claim], store: Store, write: str
) -> None:
    old, _ = lost
    claims = worker("one")
    before = await everything(store)
    error = ArgosyError("Too late.")

    result: Task | None
    match write:
        case "complete":
            result = await claims.complete(old, FETCHED)
        case "fail":
            result = await claims.fail(old, error)
        case "retry":
            result = await claims.retry(old, error, METER, failures=1, after=SECOND)
        case _:
            result = await claims.give_back(old, METER)

    assert result is None
    assert await everything(store) == before


async def test_report_of_an_old_attempt_changes_nothing(
    worker: Worker, lost: tuple[Claim, Claim], store: Store
) -> None:
    old, _ = lost
    before = await everything(store)

    held = await worker("one").report([(old, METER)])

    assert held == set()
    assert await everything(store) == before


async def test_old_attempt_of_the_same_worker_changes_nothing(
    worker: Worker, lost: tuple[Claim, Claim], store: Store
) -> None:
    old, _ = lost
    before = await everything(store)

    results = [
        await worker("two").complete(old, FETCHED),
        await worker("two").report([(old, METER)]),
    ]

    assert results == [None, set()]
    assert await everything(store) == before


async def test_new_attempt_is_heard(worker: Worker, lost: tuple[Claim, Claim]) -> None:
    _, new = lost

    task = await worker("two").complete(new, FETCHED)

    assert task is not None
    assert (task.state, task.attempt) == (TaskState.COMPLETED, 2)
