"""What works is started anew: for other rows, and until it comes up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.backups.restoring.renewal import RESTORED
from services.backups.restoring.standstill import Works
from services.backups.restoring.watch import RestoreWatch
from services.errors import Unavailable
from services.remembered import Remembered
from services.store.store import Store
from tests.fakes.clock import FakeClock


class Work:
    """Counts how often it came up; fails as long as it is told to."""

    def __init__(self) -> None:
        self.fails = False
        self.starts = 0
        self.watch: RestoreWatch | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        if self.watch is not None:
            await self.watch.learn()
        if self.fails:
            message = "The database is away."
            raise Unavailable(message)
        self.starts += 1
        yield


@pytest.fixture
def remembered(store: Store, clock: FakeClock) -> Remembered:
    return Remembered(store=store, clock=clock)


async def test_what_did_not_come_up_is_started_again(store: Store, remembered: Remembered) -> None:
    work = Work()
    works = Works(work.running)
    watch = work.watch = RestoreWatch(store=store, remembered=remembered, works=works)
    async with works.running():
        work.fails = True
        with pytest.raises(Unavailable):
            async with works.stopped():
                pass
        with pytest.raises(Unavailable):
            await watch.look()
        was_running = works.is_running
        work.fails = False
        await watch.look()
        await watch.look()

        assert (was_running, works.is_running, work.starts) == (False, True, 2)


async def test_other_rows_start_everything_anew_once(postgres: Store, clock: FakeClock) -> None:
    remembered = Remembered(store=postgres, clock=clock)
    work = Work()
    works = Works(work.running)
    watch = work.watch = RestoreWatch(store=postgres, remembered=remembered, works=works)
    async with works.running():
        await watch.look()
        before = work.starts
        await remembered.put(RESTORED, "another")
        await watch.look()
        await watch.look()

        assert (before, work.starts) == (1, 2)
