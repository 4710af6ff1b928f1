"""What is wrong is raised once, and restored when its cause is gone."""

import asyncio
from datetime import timedelta

from services.alerts.alerts import Alerts
from services.alerts.issues import Level
from services.alerts.records import AlertState
from services.ids import ALERT, show
from services.metrics import Metrics
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.alerts.reading import (
    all_alerts,
    events_in,
    kinds_in,
    only_alert,
)

DISK = "disk.low"


async def test_what_is_wrong_is_raised_with_its_event(
    store: Store, alerts: Alerts, clock: FakeClock
) -> None:
    await alerts.report(DISK, "Almost full.", level=Level.WARNING, subject="/d", details={"n": 1})

    alert = await only_alert(store)
    (event,) = await events_in(store)
    assert (alert.rule, alert.subject, alert.message) == (DISK, "/d", "Almost full.")
    assert (alert.level, alert.state, alert.details) == (Level.WARNING, AlertState.OPEN, {"n": 1})
    assert (alert.raised_at, alert.owner_id) == (clock.now(), None)
    assert (event.kind.value, event.owner_id, event.task_id) == ("alert.raised", None, None)
    assert event.data == {
        "alert": show(ALERT, alert.id),
        "rule": DISK,
        "subject": "/d",
        "level": "warning",
        "message": "Almost full.",
    }


async def test_what_is_known_is_counted_and_not_told_again(
    store: Store, alerts: Alerts, clock: FakeClock
) -> None:
    await alerts.report(DISK, "10 MiB free.", level=Level.WARNING)
    clock.advance(60)
    await alerts.report(DISK, "9 MiB free.", level=Level.WARNING)

    alert = await only_alert(store)
    assert (alert.occurrences, alert.message) == (2, "9 MiB free.")
    assert alert.seen_at - alert.raised_at == timedelta(minutes=1)
    assert await kinds_in(store) == ["alert.raised"]


async def test_what_gets_worse_is_told_again(store: Store, alerts: Alerts) -> None:
    for level in (Level.WARNING, Level.CRITICAL, Level.WARNING, Level.CRITICAL):
        await alerts.report(DISK, "Full.", level=level)

    assert (await only_alert(store)).level is Level.CRITICAL
    assert [event.data["level"] for event in await events_in(store)] == ["warning", "critical"]


async def test_what_is_well_again_is_restored(
    store: Store, alerts: Alerts, clock: FakeClock
) -> None:
    await alerts.report(DISK, "Full.", level=Level.WARNING)
    clock.advance(60)
    await alerts.restore(DISK)

    alert = await only_alert(store)
    assert (alert.state, alert.restored_at) == (AlertState.RESTORED, clock.now())
    assert await kinds_in(store) == ["alert.raised", "alert.restored"]


async def test_what_comes_back_is_another_alert(store: Store, alerts: Alerts) -> None:
    await alerts.report(DISK, "Full.", level=Level.WARNING)
    await alerts.restore(DISK)
    await alerts.report(DISK, "Full.", level=Level.WARNING)

    states = [alert.state for alert in await all_alerts(store)]
    assert states == [AlertState.RESTORED, AlertState.OPEN]


async def test_what_was_never_wrong_may_be_restored(store: Store, alerts: Alerts) -> None:
    await alerts.restore(DISK)

    assert await kinds_in(store) == []


async def test_subjects_are_apart(store: Store, alerts: Alerts) -> None:
    for subject in ("a", "b"):
        await alerts.report(DISK, "Full.", level=Level.WARNING, subject=subject)
    await alerts.restore(DISK, "a")

    assert {a.subject: a.state for a in await all_alerts(store)} == {
        "a": AlertState.RESTORED,
        "b": AlertState.OPEN,
    }


async def test_long_subjects_that_end_differently_are_apart(store: Store, alerts: Alerts) -> None:
    for end in ("a", "b"):
        await alerts.report(DISK, "Full.", level=Level.WARNING, subject="x" * 200 + end)
    await alerts.restore(DISK, "x" * 200 + "a")

    first, second = await all_alerts(store)
    assert (first.state, second.state) == (AlertState.RESTORED, AlertState.OPEN)
    assert len(first.subject) == 128


async def test_two_servers_raise_it_once(store: Store, clock: FakeClock, metrics: Metrics) -> None:
    servers = [Alerts(store=store, clock=clock, metrics=metrics) for _ in range(8)]

    await asyncio.gather(*(s.report(DISK, "Full.", level=Level.WARNING) for s in servers))

    assert (await only_alert(store)).occurrences == 8
    assert await kinds_in(store) == ["alert.raised"]


async def test_two_servers_restore_it_once(
    store: Store, alerts: Alerts, clock: FakeClock, metrics: Metrics
) -> None:
    await alerts.report(DISK, "Full.", level=Level.WARNING)
    servers = [Alerts(store=store, clock=clock, metrics=metrics) for _ in range(8)]

    await asyncio.gather(*(server.restore(DISK) for server in servers))

    assert await kinds_in(store) == ["alert.raised", "alert.restored"]


async def test_nothing_is_raised_for_a_user_who_is_gone(store: Store, alerts: Alerts) -> None:
    await alerts.report("webhook.failing", "It fails.", level=Level.WARNING, owner_id=4711)

    assert await all_alerts(store) == []


async def test_details_that_are_too_large_are_left_away(store: Store, alerts: Alerts) -> None:
    await alerts.report(DISK, "Full.", level=Level.INFO, details={"text": "x" * 5000})

    assert (await only_alert(store)).details == {}


async def test_signs_that_terminals_obey_are_taken_away(store: Store, alerts: Alerts) -> None:
    await alerts.report(DISK, "Full\x1b[31m.", level=Level.INFO, details={"a": "\x1b"})

    alert = await only_alert(store)
    assert (alert.message, alert.details) == ("Full[31m.", {"a": ""})
