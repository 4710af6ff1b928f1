"""Backups are made while work goes on, one at a time."""

import asyncio
from contextlib import suppress

import pytest

from services.backups.format import Kind
from services.backups.progress import Phase
from services.backups.records import Wish
from services.backups.turn import turn
from services.errors import Conflict
from services.store.store import Store, Transaction
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.making.backing import (
    Backing,
    grow,
    shown,
)


async def test_rows_are_of_one_moment_while_others_write(
    made: Backing, store: Store, clock: FakeClock
) -> None:
    await grow(store, 3000)
    both = ("one", "other")
    written = 0

    async def write(transaction: Transaction) -> None:
        for name in both:
            await transaction.execute(
                "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                *(name, str(written), clock.now()),
            )

    async def write_for_ever() -> None:
        nonlocal written
        while True:
            await store.write(write)
            written += 1

    writing = asyncio.create_task(write_for_ever())
    while written < 3:
        await asyncio.sleep(0)
    before = written
    backup = await made.backups.create(Wish())
    after = written
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing

    values = {row["key"]: row["value"] for row in made.rows(backup.filename, "settings")}
    assert values["one"] == values["other"]
    assert before - 1 <= values["one"] <= after
    assert after > before
    assert sum(key.startswith("filler-") for key in values) == 3000


async def test_progress_goes_on_to_its_end(made: Backing, store: Store) -> None:
    await grow(store, 2000)
    seen = []

    async def watch() -> None:
        async for progress in made.board.follow():
            seen.append(progress)
            if progress.phase is Phase.COMPLETED:
                return

    watching = asyncio.create_task(watch())
    backup = await made.backups.create(Wish())
    await asyncio.wait_for(watching, 30)

    percents = [progress.percent for progress in seen]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert {progress.filename for progress in seen} == {backup.filename}
    assert (made.board.newest, seen[-1].message) == (seen[-1], None)


async def test_who_watches_later_is_shown_how_it_stands(made: Backing) -> None:
    backup = await made.backups.create(Wish())

    progress = await shown(made, lambda _: True)

    assert (progress.phase, progress.filename) == (Phase.COMPLETED, backup.filename)


async def test_success_is_told(made: Backing) -> None:
    backup = await made.backups.create(Wish())

    (event,) = made.events
    assert (event.owner_id, event.task_id, event.kind) == (None, None, "backup.completed")
    assert event.data == {"filename": backup.filename, "size": backup.size, "kind": "manual"}


async def test_second_one_is_refused_while_the_first_is_made(made: Backing) -> None:
    first = asyncio.create_task(made.backups.create(Wish(name="first")))
    await shown(made, lambda progress: progress.phase is Phase.COPYING)

    with pytest.raises(Conflict, match="Wait until it is done"):
        await made.backups.create(Wish(name="second"))
    done = await first

    assert [backup.filename for backup in await made.backups.all()] == [done.filename]
    assert made.issues.open == {}


async def test_it_is_refused_while_another_process_restores(made: Backing) -> None:
    with turn(made.folder), pytest.raises(Conflict):
        await made.backups.create(Wish())

    assert made.files() == []
    assert await made.backups.all() == []


async def test_whoever_has_the_turn_has_one_made_within(made: Backing) -> None:
    with turn(made.folder):
        backup = await made.backups.create_within(Wish(kind=Kind.BEFORE_RESTORE))

    assert [each.kind for each in await made.backups.all()] == [Kind.BEFORE_RESTORE]
    assert (await made.backups.verify(backup.filename)).problems == []


async def test_who_goes_away_gets_their_backup_all_the_same(on_sqlite: Backing) -> None:
    asking = asyncio.create_task(on_sqlite.backups.create(Wish()))
    await shown(on_sqlite, lambda progress: progress.phase is Phase.COPYING)
    asking.cancel()
    await asyncio.wait([asking])

    await shown(on_sqlite, lambda progress: progress.phase is Phase.COMPLETED)

    assert asking.cancelled()
    assert len(await on_sqlite.backups.all()) == 1
