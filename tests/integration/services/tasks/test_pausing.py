"""Tasks that are paused while an engine works at them, and go on."""

from services.access.identity import Identity
from services.store.store import Store
from services.tasks.states import TaskState
from tests.fakes.engine import Waits
from tests.integration.services.tasks.running import Running, until

A = "https://example.com/a"


async def test_paused_task_leaves_its_engine_and_keeps_its_bytes(
    run: Running, alice: Identity
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250)))
    await run.engine.started.get()

    (paused,) = (await run.changes.pause(alice, [str(task.id)])).tasks
    await until(lambda: run.runner.running == 0)

    assert (paused.state, paused.received) == (TaskState.PAUSED, 250)
    assert (run.engine.kept, run.engine.discarded, run.engine.forgotten) == ({task.id}, [], [])
    assert (await run.tasks.get(alice, task.id)) == paused


async def test_resumed_task_goes_on_from_what_it_had(run: Running, alice: Identity) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250), Waits(0)))
    await run.engine.started.get()
    await run.changes.pause(alice, [str(task.id)])

    await run.changes.resume(alice, [str(task.id)])  # the engine may not have let go yet
    job = await run.engine.started.get()
    run.engine.let_go(task.id)

    assert job.meter.received == 250
    assert (await run.end(alice, task)).state is TaskState.COMPLETED
    assert run.engine.most_at_once == 1


async def test_task_that_is_tried_again_waits_until_its_bytes_are_gone(
    run: Running, alice: Identity
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250), Waits(0)))
    await run.engine.started.get()
    await run.changes.cancel(alice, [str(task.id)])

    await run.changes.retry(alice, [str(task.id)])
    job = await run.engine.started.get()

    assert job.meter.received == 0
    assert run.engine.kept == {task.id}  # by the new attempt: nothing is removed under its hands
    run.engine.let_go(task.id)
    assert (await run.end(alice, task)).state is TaskState.COMPLETED


async def test_worker_that_gives_back_does_not_undo_a_pause(
    run: Running, alice: Identity, store: Store
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250)))
    await run.engine.started.get()
    run.runner.give_way(task.id)

    await run.changes.pause(alice, [str(task.id)])
    await until(lambda: run.runner.running == 0)

    assert (await run.tasks.get(alice, task.id)).state is TaskState.PAUSED
