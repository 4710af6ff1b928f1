"""Each rule that watches the machine is raised by its real condition, and restored without it."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import psutil
import pytest

from services.alerts.issues import Level
from services.alerts.records import Alert, AlertState
from services.alerts.rules.clock import ClockJumps
from services.alerts.rules.disk import DiskLow, Folder
from services.alerts.rules.load import CpuHigh, MemoryHigh
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.alerts.conftest import Watch
from tests.integration.services.alerts.reading import all_alerts, only_alert
from tests.needs import needs_small_disk

MACHINE = "ithaca"
DISK = 16 << 20
AFTER = timedelta(minutes=5)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with needs_small_disk(tmp_path / "disk", DISK):
        yield tmp_path / "disk"


def fill(folder: Path, leave: int) -> Path:
    """Take all room but so much, and return what takes it."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bfree * os.statvfs(folder).f_frsize
    ballast.write_bytes(bytes(free - leave))
    return ballast


def low(path: Path, *, least: int = DISK // 4) -> DiskLow:
    return DiskLow(MACHINE, [Folder("downloads", path)], least=least, share=1)


async def test_disk_that_fills_is_told_and_room_restores_it(
    store: Store, watch: Watch, disk: Path
) -> None:
    watcher = watch(low(disk))
    await watcher.look()
    before = await all_alerts(store)
    ballast = fill(disk, DISK // 5)
    await watcher.look()
    during = await only_alert(store)
    ballast.unlink()
    await watcher.look()

    assert before == []
    assert (during.rule, during.subject) == ("disk.low", f"{MACHINE} downloads")
    assert (during.level, during.state) == (Level.WARNING, AlertState.OPEN)
    assert "At least 4.2 MB should be" in during.message
    assert (await only_alert(store)).state is AlertState.RESTORED


async def test_disk_on_which_downloads_wait_is_critical(
    store: Store, watch: Watch, disk: Path
) -> None:
    watcher = watch(low(disk))
    fill(disk, DISK // 40)

    await watcher.look()

    alert = await only_alert(store)
    assert (alert.level, "Downloads wait for room." in alert.message) == (Level.CRITICAL, True)


async def test_disk_that_is_just_over_the_line_again_does_not_flap(
    store: Store, watch: Watch, disk: Path
) -> None:
    watcher = watch(low(disk))
    fill(disk, DISK // 4 - 100_000).rename(disk / "most")
    await watcher.look()
    with (disk / "most").open("r+b") as file:
        file.truncate((disk / "most").stat().st_size - 200_000)  # a little more than the line
    await watcher.look()

    assert (await only_alert(store)).state is AlertState.OPEN


async def test_folders_on_one_disk_are_one_alert(store: Store, watch: Watch, disk: Path) -> None:
    folders = [Folder("downloads", disk), Folder("data", disk)]
    fill(disk, DISK // 5)

    await watch(DiskLow(MACHINE, folders, least=DISK // 4, share=1)).look()

    assert (await only_alert(store)).subject == f"{MACHINE} downloads"


async def test_real_disk_of_this_machine_is_low_by_a_high_line_only(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    free = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize
    await watch(low(tmp_path, least=free * 2)).look()
    raised = await only_alert(store)
    await watch(low(tmp_path, least=free // 2)).look()

    assert (raised.state, (await only_alert(store)).state) == (
        AlertState.OPEN,
        AlertState.RESTORED,
    )


async def test_folder_that_is_not_made_yet_is_not_wrong(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    await watch(low(tmp_path / "later")).look()

    assert await all_alerts(store) == []


async def test_disk_that_does_not_answer_is_critical(
    store: Store, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.alerts.rules.disk.ANSWER_SECONDS", 0.01)
    rule, released, asked = low(tmp_path, least=1), Event(), []
    (folder,) = rule._folders
    look = folder.probe._ask
    folder.probe._seconds = 0.01

    def hang() -> object:
        asked.append(1)
        released.wait(30)
        return look()

    monkeypatch.setattr(folder.probe, "_ask", hang)
    watcher = watch(rule)
    await watcher.look()
    await watcher.look()
    hanging = await only_alert(store)
    released.set()
    folder.probe._seconds = 30
    await watcher.look()

    assert (hanging.level, "no answer" in hanging.message) == (Level.CRITICAL, True)
    assert len(asked) == 1  # no second thread is lost to it
    assert (await only_alert(store)).state is AlertState.RESTORED


async def looked(
    watch: Watch, rule: MemoryHigh | CpuHigh, clock: FakeClock, *passes: float
) -> None:
    """Look, and again after each of these seconds; something is done meanwhile."""
    watcher = watch(rule)
    work()
    await watcher.look()
    for seconds in passes:
        clock.advance(seconds)
        work()
        await watcher.look()


def work() -> None:
    """Keep a processor busy until the machine has counted it."""
    before = psutil.cpu_times().user
    while psutil.cpu_times().user <= before:
        sum(range(10_000))


@pytest.mark.parametrize("kind", [MemoryHigh, CpuHigh])
async def test_machine_that_has_too_much_to_do_for_some_time_is_told(
    store: Store, watch: Watch, clock: FakeClock, kind: type[MemoryHigh | CpuHigh]
) -> None:
    def rule(most: float) -> MemoryHigh | CpuHigh:
        return kind(MACHINE, most=most, after=AFTER, clock=clock)

    await looked(watch, rule(0.001), clock, 299)
    too_short = await all_alerts(store)
    await looked(watch, rule(0.001), clock, 299, 1)
    raised = await only_alert(store)
    await looked(watch, rule(200), clock)  # no machine is that busy
    restored = await only_alert(store)

    assert too_short == []
    assert (raised.rule, raised.subject, raised.state) == (kind.name, MACHINE, AlertState.OPEN)
    assert restored.state is AlertState.RESTORED


@pytest.mark.parametrize("kind", [MemoryHigh, CpuHigh])
async def test_what_is_known_stays_until_it_is_well_below(
    store: Store, watch: Watch, clock: FakeClock, kind: type[MemoryHigh | CpuHigh]
) -> None:
    await looked(watch, kind(MACHINE, most=0.001, after=timedelta(), clock=clock), clock)
    rule = kind(MACHINE, most=50, after=AFTER, clock=clock)

    states = []
    for percent in (46, 44, 46):
        rule.measure = lambda percent=percent: percent  # type: ignore[method-assign,misc]
        await watch(rule).look()
        states.append((await only_alert(store)).state)

    assert states == [AlertState.OPEN, AlertState.RESTORED, AlertState.RESTORED]


@pytest.mark.parametrize("kind", [MemoryHigh, CpuHigh])
async def test_rule_that_is_off_tells_nothing_and_ends_what_it_told(
    store: Store, watch: Watch, clock: FakeClock, kind: type[MemoryHigh | CpuHigh]
) -> None:
    await looked(watch, kind(MACHINE, most=0.001, after=timedelta(), clock=clock), clock)

    await looked(watch, kind(MACHINE, most=0, after=timedelta(), clock=clock), clock)

    assert (await only_alert(store)).state is AlertState.RESTORED


@pytest.mark.parametrize(("seconds", "where"), [(3600, "ahead"), (-3600, "back")])
async def test_clock_that_is_set_is_told_and_quiet_restores_it(
    store: Store, watch: Watch, clock: FakeClock, seconds: float, where: str
) -> None:
    watcher = watch(ClockJumps(MACHINE, most=30, clock=clock))
    await watcher.look()
    clock.set_ahead(timedelta(seconds=seconds))
    clock.advance(30)
    await watcher.look()
    raised = await only_alert(store)
    clock.advance(29 * 60)
    await watcher.look()
    early = await only_alert(store)
    clock.advance(60)
    await watcher.look()

    assert (raised.state, early.state) == (AlertState.OPEN, AlertState.OPEN)
    assert f"3600 seconds {where}" in raised.message
    assert (await only_alert(store)).state is AlertState.RESTORED


async def test_clock_that_is_corrected_a_little_at_a_time_is_well(
    store: Store, watch: Watch, clock: FakeClock
) -> None:
    watcher = watch(ClockJumps(MACHINE, most=30, clock=clock))
    for n in range(10):
        clock.set_ahead(timedelta(seconds=20 * n))
        clock.advance(30)
        await watcher.look()

    assert await all_alerts(store) == []


async def test_jump_before_a_restart_is_told_for_as_long(
    store: Store, watch: Watch, clock: FakeClock
) -> None:
    before = watch(ClockJumps(MACHINE, most=30, clock=clock))
    clock.set_ahead(timedelta(hours=1))
    await before.look()

    after = watch(ClockJumps(MACHINE, most=30, clock=clock))
    states: list[Alert] = []
    for seconds in (1, 1800):
        clock.advance(seconds)
        await after.look()
        states.append(await only_alert(store))

    assert [alert.state for alert in states] == [AlertState.OPEN, AlertState.RESTORED]
