"""Changing what was asked of tasks, while they wait and while they run."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.engines.options import Conflict, Options, Secrets
from services.errors import ErrorCode, InvalidInputs
from services.outgoing.addresses import AddressPolicy
from services.sealing import Sealer
from services.store.store import Store
from services.tasks.adding.asking import Asked
from services.tasks.adding.orders import Orders
from services.tasks.changing.updates import Update, Updates
from services.tasks.options import read_secrets
from services.tasks.priorities import Priority
from services.tasks.records import bound_to
from services.tasks.states import FINISHED, TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START
from tests.fakes.engine import Waits
from tests.fakes.runner import FakeRunner
from tests.integration.services.tasks.running import Running
from tests.integration.services.tasks.stored import kinds, plant, row

S = TaskState
LATER = START + timedelta(hours=1)
A = "https://example.com/a"


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize(
    "update",
    [
        Update(priority=Priority.HIGH),
        Update(start_at=LATER),
        Update(speed_limit=1000),
        Update(asked=Asked(connections=2)),
    ],
    ids=["priority", "start_at", "speed_limit", "options"],
)
async def test_each_state_takes_what_it_may(
    updates: Updates,
    store: Store,
    alice: Identity,
    *,
    state: TaskState,
    update: Update,
) -> None:
    task = await plant(store, alice, state)
    before = await row(store, task.id)

    done = await updates.update(alice, [str(task.id)], update)

    after = await row(store, task.id)
    if state in FINISHED or (state is S.RUNNING and update.start_at == LATER):
        assert [(e.code, e.field) for e in done.errors] == [(ErrorCode.ILLEGAL_MOVE, "ids.0")]
        assert (after, await kinds(store, task)) == (before, [])
    else:
        (changed,) = done.tasks
        wanted = changed.priority, changed.due_at, changed.options
        limited = update.speed_limit if isinstance(update.speed_limit, int) else None
        assert wanted == (
            update.priority or task.priority,
            LATER if update.start_at == LATER else task.due_at,
            Options(speed_limit=limited, connections=2 if update.asked else None),
        )
        assert (changed.state, after["revision"]) == (state, 8)
        assert await kinds(store, task) == ["task.changed"]


async def test_what_is_so_already_changes_nothing(
    updates: Updates, store: Store, alice: Identity
) -> None:
    task = await plant(store, alice, S.PENDING)
    update = Update(priority=Priority.NORMAL, start_at=None, asked=Asked(conflict=Conflict.RENAME))
    before = await row(store, task.id)

    done = await updates.update(alice, [str(task.id)], update)

    assert (done.tasks, await row(store, task.id)) == ([task], before)
    assert await kinds(store, task) == []


async def test_what_is_not_given_stays(updates: Updates, tasks: Tasks, alice: Identity) -> None:
    options = Options(connections=3, conflict=Conflict.SKIP, user_agent="a")
    (task,) = await tasks.add(alice, [A], options=options)

    done = await updates.update(
        alice, [str(task.id)], Update(asked=Asked(conflict=Conflict.RENAME, retries=0))
    )

    (changed,) = done.tasks
    assert (changed.options.connections, changed.options.user_agent) == (3, "a")
    assert (changed.options.conflict, changed.options.patience.retries) == (Conflict.RENAME, 0)


async def test_secrets_are_merged_and_sealed_again(
    updates: Updates, tasks: Tasks, store: Store, alice: Identity, tmp_path: Path
) -> None:
    secrets = Secrets(headers=(("X-A", "b"),), token="old")
    (task,) = await tasks.add(alice, [A], secrets=secrets)

    await updates.update(
        alice, [str(task.id)], Update(asked=Asked(username="alice", password="new"))
    )

    sealed = str((await row(store, task.id))["secrets"])
    kept = read_secrets(Sealer(tmp_path / "secret.key").open(sealed, bound_to(task)))
    assert kept == Secrets(headers=(("X-A", "b"),), username="alice", password="new")


async def test_too_many_mirrors_and_a_forbidden_proxy_are_refused_as_when_adding(
    updates: Updates, store: Store, alice: Identity
) -> None:
    task = await plant(store, alice, S.PENDING)
    mirrors = [f"https://example.com/{n}" for n in range(101)]

    with pytest.raises(InvalidInputs) as caught:
        await updates.update(
            alice,
            [str(task.id)],
            Update(asked=Asked(mirrors=mirrors, proxy_url="http://10.0.0.1:8080")),
        )

    assert [error.field for error in caught.value.errors] == [
        "options.mirrors",
        "options.proxy.url",
    ]


async def test_all_that_is_wrong_is_told_at_once(
    updates: Updates, store: Store, alice: Identity
) -> None:
    ids = [str((await plant(store, alice, S.PENDING)).id) for _ in range(2)]
    asked = Asked(connections=65, mirrors=["http://127.0.0.1/a"], name="a")

    with pytest.raises(InvalidInputs) as caught:
        await updates.update(alice, ids, Update(speed_limit=0, asked=asked))

    assert [error.field for error in caught.value.errors] == [
        "speedLimit",
        "options.connections",
        "options.mirrors.0",
        "options.name",
        "options.mirrors",
    ]
    with pytest.raises(InvalidInputs):
        await updates.update(alice, ids, Update())


async def test_only_new_options_make_a_running_task_begin_anew(
    updates: Updates, store: Store, alice: Identity, runner: FakeRunner
) -> None:
    task = await plant(store, alice, S.RUNNING)

    await updates.update(alice, [str(task.id)], Update(speed_limit=5, priority=Priority.LOW))
    assert runner.gave_way == []
    await updates.update(alice, [str(task.id)], Update(asked=Asked(connections=2)))

    assert runner.gave_way == [task.id]


async def test_running_task_goes_on_with_new_options_and_its_bytes(
    run: Running, store: Store, alice: Identity, tmp_path: Path
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(250), Waits(0)))
    first = await run.engine.started.get()
    updates = Updates(
        store=store,
        clock=run.clock,
        runner=run.runner,
        speeds=run.speeds,
        sealer=Sealer(tmp_path / "secret.key"),
        orders=Orders(policy=AddressPolicy(), engines=("http",)),
    )

    await updates.update(alice, [str(task.id)], Update(speed_limit=1000))
    assert first.rates[-1].limit == 1000  # while it runs
    await updates.update(alice, [str(task.id)], Update(asked=Asked(connections=2)))
    second = await run.engine.started.get()

    assert (second.options.connections, second.meter.received) == (2, 250)
    assert second.rates[-1].limit == 1000
    run.engine.let_go(task.id)
    assert (await run.end(alice, task)).state is TaskState.COMPLETED
