"""Claims: one winner for each task, and whoever lost a task changes nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched, Meter, Phase, Previous
from services.engines.options import Conflict, Options
from services.errors import ErrorCode, FetchFailed, Unavailable
from services.ids import new_id
from services.store.rows import read_json
from services.store.store import Store
from services.tasks.changing.changes import Changes
from services.tasks.records import Task
from services.tasks.running.claims import LEASE
from services.tasks.running.worker import worker_id
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock
from tests.integration.services.tasks.conftest import Worker

FETCHED = Fetched("got.zip", "alice/got.zip", 5000, "ab" * 32)
TIMED_OUT = FetchFailed("No answer.", code=ErrorCode.TIMED_OUT, temporary=True)
GONE = FetchFailed("Gone.", code=ErrorCode.HTTP_STATUS, temporary=False)
SECOND = timedelta(seconds=1)


async def add(tasks: Tasks, owner: Identity, count: int = 1) -> list[Task]:
    return await tasks.add(owner, [f"https://example.com/{n}" for n in range(count)])


def a_meter(received: int, name: str = "half.zip") -> Meter:
    meter = Meter(received=received, total=5000, name=name)
    meter.phase = Phase.DOWNLOADING
    return meter


async def events(store: Store) -> list[tuple[str, object]]:
    """Return the kind and the data of each event but the first of each task."""
    rows = await store.fetch("SELECT kind, data FROM events ORDER BY seq")
    return [(r["kind"], read_json(r["data"])) for r in rows if r["kind"] != "task.added"]


async def test_claimed_task_runs(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock, store: Store
) -> None:
    (task,) = await add(tasks, alice)
    clock.advance(3)

    (claim,) = await worker("one").take(5)

    assert claim.owner_name == "alice"
    assert (claim.task.id, claim.task.state, claim.task.phase) == (
        task.id,
        TaskState.RUNNING,
        Phase.RESOLVING,
    )
    assert (claim.task.attempt, claim.task.revision, claim.task.started_at) == (1, 1, clock.now())
    assert await tasks.get(alice, task.id) == claim.task
    assert await events(store) == [("task.started", {"state": "RUNNING", "attempt": 1})]


async def test_whoever_waits_longest_comes_first(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    added = []
    for _ in range(3):
        added += await add(tasks, alice, 2)
        clock.advance(1)
    claims = worker("one")

    taken = [claim.task.id for _ in range(3) for claim in await claims.take(2)]

    assert taken == [task.id for task in added]


async def test_what_is_tried_again_has_kept_its_place(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    claims = worker("one")
    (again,) = await add(tasks, alice)
    (claim,) = await claims.take(1)
    await claims.retry(claim, TIMED_OUT, a_meter(0), failures=1, after=2 * SECOND)
    before, after = await add(tasks, alice, 2)

    first = await claims.take(1)
    clock.advance(2)
    then = await claims.take(2)

    assert [claim.task.id for claim in (*first, *then)] == [before.id, again.id, after.id]


async def test_no_more_is_taken_than_asked_for(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice, 5)
    claims = worker("one")

    assert [len(await claims.take(3)) for _ in range(3)] == [3, 2, 0]


async def test_no_task_has_two_winners(tasks: Tasks, alice: Identity, worker: Worker) -> None:
    added = await add(tasks, alice, 10)
    workers = [worker(str(number)) for number in range(10)]

    taken = await asyncio.gather(*(claims.take(3) for claims in workers))
    rest = await workers[0].take(10)

    ids = [claim.task.id for claims in (*taken, rest) for claim in claims]
    assert sorted(ids) == [task.id for task in added]


async def test_ten_takers_of_one_task_have_one_winner(
    tasks: Tasks, alice: Identity, worker: Worker, store: Store
) -> None:
    await add(tasks, alice)
    workers = [worker(str(number)) for number in range(10)]

    taken = await asyncio.gather(*(claims.take(1) for claims in workers))

    assert sorted(len(claims) for claims in taken) == [0] * 9 + [1]
    assert len(await events(store)) == 1


async def test_completed_task_has_its_file(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock, store: Store
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)
    clock.advance(9)

    task = await claims.complete(claim, FETCHED)

    assert task is not None
    assert (task.state, task.name, task.received, task.total) == (
        *(TaskState.COMPLETED, "got.zip", 5000, 5000),
    )
    assert (task.phase, task.finished_at, task.revision) == (None, clock.now(), 2)
    (file,) = (await tasks.files.pages(alice, [task.id], 5, None))[task.id].items
    assert (file.path, file.size, file.sha256) == ("alice/got.zip", 5000, "ab" * 32)
    assert (await events(store))[-1] == ("task.completed", {"state": "COMPLETED", "attempt": 1})


async def test_file_is_kept_with_what_its_server_said_of_it(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)

    await claims.complete(claim, replace(FETCHED, etag='"1"', modified=START - SECOND))

    (file,) = (await tasks.files.pages(alice, [claim.task.id], 5, None))[claim.task.id].items
    assert (file.etag, file.modified_at) == ('"1"', START - SECOND)


async def test_next_task_is_taken_with_the_end_of_one(
    tasks: Tasks, alice: Identity, worker: Worker, store: Store
) -> None:
    first, second, third = await add(tasks, alice, 3)
    claims = worker("one")
    (claim,) = await claims.take(1)

    done, (following,) = await claims.complete_and_take(claim, FETCHED, 1)

    assert done is not None
    assert (done.id, following.task.id) == (first.id, second.id)
    assert following.task.state is TaskState.RUNNING
    assert [kind for kind, _ in await events(store)] == [
        *("task.started", "task.completed", "task.started"),
    ]
    assert (await tasks.get(alice, third.id)).state is TaskState.PENDING


async def test_what_is_taken_needs_no_read_that_could_fail_after_it(
    tasks: Tasks, alice: Identity, worker: Worker, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = worker("one")
    await tasks.add(alice, ["https://example.com/0"])
    (claim,) = await claims.take(1)
    await tasks.add(alice, ["https://example.com/0"], options=Options(conflict=Conflict.OVERWRITE))

    async def refuse(statement: str, *values: object) -> NoReturn:
        message = "The database is gone."
        raise Unavailable(message)

    monkeypatch.setattr(store, "fetch", refuse)
    _, (following,) = await claims.complete_and_take(claim, FETCHED, 1)

    assert following.previous == Previous("alice/got.zip", 5000, None, None)


async def test_failed_task_says_why(
    tasks: Tasks, alice: Identity, worker: Worker, store: Store
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)

    task = await claims.fail(claim, GONE)

    assert task is not None
    assert (task.state, task.error_code, task.error_message, task.finished_at) == (
        *(TaskState.FAILED, ErrorCode.HTTP_STATUS, "Gone.", START),
    )
    assert (await events(store))[-1] == (
        "task.failed",
        {"state": "FAILED", "attempt": 1, "code": "HTTP_STATUS", "message": "Gone."},
    )


async def test_task_to_be_tried_again_waits_until_it_is_due(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)

    task = await claims.retry(claim, TIMED_OUT, a_meter(2500), failures=2, after=4 * SECOND)

    assert task is not None
    assert (task.state, task.failures, task.error_code) == (
        *(TaskState.RETRYING, 2, ErrorCode.TIMED_OUT),
    )
    assert (task.received, task.total, task.name) == (2500, 5000, "half.zip")
    assert await claims.next_due() == START + 4 * SECOND
    clock.advance(3.999)
    assert await claims.take(1) == []
    clock.advance(0.001)
    (again,) = await claims.take(1)
    assert (again.task.id, again.task.attempt, again.task.received) == (task.id, 2, 2500)


async def test_started_time_is_that_of_the_first_attempt(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)
    await claims.give_back(claim, a_meter(0))
    clock.advance(100)

    (again,) = await claims.take(1)

    assert again.task.started_at == START


async def test_returned_task_keeps_what_was_fetched_and_waits_no_longer(
    tasks: Tasks, alice: Identity, worker: Worker, store: Store
) -> None:
    await add(tasks, alice)
    claims = worker("one")
    (claim,) = await claims.take(1)

    task = await claims.give_back(claim, a_meter(2500))

    assert task is not None
    assert (task.state, task.received, task.total, task.name) == (
        *(TaskState.PENDING, 2500, 5000, "half.zip"),
    )
    assert [kind for kind, _ in await events(store)] == ["task.started", "task.queued"]
    assert [claim.task.id for claim in await claims.take(1)] == [task.id]


async def test_next_is_due_what_waits_for_its_time(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    claims = worker("one")
    await add(tasks, alice)
    before = await claims.next_due()
    (claim,) = await claims.take(1)
    await claims.retry(claim, TIMED_OUT, a_meter(0), failures=1, after=SECOND)

    assert (before, await claims.next_due()) == (None, START + SECOND)


async def test_report_writes_how_it_goes_and_extends_the_lease(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    one, two = worker("one"), worker("two")
    (claim,) = await one.take(1)
    clock.advance(10)

    held = await one.report([(claim, a_meter(1234))])
    clock.advance(LEASE.total_seconds())

    task = await tasks.get(alice, claim.task.id)
    assert held == {task.id}
    assert (task.received, task.total, task.name, task.phase) == (
        *(1234, 5000, "half.zip", Phase.DOWNLOADING),
    )
    assert task.revision == claim.task.revision
    assert await two.recover_expired() == []


async def test_report_says_which_tasks_are_still_held(
    tasks: Tasks, changes: Changes, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice, 3)
    claims = worker("one")
    held, cancelled, completed = await claims.take(3)
    await changes.cancel(alice, [str(cancelled.task.id)])
    await claims.complete(completed, FETCHED)

    reported = await claims.report([(c, a_meter(1)) for c in (held, cancelled, completed)])

    assert reported == {held.task.id}
    assert (await tasks.get(alice, cancelled.task.id)).received == 0


async def test_look_up_finds_tasks_with_their_owners_names(
    tasks: Tasks, alice: Identity, bob: Identity, worker: Worker
) -> None:
    (alices,), (bobs,) = await add(tasks, alice), await add(tasks, bob)

    found = await worker("one").look_up([alices.id, bobs.id, new_id()])

    assert found == {alices.id: (alices, "alice"), bobs.id: (bobs, "bob")}


def test_name_of_a_worker_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    made = worker_id(tmp_path)

    assert worker_id(tmp_path) == made
    assert (tmp_path / "worker").stat().st_mode & 0o777 == 0o600
