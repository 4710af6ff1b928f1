"""A full disk stops everything, and everything goes on when there is room."""

import pytest

from services.access.identity import Identity
from services.engines.options import Conflict, Options, Patience
from services.errors import ErrorCode, FetchFailed, Skipped
from services.store.store import Store
from services.tasks.running import runner as runner_module
from services.tasks.states import TaskState
from tests.fakes.engine import Fails, FakeEngine, Waits
from tests.integration.services.tasks.conftest import Start
from tests.integration.services.tasks.running import Running, until

A, B, C = (f"https://example.com/{name}" for name in "abc")
FULL = FetchFailed("No room.", code=ErrorCode.DISK_FULL, temporary=True, everywhere=True)
TIMED_OUT = Fails(FetchFailed("No answer.", code=ErrorCode.TIMED_OUT, temporary=True))
FILTERED = Skipped("It is a film.", code=ErrorCode.FILTERED)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "HOLD_SECONDS", 0)


async def test_full_disk_stops_all_until_there_is_room(run: Running, alice: Identity) -> None:
    urls = [run.engine.plan(A, Waits(), Fails(FULL)), run.engine.plan(B, Waits(500), Waits()), C]
    failing, running, waiting = await run.add(alice, *urls)
    for _ in range(2):
        await run.engine.started.get()

    run.room.is_there = False
    run.engine.let_go(failing.id)
    await until(lambda: run.runner.running == 0 and run.room.asked > 3)
    held = run.runner.obstacle
    states = [(await run.tasks.get(alice, task.id)) for task in (failing, running, waiting)]
    run.room.is_there = True
    await run.engine.started.get()
    run.engine.let_go(running.id)
    ends = [await run.end(alice, task) for task in (failing, running, waiting)]

    assert held == "No room."
    assert [(task.state, task.error_code) for task in states] == [
        (TaskState.RETRYING, ErrorCode.DISK_FULL),
        (TaskState.RETRYING, ErrorCode.DISK_FULL),
        (TaskState.PENDING, None),
    ]
    assert (states[1].received, states[1].failures) == (500, 0)
    assert {end.state for end in ends} == {TaskState.COMPLETED}
    assert run.runner.obstacle is None


async def test_file_that_is_too_large_stops_no_other(run: Running, alice: Identity) -> None:
    full = FetchFailed("Too large.", code=ErrorCode.DISK_FULL, temporary=True)
    large, small = await run.add(alice, run.engine.plan(A, Fails(full)), B)

    end = await run.end(alice, small)

    assert (end.state, run.runner.obstacle) == (TaskState.COMPLETED, None)
    assert (await run.end(alice, large)).state is TaskState.COMPLETED


async def test_skipped_task_says_why_and_leaves_nothing(
    run: Running, alice: Identity, store: Store
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Fails(FILTERED)))

    end = await run.end(alice, task)
    await until(lambda: bool(run.engine.forgotten))

    assert (end.state, end.error_code, end.error_message) == (
        *(TaskState.SKIPPED, ErrorCode.FILTERED, "It is a film."),
    )
    kinds = [row["kind"] for row in await store.fetch("SELECT kind FROM events ORDER BY seq")]
    assert kinds == ["task.added", "task.started", "task.skipped"]
    assert (run.engine.forgotten, run.engine.kept) == ([task.id], set())
    assert run.count("argosy_downloads_total", result="skipped") == 1


@pytest.mark.parametrize("retries", [0, 1, 3])
async def test_task_is_tried_again_as_often_as_was_asked(
    run: Running, alice: Identity, retries: int
) -> None:
    url = run.engine.plan(A, *[TIMED_OUT] * (retries + 1))
    options = Options(patience=Patience(retries=retries, retry_interval=0))
    (task,) = await run.tasks.add(alice, [url], options=options)

    end = await run.end(alice, task)

    assert (end.state, len(run.engine.attempts)) == (TaskState.FAILED, retries + 1)


@pytest.mark.parametrize("conflict", [Conflict.OVERWRITE, Conflict.COMPARE])
async def test_engine_learns_what_was_fetched_before(
    run: Running, alice: Identity, bob: Identity, conflict: Conflict
) -> None:
    for who, folder in ((alice, "x"), (alice, ""), (bob, "x")):
        (task,) = await run.tasks.add(who, [A], folder=folder)
        await run.end(who, task)
    run.engine.plan(A, Waits())

    options = Options(conflict=conflict)
    (again,) = await run.tasks.add(alice, [A], folder="x", options=options)
    job = await run.engine.started.get()
    run.engine.let_go(again.id)
    await run.end(alice, again)

    assert job.previous is not None
    assert (job.previous.path, job.previous.size) == ("alice/x/a", 5)


async def test_nothing_was_fetched_before_where_nobody_asks(run: Running, alice: Identity) -> None:
    await run.end(alice, (await run.add(alice, A))[0])
    (again,) = await run.add(alice, run.engine.plan(A, Waits()))

    job = await run.engine.started.get()
    run.engine.let_go(again.id)
    await run.end(alice, again)

    assert job.previous is None


async def test_held_tasks_go_on_after_a_restart(
    start: Start, engine: FakeEngine, alice: Identity
) -> None:
    async with start(engine) as run:
        run.room.is_there = False
        (task,) = await run.add(alice, engine.plan(A, Fails(FULL)))
        await until(lambda: run.runner.obstacle is not None and run.runner.running == 0)

    async with start(engine) as run:
        end = await run.end(alice, task)

    assert end.state is TaskState.COMPLETED
