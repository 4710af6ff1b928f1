"""A backup that fails leaves nothing, and is told."""

import asyncio
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.backups import maker
from services.backups.progress import Phase
from services.backups.records import Status, Wish
from services.backups.turn import turn
from services.errors import Unavailable
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.making.backing import (
    Backing,
    backing,
    grow,
    shown,
)
from tests.needs import needs_small_disk


async def test_end_of_the_server_leaves_nothing(on_sqlite: Backing, sqlite: Store) -> None:
    await grow(sqlite, 3000)
    asking = asyncio.create_task(on_sqlite.backups.create(Wish()))
    await shown(on_sqlite, lambda progress: progress.phase is Phase.COPYING)

    await on_sqlite.backups.close()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert on_sqlite.files() == []
    assert on_sqlite.board.newest is not None
    assert on_sqlite.board.newest.phase is Phase.FAILED
    with turn(on_sqlite.folder):
        pass


async def test_failure_leaves_no_file_and_is_told(
    sqlite: Store, tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "in the way").write_text("a file")
    async with backing(sqlite, tmp_path, clock, folder=tmp_path / "in the way") as given:
        with pytest.raises(Unavailable, match="ARGOSY_BACKUP_DIR"):
            await given.backups.create(Wish("what for"))
        progress = await shown(given, lambda _: True)
        given.folder.unlink()

        (failed,) = await given.backups.all()
        (event,) = given.events
    assert (progress.phase, progress.message) == (Phase.FAILED, failed.message)
    assert (failed.status, failed.description, failed.size) == (Status.FAILED, "what for", 0)
    assert "ARGOSY_BACKUP_DIR" in str(failed.message)
    assert event.kind == "backup.failed"
    assert event.data == {"kind": "manual", "message": failed.message}
    assert list(given.issues.open) == [("backup.failed", "")]
    assert (
        given.metrics.registry.get_sample_value("argosy_backups_total", {"result": "failed"}) == 1
    )


async def test_success_restores_the_alert(on_sqlite: Backing) -> None:
    on_sqlite.folder.write_text("a file in the way")
    with pytest.raises(Unavailable):
        await on_sqlite.backups.create(Wish())
    assert list(on_sqlite.issues.open) == [("backup.failed", "")]
    on_sqlite.folder.unlink()

    await on_sqlite.backups.create(Wish())

    assert on_sqlite.issues.open == {}


async def test_disk_with_too_little_room_is_not_begun_with(
    sqlite: Store, tmp_path: Path, clock: FakeClock
) -> None:
    with needs_small_disk(tmp_path / "disk", 8 << 20):
        async with backing(sqlite, tmp_path, clock, folder=tmp_path / "disk") as given:
            with pytest.raises(Unavailable, match="Make room"):
                await given.backups.create(Wish())

            assert given.files() == []


async def test_disk_that_gets_full_leaves_nothing(
    sqlite: Store, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(sqlite, 3000)
    monkeypatch.setattr(maker, "ROOM", 0)
    monkeypatch.setattr(maker, "COPIES", 0)
    with needs_small_disk(tmp_path / "disk", 4 << 20):
        async with backing(sqlite, tmp_path, clock, folder=tmp_path / "disk") as given:
            with pytest.raises(Unavailable, match="The disk is full"):
                await given.backups.create(Wish())

            assert given.files() == []
            assert list(given.issues.open) == [("backup.failed", "")]


async def test_damaged_database_makes_no_backup(on_sqlite: Backing, sqlite: Store) -> None:
    await grow(sqlite, 200)
    with sqlite3.connect(on_sqlite.data / "argosy.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = (on_sqlite.data / "argosy.db").stat().st_size
    with (on_sqlite.data / "argosy.db").open("r+b") as file:
        for page in range(size // 2, size - 4096, 4096):
            file.seek(page // 4096 * 4096)
            file.write(os.urandom(4096))

    with pytest.raises(Unavailable, match=r"damaged|malformed"):
        await on_sqlite.backups.create(Wish())

    assert on_sqlite.files() == []


async def test_failures_are_remembered_up_to_ten(on_sqlite: Backing) -> None:
    on_sqlite.folder.write_text("a file in the way")
    for _ in range(12):
        with pytest.raises(Unavailable):
            await on_sqlite.backups.create(Wish())
        on_sqlite.clock.advance(60)
    on_sqlite.folder.unlink()

    failed = await on_sqlite.backups.all()
    assert len(failed) == 10
    assert failed[0].created_at == datetime(2026, 11, 22, 12, 11, tzinfo=UTC)


async def test_failure_can_be_removed_from_the_list(on_sqlite: Backing) -> None:
    on_sqlite.folder.write_text("a file in the way")
    with pytest.raises(Unavailable):
        await on_sqlite.backups.create(Wish())
    on_sqlite.folder.unlink()
    (failed,) = await on_sqlite.backups.all()

    assert (await on_sqlite.backups.delete(failed.filename)).status is Status.FAILED
    assert await on_sqlite.backups.all() == []
