"""Callbacks of tasks, and how far tasks have come."""

import hashlib
import hmac
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from standardwebhooks import Webhook as Verifier

from services.access.identity import Identity
from services.engines.engine import Phase
from services.sealing import Sealer
from services.store.store import Store, Transaction
from services.tasks.records import TaskProgress
from services.tasks.sealed import is_key_awaited, reseal
from services.tasks.states import TaskState
from services.webhooks.records import DeliveryState
from tests.fakes.clock import FakeClock
from tests.fakes.hook_receiver import Receiver, answer
from tests.integration.services.webhooks.rig import Rig, until


def running(rig: Rig, who: Identity, task: UUID, received: int) -> None:
    """Let the runner say how far a task has come."""
    progress = TaskProgress(
        task_id=task,
        owner_id=who.user_id,
        revision=1,
        state=TaskState.RUNNING,
        phase=Phase.DOWNLOADING,
        name="a.iso",
        received=received,
        total=100,
        speed=5,
        error_code=None,
        error_message=None,
    )
    rig.runner.progress[task] = progress
    rig.channel.publish(task, progress)


async def test_callback_is_told_and_signed_with_its_owners_secret(
    rig: Rig, alice: Identity, receiver: Receiver
) -> None:
    task = await rig.task(alice, state="COMPLETED", callback=receiver.url("/done?k=1"))
    other = await rig.task(alice, state="COMPLETED")
    for each in (task, other):
        await rig.happen(alice, "task.completed", each, state="COMPLETED", attempt=1)
    await rig.drain()
    (told,) = receiver.told
    secret = await rig.callbacks.secret(alice)
    (delivery,) = await rig.all(alice)

    assert secret is not None
    assert (told.path, told.event) == ("/done?k=1", "job.completed")
    assert told.content["data"]["job_id"] == str(task)
    expected = hmac.new(secret.secret.encode(), told.body.encode(), hashlib.sha256).hexdigest()
    assert told.headers["x-webhook-signature"] == expected
    assert delivery.is_callback
    assert (await rig.webhooks.page(alice, first=10, after=None)).items == []


async def test_callback_secret_is_changed_with_an_overlap(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    before_any = await rig.callbacks.secret(alice)
    first = await rig.callbacks.rotate(alice, None, timedelta(hours=1))
    second = await rig.callbacks.rotate(alice, "your-webhook-secret", timedelta(hours=1))
    task = await rig.task(alice, state="FAILED", callback=receiver.url())
    await rig.happen(alice, "task.failed", task, state="FAILED", attempt=1)
    await rig.drain()
    (told,) = receiver.told

    assert before_any is None
    assert first.previous_until is None
    assert second.previous_until is not None
    assert told.event == "job.failed"
    assert "x-webhook-signature-previous" in told.headers
    assert len(told.headers["webhook-signature"].split(" ")) == 2
    for secret in (first.secret, b"your-webhook-secret"):
        signed = Verifier(secret).sign(told.headers["webhook-id"], clock.now(), told.body)
        assert signed in told.headers["webhook-signature"].split(" ")


async def test_callback_that_is_gone_is_not_told_again(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.usual = answer(410)
    task = await rig.task(alice, state="COMPLETED", callback=receiver.url())
    await rig.happen(alice, "task.completed", task, state="COMPLETED", attempt=1)
    await rig.drain()
    clock.advance(3600)
    await rig.drain()
    delivery, _ = await rig.one(alice)

    assert (delivery.state, len(receiver.told)) == (DeliveryState.GIVEN_UP, 1)
    assert await rig.alert_rows() == []


async def test_only_the_newest_progress_waits(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    await rig.webhook(alice, receiver.url(), "job.progress")
    await rig.progress.open()
    task = await rig.task(alice)
    running(rig, alice, task, 10)
    await rig.progress.tell()
    running(rig, alice, task, 45)
    await rig.progress.tell()
    waiting = await rig.all(alice)
    await rig.drain()
    await rig.progress.tell()  # nothing new was heard
    (told,) = receiver.told

    assert len(waiting) == 1
    assert len(await rig.all(alice)) == 1
    assert told.content == {
        "event": "job.progress",
        "timestamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {"job_id": str(task), "status": "processing", "progress": 45, "eta_seconds": 11},
    }


async def test_progress_gives_way_to_the_end_and_never_follows_it(
    rig: Rig, alice: Identity, receiver: Receiver
) -> None:
    await rig.webhook(alice, receiver.url(), "job.*")
    await rig.progress.open()
    task = await rig.task(alice, callback=receiver.url("/callback"))
    running(rig, alice, task, 10)
    await rig.progress.tell()
    waiting = [delivery.event for delivery in await rig.all(alice)]

    async def finish(transaction: Transaction) -> None:
        await transaction.execute("UPDATE tasks SET state = 'COMPLETED' WHERE id = ?", task)

    await rig.store.write(finish)
    await rig.happen(alice, "task.completed", task, state="COMPLETED", attempt=1)
    running(rig, alice, task, 99)  # heard before the end was
    await rig.progress.tell()
    await rig.drain()

    assert waiting == ["job.progress"] * 2
    assert sorted((t.path, t.event) for t in receiver.told) == [
        ("/callback", "job.completed"),
        ("/hook", "job.completed"),
    ]


async def test_progress_is_tried_once(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.usual = answer(500)
    await rig.webhook(alice, receiver.url(), "job.progress")
    await rig.progress.open()
    running(rig, alice, await rig.task(alice), 10)
    await rig.progress.tell()
    await rig.drain()
    clock.advance(3600)
    await rig.drain()
    delivery, _ = await rig.one(alice)

    assert (delivery.state, delivery.tries) == (DeliveryState.GIVEN_UP, 1)


async def test_new_key_of_the_server_opens_everything(
    rig: Rig, alice: Identity, receiver: Receiver, store: Store, tmp_path: Path
) -> None:
    await rig.webhook(alice, receiver.url("/hook"), "job.*", headers=[("X-A", "b")])
    task = await rig.task(alice, state="COMPLETED", callback=receiver.url("/callback"))
    await rig.happen(alice, "task.completed", task, state="COMPLETED", attempt=1)
    sealer = Sealer(tmp_path / "secret.key")
    done = await reseal(store, sealer)
    sealer.drop(kept=0)
    rig.sealer = Sealer(tmp_path / "secret.key")
    fresh = rig.make_dispatcher()
    await rig.drain(fresh)
    await fresh.close()

    assert done.lost == 0
    assert done.webhooks == 6  # a URL, headers, two secrets, and the callback in its two places
    assert await is_key_awaited(store)
    assert sorted(told.path for told in receiver.told) == ["/callback", "/hook"]
    await until(lambda: not fresh.sending)
