"""What rules see is raised, and restored when they see it no more."""

import asyncio
from collections.abc import Collection

import pytest

from services.alerts.alerts import Alerts
from services.alerts.issues import Level
from services.alerts.records import AlertState, Issue
from services.alerts.rules.rule import Found, MachinesRule, ServersRule
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.alerts.conftest import Watch
from tests.integration.services.alerts.reading import all_alerts, kinds_in, only_alert

MACHINE = "ithaca"


class Told(ServersRule):
    """A rule that sees what it is told to see."""

    name = "disk.low"

    def __init__(self, *subjects: str, every: float = 0) -> None:
        self.subjects: tuple[str, ...] | None = subjects
        self.every = every
        self.known: list[str] = []
        self.looked = 0

    async def look(self, known: Collection[str]) -> Found:
        self.looked += 1
        self.known = sorted(known)
        if self.subjects is None:
            return None
        return [Issue(self.name, "Full.", Level.WARNING, subject) for subject in self.subjects]


class ToldMachine(MachinesRule):
    """The same about a machine."""

    name = "disk.low"

    def __init__(self, machine: str, *parts: str) -> None:
        super().__init__(machine)
        self.parts = parts

    async def look(self, known: Collection[str]) -> Found:
        return [Issue(self.name, "Full.", Level.WARNING, self.subject(p)) for p in self.parts]


class Hanging(ServersRule):
    """A rule that never has an answer."""

    name = "memory.high"

    async def look(self, known: Collection[str]) -> Found:
        await asyncio.Event().wait()
        return []


class Broken(ServersRule):
    """A rule that has a fault."""

    name = "cpu.high"

    async def look(self, known: Collection[str]) -> Found:
        raise ZeroDivisionError


async def states(store: Store) -> dict[str, AlertState]:
    return {alert.subject: alert.state for alert in await all_alerts(store)}


async def test_what_a_rule_sees_no_more_is_restored(store: Store, watch: Watch) -> None:
    rule = Told("a", "b")
    watcher = watch(rule)
    await watcher.look()

    rule.subjects = ("b",)
    await watcher.look()

    assert rule.known == ["a", "b"]
    assert await states(store) == {"a": AlertState.RESTORED, "b": AlertState.OPEN}


async def test_what_nobody_can_tell_stays_as_it_is(store: Store, watch: Watch) -> None:
    rule = Told("a")
    watcher = watch(rule)
    await watcher.look()

    rule.subjects = None
    await watcher.look()

    assert (await only_alert(store)).state is AlertState.OPEN


async def test_restart_knows_what_was_wrong_before(store: Store, watch: Watch) -> None:
    await watch(Told("a")).look()

    rule = Told()
    await watch(rule).look()

    assert rule.known == ["a"]
    assert await kinds_in(store) == ["alert.raised", "alert.restored"]


async def test_rule_that_hangs_or_fails_stops_no_other(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.alerts.watcher.RULE_SECONDS", 0.01)

    await watch(Hanging(), Broken(), Told("a")).look()

    assert (await only_alert(store)).subject == "a"


async def test_rule_looks_no_more_often_than_it_wants(watch: Watch, clock: FakeClock) -> None:
    rule = Told(every=60)
    watcher = watch(rule)
    for _ in range(4):
        await watcher.look()
        clock.advance(30)

    assert rule.looked == 2


async def test_machines_leave_each_others_alerts_alone(store: Store, watch: Watch) -> None:
    await watch(ToldMachine(MACHINE, "data")).look()

    await watch(ToldMachine("sparta")).look()
    await watch(ToldMachine(f"{MACHINE}-2")).look()

    assert await states(store) == {f"{MACHINE} data": AlertState.OPEN}


async def test_alert_of_a_machine_that_is_gone_is_restored(
    store: Store, watch: Watch, clock: FakeClock
) -> None:
    await watch(ToldMachine(MACHINE, "data")).look()
    clock.advance(16 * 60)

    await watch(ToldMachine("sparta")).look()

    assert await states(store) == {f"{MACHINE} data": AlertState.RESTORED}


async def test_alert_of_a_machine_that_still_looks_stays(
    store: Store, watch: Watch, clock: FakeClock
) -> None:
    theirs, ours = watch(ToldMachine(MACHINE, "data")), watch(ToldMachine("sparta"))
    for _ in range(3):
        await theirs.look()
        clock.advance(10 * 60)
        await ours.look()

    assert await kinds_in(store) == ["alert.raised"]


async def test_alerts_that_other_parts_raised_are_left_alone(
    store: Store, alerts: Alerts, watch: Watch
) -> None:
    await alerts.report("backup.failed", "It failed.", level=Level.CRITICAL)

    await watch(Told(), ToldMachine(MACHINE)).look()

    assert (await only_alert(store)).state is AlertState.OPEN


async def test_watcher_looks_by_itself_until_it_is_closed(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = watch(Told("a"))
    watcher.seconds = 0.01
    await watcher.open()
    async with asyncio.timeout(10):
        while not await all_alerts(store):
            await asyncio.sleep(0.01)
    await watcher.close()

    assert watcher._loop is not None
    assert watcher._loop.done()
