"""Numbers appear in the order of commits, also where several processes write at once."""

import asyncio
import os
import sys
from pathlib import Path

from services.access.identity import Identity
from services.events.log import EventLog
from services.store.postgres import PostgresStore
from services.store.store import Store
from tests.integration.services.events import writing
from tests.integration.services.events.conftest import tailing

ROOT = Path(__file__).parents[4]
PROCESSES = 3
TIMES = 10


async def start(store: Store, folder: Path, owner: Identity) -> asyncio.subprocess.Process:
    url = store._url if isinstance(store, PostgresStore) else ""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(writing.__file__)), str(folder), url),
        *(str(owner.user_id), str(TIMES)),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


async def test_reader_never_sees_a_later_number_before_an_earlier_one(
    store: Store, tmp_path: Path, events: EventLog, alice: Identity
) -> None:
    seen: list[int] = []
    async with tailing(store, events) as tail:
        tail.listen(lambda event: seen.append(event.seq))
        writers = [await start(store, tmp_path, alice) for _ in range(PROCESSES)]
        ends = asyncio.gather(*(writer.wait() for writer in writers))
        while not ends.done():  # far more often than a server does
            await tail.catch_up()
            await asyncio.sleep(0)
        await tail.catch_up()

    stored = [row["seq"] for row in await store.fetch("SELECT seq FROM events ORDER BY seq")]
    assert await ends == [0] * PROCESSES
    assert len(stored) >= PROCESSES * TIMES * 3
    assert seen == stored
