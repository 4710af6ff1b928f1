"""A database that fails is told as soon as it can be; nobody who tells of something fails."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from services.alerts.alerts import MOST_UNSAVED, Alerts
from services.alerts.issues import Level
from services.alerts.records import AlertState
from services.alerts.rules.database import DatabaseErrors
from services.alerts.watcher import Watcher
from services.errors import Unavailable
from services.metrics import Metrics
from services.store.choose import DATABASE
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.alerts.conftest import Watch
from tests.integration.services.alerts.reading import all_alerts, kinds_in, only_alert

MACHINE = "ithaca"
DISK = "disk.low"


@pytest.fixture
def rule(store: Store, clock: FakeClock) -> DatabaseErrors:
    return DatabaseErrors(MACHINE, store=store, clock=clock, most=3)


async def fail(store: Store, times: int) -> None:
    """Ask for what no database can do."""
    for _ in range(times):
        with suppress(Unavailable):
            await store.fetch("SELECT * FROM nowhere")


async def test_database_that_fails_often_is_told_and_quiet_restores_it(
    store: Store, clock: FakeClock, watch: Watch, rule: DatabaseErrors
) -> None:
    watcher = watch(rule)
    await fail(store, 2)
    await watcher.look()
    before = await all_alerts(store)
    await fail(store, 1)
    await watcher.look()
    raised = await only_alert(store)
    clock.advance(299)
    await watcher.look()
    early = await only_alert(store)
    clock.advance(1)
    await watcher.look()

    assert before == []
    assert (raised.level, raised.state) == (Level.CRITICAL, AlertState.OPEN)
    assert raised.details == {"failures": 3}
    assert early.state is AlertState.OPEN
    assert (await only_alert(store)).state is AlertState.RESTORED


async def test_failures_that_are_far_apart_are_not_told(
    store: Store, clock: FakeClock, watch: Watch, rule: DatabaseErrors
) -> None:
    watcher = watch(rule)
    for _ in range(5):
        await fail(store, 1)
        await watcher.look()
        clock.advance(150)

    assert await all_alerts(store) == []


async def test_one_failure_more_keeps_it_open(
    store: Store, clock: FakeClock, watch: Watch, rule: DatabaseErrors
) -> None:
    watcher = watch(rule)
    await fail(store, 3)
    await watcher.look()
    clock.advance(200)
    await fail(store, 1)
    await watcher.look()
    clock.advance(200)
    await watcher.look()

    assert (await only_alert(store)).state is AlertState.OPEN


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Have another process hold the database."""
    other = sqlite3.connect(folder / DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
async def impatient(sqlite: Store) -> Store:
    """A store that waits for nobody."""
    writer = sqlite._writer  # type: ignore[attr-defined]
    await writer.execute_query_dict("PRAGMA busy_timeout = 10")
    return sqlite


async def test_what_cannot_be_written_is_written_later(
    impatient: Store, clock: FakeClock, metrics: Metrics, tmp_path: Path
) -> None:
    alerts = Alerts(store=impatient, clock=clock, metrics=metrics)
    with locked(tmp_path):
        await alerts.report(DISK, "Almost full.", level=Level.WARNING)
        await alerts.report(DISK, "Full.", level=Level.CRITICAL)

    await alerts.settle()

    alert = await only_alert(impatient)
    assert (alert.message, alert.level) == ("Full.", Level.CRITICAL)
    await alerts.settle()
    assert (await only_alert(impatient)).occurrences == 1


async def test_what_is_well_before_it_could_be_written_is_not_told(
    impatient: Store, clock: FakeClock, metrics: Metrics, tmp_path: Path
) -> None:
    alerts = Alerts(store=impatient, clock=clock, metrics=metrics)
    with locked(tmp_path):
        await alerts.report(DISK, "Full.", level=Level.WARNING)
        await alerts.restore(DISK)

    await alerts.settle()

    assert await kinds_in(impatient) == []


async def test_what_is_well_while_the_database_fails_is_restored_later(
    impatient: Store, clock: FakeClock, metrics: Metrics, tmp_path: Path
) -> None:
    alerts = Alerts(store=impatient, clock=clock, metrics=metrics)
    await alerts.report(DISK, "Full.", level=Level.WARNING)
    with locked(tmp_path):
        await alerts.restore(DISK)

    await alerts.settle()

    assert await kinds_in(impatient) == ["alert.raised", "alert.restored"]


async def test_there_is_an_end_of_what_is_kept_in_memory(
    impatient: Store, clock: FakeClock, metrics: Metrics, tmp_path: Path
) -> None:
    alerts = Alerts(store=impatient, clock=clock, metrics=metrics)
    with locked(tmp_path):
        for n in range(MOST_UNSAVED + 1):
            await alerts.report(DISK, "Full.", level=Level.WARNING, subject=str(n))

    await alerts.settle()

    assert len(await all_alerts(impatient)) == MOST_UNSAVED


async def test_database_that_takes_nothing_is_told_when_it_takes_something(
    impatient: Store, clock: FakeClock, metrics: Metrics, tmp_path: Path
) -> None:
    alerts = Alerts(store=impatient, clock=clock, metrics=metrics)
    rule = DatabaseErrors(MACHINE, store=impatient, clock=clock, most=3)
    watcher = Watcher(alerts=alerts, store=impatient, clock=clock, rules=[rule], seconds=30)
    with locked(tmp_path):
        for n in range(3):
            await alerts.report(DISK, "Full.", level=Level.WARNING, subject=str(n))
        await watcher.look()

    await watcher.look()

    rules = [alert.rule for alert in await all_alerts(impatient)]
    assert rules.count("database.errors") == 1
    assert rules.count(DISK) == 3
