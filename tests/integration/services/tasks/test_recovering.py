"""Tasks whose worker died are put back; those of the living are left alone."""

from datetime import timedelta
from pathlib import Path

from services.access.identity import Identity
from services.engines.engine import Meter
from services.tasks.running.claims import LEASE
from services.tasks.running.leases import STILL
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.integration.services.tasks.conftest import Worker


async def add(tasks: Tasks, owner: Identity, count: int = 1) -> None:
    await tasks.add(owner, [f"https://example.com/{n}" for n in range(count)])


async def test_expired_lease_lets_another_worker_have_the_task(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    (claim,) = await worker("one").take(1)
    two = worker("two")
    clock.advance(LEASE.total_seconds() + 0.001)

    seen = await two.recover_expired()
    clock.advance(STILL.total_seconds())
    (recovered,) = await two.recover_expired()
    (again,) = await two.take(1)

    assert seen == []
    assert (recovered.id, recovered.state) == (claim.task.id, TaskState.PENDING)
    assert again.task.attempt == claim.task.attempt + 1


async def test_lease_that_holds_is_respected(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    (claim,) = await worker("one").take(1)
    two = worker("two")
    await two.recover_expired()
    clock.advance(LEASE.total_seconds() - 0.001)

    assert await two.recover_expired() == []
    assert (await tasks.get(alice, claim.task.id)).state is TaskState.RUNNING


async def test_lease_counts_by_what_is_seen_of_it_and_not_by_its_time(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    one, two = worker("one"), worker("two")
    (claim,) = await one.take(1)
    clock.set_ahead(timedelta(hours=1))

    taken = []
    for _ in range(10):
        taken += await two.recover_expired()
        clock.advance(STILL.total_seconds() / 2)
        await one.report([(claim, Meter())])
        clock.advance(STILL.total_seconds() / 2)

    assert taken == []


async def test_lease_from_the_future_runs_out_as_any_other(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    await worker("one").take(1)
    clock.set_ahead(-timedelta(hours=1))
    two = worker("two")
    await two.recover_expired()

    clock.advance(LEASE.total_seconds() - 0.001)
    early = await two.recover_expired()
    clock.advance(0.001)

    assert early == []
    assert len(await two.recover_expired()) == 1


async def test_own_expired_lease_is_no_matter_while_the_task_is_held(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice)
    one = worker("one")
    (claim,) = await one.take(1)
    clock.advance(LEASE.total_seconds() * 10)

    assert await one.recover_expired({claim.task.id}) == []
    clock.advance(STILL.total_seconds())
    assert await one.recover_expired({claim.task.id}) == []
    assert await one.report([(claim, Meter())]) == {claim.task.id}


async def test_own_task_that_was_let_fall_is_put_back_when_its_lease_expires(
    tasks: Tasks, alice: Identity, worker: Worker, clock: FakeClock
) -> None:
    await add(tasks, alice, 2)
    one = worker("one")
    held, fallen = await one.take(2)
    clock.advance(LEASE.total_seconds() + 1)
    await one.recover_expired({held.task.id})
    clock.advance(STILL.total_seconds())

    recovered = await one.recover_expired({held.task.id})

    assert [task.id for task in recovered] == [fallen.task.id]


async def test_restarted_worker_takes_its_own_back_at_once(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice, 3)
    mine = await worker("one").take(2)
    (others,) = await worker("two").take(1)

    recovered = await worker("one").recover_own()

    assert {task.id for task in recovered} == {claim.task.id for claim in mine}
    assert {task.state for task in recovered} == {TaskState.PENDING}
    assert (await tasks.get(alice, others.task.id)).state is TaskState.RUNNING


async def test_recovered_task_keeps_what_was_last_reported(
    tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    await add(tasks, alice)
    one = worker("one")
    (claim,) = await one.take(1)
    await one.report([(claim, Meter(received=700, total=1000, name="half.zip"))])

    (recovered,) = await worker("one").recover_own()

    assert (recovered.received, recovered.total, recovered.name) == (700, 1000, "half.zip")


async def test_nothing_is_recovered_twice(tasks: Tasks, alice: Identity, worker: Worker) -> None:
    await add(tasks, alice)
    await worker("one").take(1)

    recovered = [len(await worker("one").recover_own()) for _ in range(2)]

    assert recovered == [1, 0]


async def test_worker_is_known_by_its_data_folder(worker: Worker, tmp_path: Path) -> None:
    names = [worker(name)._worker for name in ("one", "one", "two")]

    assert names[0] == names[1] != names[2]
    assert (tmp_path / "one/worker").read_text() == f"{names[0]}\n"


async def test_empty_worker_file_is_written_anew(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one/worker").write_text("\n")

    names = [worker("one")._worker for _ in range(2)]

    assert names[0] == names[1] != ""
