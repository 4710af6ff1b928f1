"""Tasks that wait to be tried again wait no longer where somebody sets the clock back."""

from datetime import timedelta

import pytest

from services.access.identity import Identity
from services.engines.engine import Meter
from services.errors import ErrorCode, FetchFailed
from services.tasks.running.jumps import LEAST
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.integration.services.tasks.conftest import Worker

FAILURE = FetchFailed("It is away.", code=ErrorCode.CONNECTION_FAILED, temporary=True)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def fail(tasks: Tasks, owner: Identity, worker: Worker) -> None:
    """Have a task that is to be tried again in a minute."""
    await tasks.add(owner, ["https://example.com/a"])
    claims = worker("one")
    (claim,) = await claims.take(1)
    await claims.retry(claim, FAILURE, Meter(), failures=1, after=MINUTE)


@pytest.mark.parametrize("back", [HOUR, LEAST])
async def test_wait_stays_as_long_when_the_clock_goes_back(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock, back: timedelta
) -> None:
    one = worker("one")
    await fail(tasks, alice, worker)
    clock.set_ahead(-back)

    moved = await one.keep_time()

    assert moved
    assert await one.next_due() == clock.now() + MINUTE
    assert not await one.keep_time()


@pytest.mark.parametrize("ahead", [HOUR, -LEAST / 2], ids=["forward", "hardly"])
async def test_other_changes_of_the_clock_move_nothing(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock, ahead: timedelta
) -> None:
    one = worker("one")
    await fail(tasks, alice, worker)
    due = clock.now() + MINUTE
    clock.set_ahead(ahead)

    assert not await one.keep_time()
    assert await one.next_due() == due


async def test_what_has_failed_since_the_clock_went_back_keeps_its_time(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    one = worker("one")
    clock.set_ahead(-HOUR)
    await fail(tasks, alice, worker)

    assert await one.keep_time()
    assert await one.next_due() == clock.now() + MINUTE
