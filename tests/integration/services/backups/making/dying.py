"""Makes a backup, and is killed on the way: `python -m … FOLDER STEP`."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from services.backups.folder import BackupFolder
from services.backups.progress import Phase
from services.backups.records import Sidecar, Wish
from services.clock import SystemClock
from services.store.choose import make_store
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.making.backing import backing

STEPS = (Phase.COPYING, Phase.READING, Phase.PACKING, "packed", "settled", "described")


def die() -> None:
    """End as if the power had gone."""
    os.kill(os.getpid(), signal.SIGKILL)


class DeadlyFolder(BackupFolder):
    """A folder in which a step is the last that is done."""

    step = ""

    def settle(self, draft: Path, filename: str, sidecar: Sidecar) -> None:
        if self.step == "packed":
            die()
        super().settle(draft, filename, sidecar)
        if self.step == "described":
            die()

    def add_sidecar(self, filename: str, sidecar: Sidecar) -> None:
        if self.step == "settled":
            die()
        super().add_sidecar(filename, sidecar)


async def main(folder: Path, step: str) -> None:
    """Make a backup until `step`."""
    DeadlyFolder.step = step
    store = make_store(folder, None)
    await store.open()
    clock = FakeClock(SystemClock().now())
    async with backing(store, folder, clock, make_folder=DeadlyFolder) as given:

        async def watch() -> None:
            async for progress in given.board.follow():
                # There is no percentage before the process has begun with it.
                if progress.phase == step and (progress.percent > 0 or step == Phase.COPYING):
                    die()

        watching = asyncio.create_task(watch())
        await given.backups.create(Wish())
        watching.cancel()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
