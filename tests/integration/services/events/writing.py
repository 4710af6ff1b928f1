"""A process of its own that writes events: `writing.py DATA_DIR DATABASE_URL OWNER TIMES`."""

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from services.events.kinds import EventKind
from services.ids import new_id
from services.store.choose import make_store
from services.store.store import NewEvent, Store, Transaction


async def write(store: Store, owner: int, dice: random.Random) -> None:
    """Write a few events in one transaction, which takes now more and now less time."""
    number, pause = dice.randint(1, 4), dice.randint(0, 3)

    async def work(transaction: Transaction) -> None:
        for _ in range(number):
            kind = EventKind.TASK_CHANGED.value
            transaction.record(NewEvent(owner, new_id(), kind, {}, datetime.now(UTC)))
        for _ in range(pause):
            await transaction.fetch("SELECT COUNT(*) AS n FROM users")

    await store.write(work)


async def main(folder: str, url: str, owner: str, times: str) -> None:
    store = make_store(Path(folder), url or None)
    dice = random.Random(owner)  # the same in every run
    await store.open()
    try:
        for _ in range(int(times)):
            await asyncio.gather(*(write(store, int(owner), dice) for _ in range(3)))
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
