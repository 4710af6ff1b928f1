"""`kill -9` while a backup is made: no half of one is ever listed, and nothing is left."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest

from services.backups.records import Status, Wish
from services.backups.turn import turn
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.making.backing import backing, grow
from tests.integration.services.backups.making.dying import STEPS

ROOT = Path(__file__).parents[5]
MODULE = "tests.integration.services.backups.making.dying"
WHOLE = ("settled", "described")  # the archive has its name by then


async def run(folder: Path, step: str) -> int:
    """Make a backup in another process, which dies at `step`; return how it ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", MODULE, str(folder), step),
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await asyncio.wait_for(process.wait(), 60)


def is_at_work(folder: Path) -> bool:
    """Whether any process has a file below `folder` open."""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()).startswith(f"{folder}/backups/.making"):
                return True
        except OSError:
            continue
    return False


@pytest.mark.parametrize("step", STEPS)
async def test_killed_backup_is_whole_or_gone(
    sqlite: Store, tmp_path: Path, clock: FakeClock, step: str
) -> None:
    await grow(sqlite, 3000)

    ended = await run(tmp_path, step)

    assert ended == -signal.SIGKILL
    async with backing(sqlite, tmp_path, clock) as given:
        listed = await given.backups.all()
        assert not any(name.startswith(".making") for name in given.files())
        assert len(listed) == (1 if step in WHOLE else 0)
        for backup in listed:
            assert backup.status is Status.COMPLETED
            assert (await given.backups.verify(backup.filename)).problems == []
        again = await given.backups.create(Wish(name="again"))
        assert (await given.backups.verify(again.filename)).problems == []


async def test_process_that_makes_it_ends_with_whoever_wanted_it(
    sqlite: Store, tmp_path: Path
) -> None:
    await grow(sqlite, 3000)

    await run(tmp_path, "reading")

    deadline = time.monotonic() + 10
    while is_at_work(tmp_path) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert not is_at_work(tmp_path)


async def test_leftovers_of_a_running_backup_are_left_alone(
    sqlite: Store, tmp_path: Path, clock: FakeClock
) -> None:
    folder = tmp_path / "backups"
    (folder / ".making-other").mkdir(parents=True)
    with turn(folder):
        async with backing(sqlite, tmp_path, clock) as given:
            assert given.files() == [".making-other"]
    async with backing(sqlite, tmp_path, clock) as given:
        assert given.files() == []
