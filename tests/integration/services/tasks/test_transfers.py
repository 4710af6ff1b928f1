"""What came from where, with what, is counted with the sums of the day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched
from services.errors import ArgosyError, Forbidden, InvalidInput
from services.statistics.report import MOST_DAYS, Figures, Report
from services.statistics.totals import Statistics
from services.statistics.transfers import MOST_HOSTS, Amount, Source, add_transfers
from services.store.store import Store, Transaction
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock
from tests.integration.services.tasks.conftest import Worker

TODAY = START.date()
FAILURE = ArgosyError("No.")


@pytest.fixture
def report(store: Store, clock: FakeClock) -> Report:
    return Report(store=store, clock=clock)


class Ending:
    """Adds tasks and has them end at once."""

    def __init__(self, tasks: Tasks, worker: Worker, clock: FakeClock) -> None:
        self._tasks = tasks
        self._clock = clock
        self._claims = worker("one")

    async def well(self, owner: Identity, url: str, size: int) -> None:
        await self._tasks.add(owner, [url])
        (claim,) = await self._claims.take(1)
        self._clock.advance(2)
        await self._claims.complete(claim, Fetched("a", f"a/{claim.task.id}", size, None))

    async def badly(self, owner: Identity, url: str) -> None:
        await self._tasks.add(owner, [url])
        (claim,) = await self._claims.take(1)
        await self._claims.fail(claim, FAILURE)


@pytest.fixture
def end(tasks: Tasks, worker: Worker, clock: FakeClock) -> Ending:
    return Ending(tasks, worker, clock)


async def count(store: Store, whose: Identity, *sources: Source) -> None:
    async def write(transaction: Transaction) -> None:
        amounts = dict.fromkeys(sources, Amount(downloads=1, bytes=5))
        await add_transfers(transaction, whose.user_id, START, amounts)

    await store.write(write)


async def test_hosts_engines_days_and_users_have_their_sums(
    report: Report, end: Ending, clock: FakeClock, alice: Identity, admin: Identity
) -> None:
    await end.well(alice, "https://one.example/a", 100)
    await end.well(alice, "https://one.example/b", 50)
    await end.well(admin, "https://two.example/a", 10)
    await end.badly(alice, "https://two.example/b")
    clock.advance(86_400)
    await end.well(alice, "https://one.example/c", 1)

    span = report.span(admin, None, None, None)
    own = report.span(alice, None, None, None)

    one, two = Figures(3, 0, 151, 6000), Figures(1, 1, 10, 2000)
    assert await report.by_host(span, 5) == [("one.example", one), ("two.example", two)]
    assert await report.by_host(own, 1) == [("one.example", one)]
    assert await report.by_engine(span, 5) == [("http", Figures(4, 1, 161, 8000))]
    assert await report.by_user(admin, span, 5) == [
        (alice.user_id, "alice", Figures(3, 1, 151, 6000)),
        (admin.user_id, "admin", Figures(1, 0, 10, 2000)),
    ]
    assert await report.by_user(alice, own, 5) == []
    assert (await report.by_day(span))[-2:] == [
        (TODAY, Figures(3, 1, 160, 6000)),
        (TODAY + timedelta(days=1), Figures(1, 0, 1, 2000)),
    ]


async def test_sums_of_sources_are_those_of_the_day(
    report: Report, store: Store, clock: FakeClock, end: Ending, alice: Identity
) -> None:
    for number in range(4):
        await end.well(alice, f"https://{number % 2}.example/{number}", 10 * number)
    await end.badly(alice, "https://x.example/")

    totals = await Statistics(store=store, clock=clock).totals(alice)
    span = report.span(alice, None, None, None)
    hosts = [figures for _, figures in await report.by_host(span, 100)]

    assert sum(hosts, Figures()) == Figures(
        totals.downloads, totals.failures, totals.bytes, totals.milliseconds
    )


async def test_hosts_of_a_day_are_bounded(report: Report, store: Store, alice: Identity) -> None:
    hosts = [Source("http", f"{number:03}.example") for number in range(MOST_HOSTS + 20)]
    await count(store, alice, *hosts)
    await count(store, alice, hosts[0], hosts[-1], replace(hosts[0], engine="ftp"))
    await count(store, alice, Source("http", "x" * 300))

    rows = await store.fetch("SELECT host, SUM(downloads) AS n FROM transfers GROUP BY host")
    found = {row["host"]: int(row["n"]) for row in rows}

    assert len(found) == MOST_HOSTS + 1
    assert found[""] == 22
    assert found["000.example"] == 3
    assert await report.by_engine(report.span(alice, None, None, None), 5) == [
        ("http", Figures(MOST_HOSTS + 23, 0, 5 * (MOST_HOSTS + 23), 0)),
        ("ftp", Figures(1, 0, 5, 0)),
    ]


async def test_days_without_anything_are_there(report: Report, alice: Identity) -> None:
    span = report.span(alice, date(2026, 2, 27), date(2026, 3, 1), None)

    assert [day.isoformat() for day, _ in await report.by_day(span)] == [
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
    ]


async def test_days_that_make_no_sense_are_refused(report: Report, alice: Identity) -> None:
    with pytest.raises(InvalidInput) as backwards:
        report.span(alice, TODAY, TODAY - timedelta(days=1), None)
    with pytest.raises(InvalidInput) as many:
        report.span(alice, TODAY - timedelta(days=MOST_DAYS), TODAY, None)

    assert (backwards.value.field, many.value.field) == ("to", "from")
    assert len(report.span(alice, TODAY - timedelta(days=MOST_DAYS - 1), None, None).days) == 366
    assert report.span(alice, date.max, None, None).days == [date.max]
    assert report.span(alice, None, date.min, None).days == [date.min]


async def test_others_are_no_matter_of_a_user(
    report: Report, alice: Identity, admin: Identity
) -> None:
    with pytest.raises(Forbidden):
        report.span(alice, None, None, admin.user_id)

    assert report.span(admin, None, None, alice.user_id).whose == alice.user_id
    assert report.span(admin, None, None, None).whose is None
    assert report.span(alice, None, None, alice.user_id).whose == alice.user_id
