"""Tasks that are cancelled, lost or given back, and what becomes of their bytes."""

import pytest

from services.access.identity import Identity
from services.engines.engine import Fetched
from services.errors import ArgosyError
from services.files.places import Place
from services.ids import new_id
from services.store.store import Store
from services.tasks.changing.changes import Changes
from services.tasks.records import Task
from services.tasks.running import runner as runner_module
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.fakes.engine import Fails, FakeEngine, Waits
from tests.integration.services.tasks.conftest import Start, Worker
from tests.integration.services.tasks.running import Running, until

A = "https://example.com/a"
FILMS = Place.of("alice", "films")


async def cancel_elsewhere(store: Store, task: Task) -> None:
    """Cancel a task as another process does: nobody here is told."""
    await store.write(
        lambda transaction: transaction.execute(
            "UPDATE tasks SET state = 'CANCELLED', worker = NULL WHERE id = ?", task.id
        )
    )


@pytest.fixture
def quick_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "REPORT_SECONDS", 0.01)


async def test_cancelled_task_leaves_its_engine_and_nothing_behind(
    run: Running, alice: Identity
) -> None:
    (task,) = await run.tasks.add(alice, [run.engine.plan(A, Waits(250))], folder="films")
    await run.engine.started.get()

    await run.changes.cancel(alice, [str(task.id)])
    end = await run.end(alice, task)
    await until(lambda: bool(run.engine.discarded))

    assert end.state is TaskState.CANCELLED
    assert (run.engine.discarded, run.engine.kept) == ([(task.id, FILMS)], set())
    assert (await run.tasks.get(alice, task.id)).state is TaskState.CANCELLED
    assert run.count("argosy_downloads_total", result="completed") == 0


async def test_nothing_is_told_of_a_task_after_its_cancellation(
    run: Running, alice: Identity
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250)))
    await run.engine.started.get()
    await run.changes.cancel(alice, [str(task.id)])

    _, progress = await run.tasks.look(alice, task.id)

    assert (progress.state, run.runner.live(task.id)) == (TaskState.CANCELLED, None)


async def test_cancelled_task_frees_its_place(run: Running, alice: Identity) -> None:
    urls = [run.engine.plan(f"https://example.com/{n}", Waits()) for n in range(3)]
    await run.add(alice, *urls)
    first, _ = await run.engine.started.get(), await run.engine.started.get()

    await run.changes.cancel(alice, [str(first.task_id)])
    third = await run.engine.started.get()

    assert third.url == "https://example.com/2"


async def test_waiting_task_that_is_cancelled_leaves_nothing_behind(
    run: Running, alice: Identity
) -> None:
    urls = [run.engine.plan(f"https://example.com/{n}", Waits()) for n in range(3)]
    *_, waiting = await run.tasks.add(alice, urls, folder="films")
    run.engine.kept.add(waiting.id)  # from an earlier attempt

    await run.changes.cancel(alice, [str(waiting.id)])
    await until(lambda: bool(run.engine.discarded))

    assert run.engine.discarded == [(waiting.id, FILMS)]


@pytest.mark.usefixtures("quick_reports")
async def test_task_that_another_process_cancelled_is_let_go(
    run: Running, alice: Identity, store: Store
) -> None:
    (task,) = await run.tasks.add(alice, [run.engine.plan(A, Waits(250))], folder="films")
    await run.engine.started.get()

    await cancel_elsewhere(store, task)
    await until(lambda: bool(run.engine.discarded))

    assert run.engine.discarded == [(task.id, FILMS)]


@pytest.mark.usefixtures("quick_reports")
async def test_task_that_another_worker_has_is_let_go_with_its_bytes_kept(
    run: Running, alice: Identity, store: Store
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250)))
    await run.engine.started.get()

    await store.write(
        lambda transaction: transaction.execute(
            "UPDATE tasks SET worker = 'another', attempt = attempt + 1 WHERE id = ?", task.id
        )
    )
    await until(lambda: run.runner.running == 0)

    now = await run.tasks.get(alice, task.id)
    assert (now.state, now.attempt) == (TaskState.RUNNING, 2)
    assert (run.engine.discarded, run.engine.kept) == ([], {task.id})


async def test_result_of_a_lost_task_is_not_written(
    run: Running, alice: Identity, store: Store
) -> None:
    (task,) = await run.tasks.add(alice, [run.engine.plan(A, Waits(250))], folder="films")
    await run.engine.started.get()
    await cancel_elsewhere(store, task)

    run.engine.let_go(task.id)
    await until(lambda: bool(run.engine.discarded))

    assert await store.fetch("SELECT * FROM files") == []
    assert run.engine.discarded == [(task.id, FILMS)]


async def test_closing_gives_tasks_back_and_another_runner_finishes_them(
    start: Start, engine: FakeEngine, tasks: Tasks, alice: Identity
) -> None:
    urls = [engine.plan(A, Waits(250)), engine.plan("https://example.com/b", Waits(1))]
    added = await tasks.add(alice, urls)
    async with start(engine):
        for _ in added:
            await engine.started.get()
    between = [await tasks.get(alice, task.id) for task in added]

    async with start(FakeEngine()) as again:
        ends = [await again.end(alice, task) for task in added]

    assert [(task.state, task.received) for task in between] == [
        (TaskState.PENDING, 250),
        (TaskState.PENDING, 1),
    ]
    assert (engine.discarded, engine.forgotten, engine.is_closed) == ([], [], True)
    assert [end.state for end in ends] == [TaskState.COMPLETED] * 2
    assert [(await tasks.get(alice, task.id)).attempt for task in added] == [2, 2]


async def test_tasks_of_a_killed_process_are_done_by_the_next(
    start: Start, engine: FakeEngine, tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    (task,) = await tasks.add(alice, [A])
    await worker("one").take(1)

    async with start(engine) as run:
        end = await run.end(alice, task)

    assert end.state is TaskState.COMPLETED
    assert (await tasks.get(alice, task.id)).attempt == 2


async def test_failure_of_a_cancelled_task_leaves_nothing_behind(
    run: Running, alice: Identity, store: Store
) -> None:
    url = run.engine.plan(A, Waits(250), Fails(ArgosyError("No.")))
    (task,) = await run.tasks.add(alice, [url], folder="films")
    await run.engine.started.get()
    await cancel_elsewhere(store, task)

    run.engine.let_go(task.id)
    await until(lambda: bool(run.engine.discarded))

    assert run.engine.discarded == [(task.id, FILMS)]
    assert run.count("argosy_downloads_total", result="failed") == 0


async def test_leftovers_that_cannot_go_do_not_keep_the_server_from_starting(
    start: Start,
    engine: FakeEngine,
    *,
    tasks: Tasks,
    changes: Changes,
    alice: Identity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def discard(*_: object) -> None:
        raise NotADirectoryError

    monkeypatch.setattr(engine, "discard", discard)
    (task,) = await tasks.add(alice, [A])
    await changes.cancel(alice, [str(task.id)])
    engine.kept.add(task.id)

    async with start(engine) as run:
        (other,) = await run.add(alice, "https://example.com/b")

        assert (await run.end(alice, other)).state is TaskState.COMPLETED


async def test_leftovers_of_failed_tasks_go_after_a_week(
    start: Start, engine: FakeEngine, tasks: Tasks, alice: Identity, clock: FakeClock
) -> None:
    url = engine.plan(A, Fails(ArgosyError("No.")))
    async with start(engine) as run:
        (task,) = await run.tasks.add(alice, [url], folder="films")
        await run.end(alice, task)
    async with start(engine):
        assert engine.kept == {task.id}
    clock.advance(7 * 86_400 + 1)

    async with start(engine):
        assert engine.discarded == [(task.id, FILMS)]


async def test_leftovers_go_at_the_start_unless_they_are_needed(
    start: Start,
    engine: FakeEngine,
    *,
    tasks: Tasks,
    changes: Changes,
    alice: Identity,
    worker: Worker,
) -> None:
    urls = [f"https://example.com/{n}" for n in range(3)]
    completed, cancelled, waiting = await tasks.add(alice, urls, folder="films")
    claims = worker("other")
    (claim,) = await claims.take(1)
    fetched = Fetched("0", "alice/films/0", 5, "ab" * 32)
    await claims.complete(claim, fetched)
    await changes.cancel(alice, [str(cancelled.id)])
    unknown = new_id()
    engine.kept |= {completed.id, cancelled.id, waiting.id, unknown}
    engine.plan("https://example.com/2", Waits())

    async with start(engine):
        await engine.started.get()

    assert set(engine.forgotten) == {completed.id, unknown}
    assert engine.discarded == [(cancelled.id, FILMS)]
    assert engine.kept == {waiting.id}
