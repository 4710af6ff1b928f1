"""Backups at their time: made, kept, missed."""

from datetime import UTC, datetime
from pathlib import Path

from services.backups.format import Kind
from services.backups.records import Wish
from services.backups.turn import turn
from services.remembered import Remembered
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.making.backing import (
    NOW,
    Backing,
    backing,
)

GAUGE = "argosy_newest_backup_timestamp_seconds"


async def test_schedule_makes_one_and_removes_what_is_not_kept(
    on_sqlite: Backing, sqlite: Store
) -> None:
    for _ in range(9):
        await on_sqlite.backups.create_scheduled()
        on_sqlite.clock.advance(3600)

    backups = await on_sqlite.backups.all()
    assert len(backups) == 7
    assert {backup.kind for backup in backups} == {Kind.SCHEDULED}
    assert backups[-1].created_at == datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert len(on_sqlite.files()) == 14
    assert await Remembered(store=sqlite, clock=on_sqlite.clock).get("backup_failures") is None


async def test_schedule_stands_back_while_another_is_made(on_sqlite: Backing) -> None:
    on_sqlite.folder.mkdir()
    with turn(on_sqlite.folder):
        await on_sqlite.backups.create_scheduled()

    assert on_sqlite.files() == []


async def test_backup_is_overdue_after_a_day_and_a_half(on_sqlite: Backing) -> None:
    at_first = await on_sqlite.backups.standing()
    on_sqlite.clock.advance(36 * 3600 + 1)
    later = await on_sqlite.backups.standing()
    await on_sqlite.backups.create(Wish())
    after = await on_sqlite.backups.standing()

    assert [at_first.is_overdue, later.is_overdue, after.is_overdue] == [False, True, False]


async def test_nothing_is_overdue_without_a_schedule(
    sqlite: Store, tmp_path: Path, clock: FakeClock
) -> None:
    async with backing(sqlite, tmp_path, clock, is_scheduled=False) as given:
        clock.advance(10 * 24 * 3600)
        standing = await given.backups.standing()

        assert (standing.is_overdue, standing.expected_every) == (False, None)


async def test_schedule_that_was_off_has_a_day_and_a_half_from_when_it_is_on(
    on_sqlite: Backing,
) -> None:
    await on_sqlite.backups.schedule(is_on=False)
    on_sqlite.clock.advance(10 * 24 * 3600)
    await on_sqlite.backups.schedule(is_on=True)
    at_first = await on_sqlite.backups.standing()
    on_sqlite.clock.advance(36 * 3600 + 1)
    later = await on_sqlite.backups.standing()

    assert (at_first.is_overdue, later.is_overdue) == (False, True)


async def test_look_at_the_newest_counts_what_was_removed(on_sqlite: Backing) -> None:
    backup = await on_sqlite.backups.create(Wish())
    await on_sqlite.backups.delete(backup.filename)

    await on_sqlite.backups.standing()

    assert on_sqlite.metrics.registry.get_sample_value(GAUGE) == 0


async def test_damaged_one_does_not_count_as_a_backup(on_sqlite: Backing) -> None:
    backup = await on_sqlite.backups.create(Wish())
    archive = on_sqlite.folder / backup.filename
    content = bytearray(archive.read_bytes())
    content[-20] ^= 1
    archive.write_bytes(bytes(content))
    await on_sqlite.backups.verify(backup.filename)
    on_sqlite.clock.advance(37 * 3600)

    assert (await on_sqlite.backups.standing()).is_overdue


async def test_newest_backup_is_counted_also_after_a_restart(
    sqlite: Store, tmp_path: Path, clock: FakeClock
) -> None:
    async with backing(sqlite, tmp_path, clock) as given:
        before = given.metrics.registry.get_sample_value(GAUGE)
        await given.backups.create(Wish())
    clock.advance(3600)
    async with backing(sqlite, tmp_path, clock) as given:
        after = given.metrics.registry.get_sample_value(GAUGE)

    assert (before, after) == (0, NOW.timestamp())
