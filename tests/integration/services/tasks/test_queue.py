"""The queue as a whole: what it says of itself, and stopping all of it while it runs."""

import pytest

from services.access.identity import Identity
from services.errors import Forbidden
from services.store.store import Store
from services.tasks.changing.removal import Removal
from services.tasks.limits.queue import Paused, Queue
from services.tasks.running import runner as runner_module
from services.tasks.states import TaskState
from tests.fakes.engine import Waits
from tests.integration.services.tasks.running import MOST, UNLIMITED, Running, until

A = "https://example.com/a"


def queue_of(run: Running, store: Store) -> Queue:
    return Queue(
        store=store,
        pauses=run.pauses,
        runner=run.runner,
        speeds=run.speeds,
        limits=UNLIMITED,
        most=MOST,
    )


async def test_paused_queue_puts_back_what_runs_and_goes_on_later(
    run: Running, store: Store, alice: Identity
) -> None:
    queue = queue_of(run, store)
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250), Waits(0)))
    await run.engine.started.get()
    running = await queue.look(alice)

    paused = await queue.pause(alice)
    await until(lambda: run.runner.running == 0)
    waiting = await queue.look(alice)
    resumed = await queue.resume(alice)
    job = await run.engine.started.get()

    assert (running.running, running.waiting, running.is_own_paused) == (1, 0, False)
    assert paused.is_own_paused
    assert (waiting.running, waiting.waiting) == (0, 1)
    assert not resumed.is_own_paused
    assert job.meter.received == 250
    run.engine.let_go(task.id)
    assert (await run.end(alice, task)).state is TaskState.COMPLETED


async def test_only_administrators_pause_the_server(
    run: Running, store: Store, alice: Identity, admin: Identity
) -> None:
    queue = queue_of(run, store)

    with pytest.raises(Forbidden):
        await queue.pause(alice, Paused.SERVER)
    assert not (await queue.look(alice)).is_server_paused

    assert (await queue.pause(admin, Paused.SERVER)).is_server_paused
    assert (await queue.look(alice)).is_server_paused


async def test_runner_makes_an_end_of_what_was_removed(
    run: Running, store: Store, alice: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    removal = Removal(
        store=store,
        clock=run.clock,
        channel=run.tasks._channel,
        runner=run.runner,
        quotas=run.quotas,
    )
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250)))
    await run.engine.started.get()
    await removal.remove(alice, [str(task.id)])
    await until(lambda: run.runner.running == 0)
    assert run.engine.kept == {task.id}

    monkeypatch.setattr(runner_module, "PURGE_SECONDS", 0.01)
    run.clock.advance(60)
    await run.runner._clear_away()

    assert (run.engine.kept, [key for key, _ in run.engine.discarded]) == (set(), [task.id])
    assert await store.fetch("SELECT id FROM tasks") == []
