"""Tasks that end at the same time share a transaction, and each of them is its own affair."""

import asyncio
from dataclasses import replace

from tortoise.exceptions import IntegrityError

from services.access.identity import Identity
from services.engines.engine import Fetched
from services.statistics.totals import Statistics
from services.store.store import Store
from services.tasks.running.claim import Claim
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.integration.services.tasks.conftest import Worker


async def claimed(tasks: Tasks, owner: Identity, worker: Worker, count: int) -> list[Claim]:
    await tasks.add(owner, [f"https://example.com/{n}" for n in range(count)])
    return await worker("one").take(count)


def fetched(number: int) -> Fetched:
    return Fetched(f"{number}.zip", f"alice/{number}.zip", 100 + number, None)


async def test_all_that_end_at_once_are_recorded(
    tasks: Tasks, alice: Identity, worker: Worker, store: Store, clock: FakeClock
) -> None:
    given = await claimed(tasks, alice, worker, 20)
    claims = worker("one")
    clock.advance(2)

    results = await asyncio.gather(*(claims.complete(c, fetched(n)) for n, c in enumerate(given)))

    rows = await store.fetch("SELECT task_id, path FROM files ORDER BY id")
    assert {str(row["task_id"]): row["path"] for row in rows} == {
        str(c.task.id): f"alice/{n}.zip" for n, c in enumerate(given)
    }
    assert results == [await tasks.get(alice, c.task.id) for c in given]
    totals = await Statistics(store=store, clock=clock).totals(alice)
    assert (totals.downloads, totals.bytes, totals.milliseconds) == (
        *(20, sum(100 + n for n in range(20)), 20 * 2000),
    )


async def test_each_is_followed_by_as_many_as_it_asked_for(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    given = await claimed(tasks, alice, worker, 4)
    await tasks.add(alice, [f"https://example.com/next/{n}" for n in range(5)])
    claims, most = worker("one"), [1, 0, 2, 1]

    results = await asyncio.gather(
        *(claims.complete_and_take(c, fetched(n), most[n]) for n, c in enumerate(given))
    )

    assert [len(taken) for _, taken in results] == most
    assert len({claim.task.id for _, taken in results for claim in taken}) == sum(most)


async def test_lost_task_among_them_stays_as_it_is(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    given = await claimed(tasks, alice, worker, 3)
    old = replace(given[1], task=replace(given[1].task, attempt=0))
    claims = worker("one")

    results = await asyncio.gather(
        *(claims.complete(c, fetched(n)) for n, c in enumerate([given[0], old, given[2]]))
    )

    assert [task.state if task else None for task in results] == [
        *(TaskState.COMPLETED, None, TaskState.COMPLETED),
    ]
    assert await tasks.get(alice, old.task.id) == given[1].task


async def test_one_that_cannot_be_recorded_is_alone_with_that(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    given = await claimed(tasks, alice, worker, 4)
    claims = worker("one")
    bad = replace(fetched(2), path=None)  # type: ignore[arg-type] - a rule of the table

    results = await asyncio.gather(
        *(claims.complete(c, bad if n == 2 else fetched(n)) for n, c in enumerate(given)),
        return_exceptions=True,
    )

    assert isinstance(results.pop(2), IntegrityError)
    states = [(await tasks.get(alice, c.task.id)).state for c in given]
    assert states == [
        *(TaskState.COMPLETED, TaskState.COMPLETED, TaskState.RUNNING, TaskState.COMPLETED),
    ]
    assert None not in results


async def test_what_waits_is_recorded_whoever_stops_waiting(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    given = await claimed(tasks, alice, worker, 3)
    claims = worker("one")
    leaving = asyncio.create_task(claims.complete(given[0], fetched(0)))
    staying = [asyncio.create_task(claims.complete(c, fetched(1))) for c in given[1:]]
    await asyncio.sleep(0)

    leaving.cancel()

    assert None not in await asyncio.gather(*staying)
