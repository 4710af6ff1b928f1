"""A process that restores an archive, and is killed at a step."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from services.backups.restoring.restoring import RestoreWish
from services.backups.restoring.steps import Step
from services.store.choose import make_store
from tests.integration.services.backups.restoring.offline import offline


async def restore(data_dir: Path, url: str | None, archive: str, step: Step) -> None:
    def end(reached: Step) -> None:
        if reached is step:
            os.kill(os.getpid(), signal.SIGKILL)

    store = make_store(data_dir, url)
    await store.open()
    await offline(store, data_dir, url, end).restoring.restore(RestoreWish(archive))
    await store.close()


if __name__ == "__main__":
    _, folder, address, file, name = sys.argv
    asyncio.run(restore(Path(folder), address or None, file, Step(name)))
