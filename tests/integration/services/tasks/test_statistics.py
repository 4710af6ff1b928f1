"""The sums equal what happened."""

from datetime import timedelta

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched, Meter
from services.errors import ArgosyError
from services.statistics.totals import Downloader, Statistics, Totals
from services.store.store import Store
from services.tasks.changing.changes import Changes
from services.tasks.running.leases import STILL
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.integration.services.tasks.conftest import Worker

NOTHING = Totals(downloads=0, today=0, failures=0, bytes=0, milliseconds=0)
DAY = 86_400
FAILURE = ArgosyError("No.")


@pytest.fixture
def statistics(store: Store, clock: FakeClock) -> Statistics:
    return Statistics(store=store, clock=clock)


@pytest.fixture
def end(tasks: Tasks, worker: Worker, clock: FakeClock) -> "Ending":
    return Ending(tasks, worker, clock)


class Ending:
    """Adds tasks and has them end at once."""

    def __init__(self, tasks: Tasks, worker: Worker, clock: FakeClock) -> None:
        self._tasks = tasks
        self._clock = clock
        self._claims = worker("one")

    async def well(self, owner: Identity, size: int, seconds: float = 1) -> None:
        await self._tasks.add(owner, ["https://example.com/a"])
        (claim,) = await self._claims.take(1)
        fetched = Fetched("a", "alice/a", size, "ab" * 32)
        self._clock.advance(seconds)
        await self._claims.complete(claim, fetched)

    async def badly(self, owner: Identity) -> None:
        await self._tasks.add(owner, ["https://example.com/a"])
        (claim,) = await self._claims.take(1)
        await self._claims.fail(claim, FAILURE)


async def test_nothing_has_happened_yet(
    statistics: Statistics, alice: Identity, admin: Identity
) -> None:
    totals = [await statistics.totals(who) for who in (alice, admin)]

    assert totals == [NOTHING, NOTHING]
    assert await statistics.server_totals() == NOTHING
    assert await statistics.top_downloaders(admin) == []


async def test_sums_are_those_of_what_ended(
    statistics: Statistics, end: Ending, alice: Identity, bob: Identity, admin: Identity
) -> None:
    await end.well(alice, 1_000_000, 2)
    await end.well(alice, 2_000_000, 0.5)
    await end.badly(alice)
    await end.well(bob, 500, 1)

    alices = Totals(downloads=2, today=2, failures=1, bytes=3_000_000, milliseconds=2500)
    everybodys = Totals(downloads=3, today=3, failures=1, bytes=3_000_500, milliseconds=3500)
    assert await statistics.totals(alice) == alices
    assert alices.average_speed == 1_200_000
    assert await statistics.totals(admin) == everybodys
    assert await statistics.server_totals() == everybodys


async def test_today_begins_at_midnight_in_utc(
    statistics: Statistics, end: Ending, alice: Identity, clock: FakeClock
) -> None:
    await end.well(alice, 1)
    clock.advance(DAY / 2 - 3)  # the second download takes a second, then it is one to midnight
    await end.well(alice, 1)
    before = await statistics.totals(alice)
    clock.advance(1)
    at_midnight = await statistics.totals(alice)
    await end.well(alice, 1)

    after = await statistics.totals(alice)

    assert [(t.downloads, t.today) for t in (before, at_midnight, after)] == [
        (2, 2),
        (2, 0),
        (3, 1),
    ]


async def test_time_is_that_of_all_attempts_without_the_waits(
    statistics: Statistics, tasks: Tasks, worker: Worker, alice: Identity, clock: FakeClock
) -> None:
    claims = worker("one")
    await tasks.add(alice, ["https://example.com/a"])
    (first,) = await claims.take(1)
    clock.advance(2)
    await claims.retry(first, FAILURE, Meter(received=5), failures=1, after=timedelta(seconds=9))
    clock.advance(100)
    (second,) = await claims.take(1)
    clock.advance(3)
    await claims.give_back(second, Meter(received=7))
    (third,) = await claims.take(1)
    clock.advance(4)
    await claims.report([(third, Meter(received=8))])
    clock.advance(50)  # the process died after its last report
    two = worker("two")
    await two.recover_expired()
    clock.advance(STILL.total_seconds())
    await two.recover_expired()
    (fourth,) = await two.take(1)
    clock.advance(1)
    await worker("two").complete(fourth, Fetched("a", "alice/a", 10, "ab" * 32))

    assert (await statistics.totals(alice)).milliseconds == 10_000


async def test_no_time_is_still_a_millisecond(
    statistics: Statistics, end: Ending, alice: Identity
) -> None:
    await end.well(alice, 5, 0)

    assert (await statistics.totals(alice)).milliseconds == 1


async def test_sizes_beyond_32_bits_are_exact(
    statistics: Statistics, end: Ending, alice: Identity
) -> None:
    for _ in range(3):
        await end.well(alice, 2**53 + 1)

    assert (await statistics.totals(alice)).bytes == 3 * (2**53 + 1)


async def test_given_back_and_cancelled_tasks_do_not_count(
    statistics: Statistics, tasks: Tasks, changes: Changes, worker: Worker, alice: Identity
) -> None:
    await tasks.add(alice, ["https://example.com/a", "https://example.com/b"])
    claims = worker("one")
    returned, retried = await claims.take(2)
    await claims.give_back(returned, Meter(received=5))
    after = timedelta(seconds=1)
    await claims.retry(retried, FAILURE, Meter(received=5), failures=1, after=after)
    await changes.cancel(alice, [str(returned.task.id)])

    assert await statistics.totals(alice) == NOTHING


async def test_who_downloaded_most_comes_first(
    statistics: Statistics, end: Ending, alice: Identity, bob: Identity, admin: Identity
) -> None:
    await end.well(admin, 1)
    await end.well(alice, 10)
    await end.well(bob, 1)
    await end.well(bob, 1)

    assert await statistics.top_downloaders(admin) == [
        Downloader(bob.user_id, "bob", 2, 2),
        Downloader(alice.user_id, "alice", 1, 10),
        Downloader(admin.user_id, "admin", 1, 1),
    ]


async def test_who_downloaded_most_is_for_administrators(
    statistics: Statistics, end: Ending, alice: Identity, bob: Identity
) -> None:
    await end.well(alice, 10)
    await end.well(bob, 20)

    assert await statistics.top_downloaders(alice) == []


async def test_who_only_failed_is_not_among_the_top(
    statistics: Statistics, end: Ending, alice: Identity, admin: Identity
) -> None:
    await end.badly(alice)

    assert await statistics.top_downloaders(admin) == []
