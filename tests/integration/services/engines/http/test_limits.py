"""Limits of an attempt: its time, and its speed, whoever shares it."""

import asyncio
from pathlib import Path

import pytest

from services.engines.engine import Job, Meter
from services.engines.http.engine import HttpEngine
from services.engines.options import Options, Patience
from services.engines.rates import Rate
from services.errors import ErrorCode, FetchFailed
from tests.fakes.origin import content
from tests.fakes.ranges import BLOCK, Ask, Manner, Ranged
from tests.fakes.wire import Wire, answer
from tests.integration.services.engines.http.fetching import PLACE, TASK_ID, finished_files

BODY = content(8 << 20)
SMALL = content(40_000)


async def test_time_is_up_for_all_connections_and_nobody_asks_again(
    engine: HttpEngine, root: Path
) -> None:
    def manner(_: Ask) -> Manner:
        return Manner(BODY, sends=4 * BLOCK)  # then it stands still

    options = Options(patience=Patience(total=0.3))
    async with Ranged(manner) as server:
        with pytest.raises(FetchFailed) as caught:
            await engine.fetch(Job(TASK_ID, server.url, PLACE, Meter(), options))

        assert len(server.asked) <= 8
    assert (caught.value.code, caught.value.temporary) == (ErrorCode.TIMED_OUT, True)


async def test_small_file_waits_for_what_others_took_in_advance(
    engine: HttpEngine, root: Path
) -> None:
    now = asyncio.get_running_loop().time
    rate = Rate(100_000)
    rate.take(20_000, now())
    began = now()
    async with Wire(answer("200 OK", body=SMALL)) as wire:
        await engine.fetch(Job(TASK_ID, f"{wire.url}/a.zip", PLACE, Meter(), rates=(rate,)))

    # The debt of a fifth of a second, then its own bytes but for the last portion.
    assert now() - began > 0.4
    assert finished_files(root) == {"alice/films/a.zip": SMALL}


async def test_raised_limit_holds_at_once(engine: HttpEngine, root: Path) -> None:
    rate = Rate(1)  # a byte a second: this would take for ever
    async with Wire(answer("200 OK", body=SMALL)) as wire, asyncio.timeout(30):
        job = Job(TASK_ID, f"{wire.url}/a.zip", PLACE, Meter(), rates=(rate,))
        fetching = asyncio.create_task(engine.fetch(job))
        while job.meter.received == 0:
            await asyncio.sleep(0)
        rate.limit = None
        await fetching

    assert finished_files(root) == {"alice/films/a.zip": SMALL}
