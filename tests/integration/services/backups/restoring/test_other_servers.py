"""Servers on the same PostgreSQL notice that another one has restored a backup."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.backups.records import Wish
from services.backups.restoring.restoring import RestoreWish
from services.backups.restoring.standstill import Works
from services.backups.restoring.watch import RestoreWatch
from services.remembered import Remembered
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.filling import fill
from tests.integration.services.backups.restoring.offline import offline


async def test_everything_starts_anew_once(postgres: Store, tmp_path: Path) -> None:
    starts: list[str] = []

    @asynccontextmanager
    async def work() -> AsyncIterator[None]:
        await watch.learn()
        starts.append("started")
        yield

    works = Works(work)
    remembered = Remembered(store=postgres, clock=FakeClock())
    watch = RestoreWatch(store=postgres, remembered=remembered, works=works)
    await fill(postgres)
    other = offline(postgres, tmp_path, postgres._url)  # type: ignore[attr-defined]
    made = await other.backups.create(Wish("to be restored"))
    async with works.running():
        await watch.look()
        before = len(starts)

        await other.restoring.restore(RestoreWish(made.filename))
        await watch.look()
        after = len(starts)
        await watch.look()

    assert (before, after, len(starts)) == (1, 2, 2)
