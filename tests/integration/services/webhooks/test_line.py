"""The line: order, giving up, switching off, several servers, forgetting."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from services.access.identity import Identity, Role
from services.alerts.issues import Level
from services.engines.options import Kind
from services.errors import Conflict
from services.store.store import NewEvent, Store, Transaction
from services.webhooks.conditions import Conditions
from services.webhooks.deliveries import DeliveryLog
from services.webhooks.line import LEASE_MARGIN
from services.webhooks.records import DeliveryState
from services.webhooks.wishes import WebhookChange
from tests.fakes.clock import FakeClock
from tests.fakes.hook_receiver import Receiver, answer
from tests.integration.services.webhooks.rig import LEASE, Rig, rigged, until

HOUR = 3600.0


async def test_events_of_a_task_keep_their_order(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.answers.append(answer(500))
    await rig.webhook(alice, receiver.url())
    first = await rig.start(alice)
    await rig.drain()
    await rig.happen(alice, "task.completed", first, state="COMPLETED", attempt=1)
    other = await rig.start(alice)
    await rig.drain()
    before = [(t.event, t.content["data"]["task_id"]) for t in receiver.told]
    clock.advance(6)
    await rig.drain()
    after = [(t.event, t.content["data"]["task_id"]) for t in receiver.told][len(before) :]

    assert before == [
        ("task.started", f"task_{first}"),
        ("task.started", f"task_{other}"),  # the completion of the first one waits, this does not
    ]
    assert after == [("task.started", f"task_{first}"), ("task.completed", f"task_{first}")]


async def test_numbers_are_in_the_order_of_events(
    rig: Rig, alice: Identity, receiver: Receiver
) -> None:
    await rig.webhook(alice, receiver.url())
    tasks = [await rig.start(alice) for _ in range(5)]

    assert [delivery.task_id for delivery in await rig.all(alice)] == tasks


async def test_it_is_given_up_after_three_days_and_the_next_is_told(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.usual = answer(500)
    await rig.webhook(alice, receiver.url())
    task = await rig.start(alice)
    await rig.happen(alice, "task.completed", task, state="COMPLETED", attempt=1)
    waits, tried = [], clock.now()
    for _ in range(200):
        await rig.drain()
        first = (await rig.all(alice))[0]
        if first.state is not DeliveryState.WAITING:
            break
        waits.append((first.due_at - clock.now()).total_seconds())
        clock.advance(waits[-1])
    first, _ = await rig.all(alice)
    told = [each.event for each in receiver.told]

    assert first.state is DeliveryState.GIVEN_UP
    assert clock.now() - tried == timedelta(hours=72)
    assert 20 < len(waits) < 60
    assert 2.5 <= waits[0] <= 5
    assert max(waits) <= 4 * HOUR
    assert told[: first.tries] == ["task.started"] * first.tries
    assert told[first.tries] == "task.completed"


async def test_webhook_that_fails_for_five_days_is_switched_off(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.usual = answer(500, b"oh")
    webhook = await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    clock.advance(5 * 24 * HOUR - 60)
    await rig.start(alice)
    await rig.drain()
    before = await rig.webhooks.get(alice, webhook.id)
    clock.advance(120)
    waiting = await rig.start(alice)
    await rig.start(alice)
    await rig.drain()
    after = await rig.webhooks.get(alice, webhook.id)
    (alert,) = await rig.alert_rows()
    told = len(receiver.told)
    await rig.start(alice)
    await rig.drain()

    assert before.is_active
    assert not after.is_active
    assert after.disabled_because is not None
    assert "5 days" in after.disabled_because
    assert (alert["rule"], alert["owner_id"]) == ("webhook.failing", alice.user_id)
    assert alert["subject"] == str(webhook.id)
    assert len(receiver.told) == told
    states = {delivery.state for delivery in await rig.all(alice)}
    assert states <= {DeliveryState.GIVEN_UP, DeliveryState.CANCELLED}
    assert waiting


async def test_switched_on_again_it_begins_anew_and_its_alert_is_restored(
    rig: Rig, alice: Identity, receiver: Receiver
) -> None:
    receiver.answers.append(answer(410))
    webhook = await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    (alert,) = await rig.alert_rows()
    gone = await rig.webhooks.get(alice, webhook.id)
    with pytest.raises(Conflict):
        await rig.deliveries.test(alice, webhook.id)
    again = await rig.webhooks.update(alice, webhook.id, WebhookChange(is_active=True))
    await rig.start(alice)
    await rig.drain()

    assert "410 Gone" in alert["message"]
    assert not gone.is_active
    assert (again.is_active, again.disabled_because, again.failing_since) == (True, None, None)
    assert await rig.alert_rows() == []
    assert len(receiver.told) == 2


async def test_what_waits_for_a_webhook_that_is_switched_off_is_cancelled(
    rig: Rig, alice: Identity, receiver: Receiver
) -> None:
    webhook = await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.webhooks.update(alice, webhook.id, WebhookChange(is_active=False))
    await rig.drain()
    delivery, tries = await rig.one(alice)
    with pytest.raises(Conflict):
        await rig.deliveries.redeliver(alice, delivery.message)
    await rig.webhooks.update(alice, webhook.id, WebhookChange(is_active=True))
    await rig.deliveries.redeliver(alice, delivery.message)
    await rig.drain()
    again, _ = await rig.one(alice)

    assert (delivery.state, tries) == (DeliveryState.CANCELLED, [])
    assert (again.state, len(receiver.told)) == (DeliveryState.DELIVERED, 1)


async def test_two_servers_send_everything_once(
    postgres: Store, clock: FakeClock, tmp_path: Path, receiver: Receiver
) -> None:
    async with rigged(postgres, clock, tmp_path) as rig:
        alice = await rig.somebody("alice")
        await rig.webhook(alice, receiver.url())
        tasks = [await rig.start(alice) for _ in range(60)]
        for task in tasks:
            await rig.happen(alice, "task.completed", task, state="COMPLETED", attempt=1)
        other = rig.make_dispatcher()
        await asyncio.gather(rig.dispatcher.open(), other.open())
        await receiver.heard(120)
        await until(lambda: not rig.dispatcher.sending and not other.sending)
        await other.close()

    ids = [told.headers["webhook-id"] for told in receiver.told]
    assert len(ids) == len(set(ids)) == 120
    for task in tasks:
        events = [t.event for t in receiver.told if t.content["data"]["task_id"] == f"task_{task}"]
        assert events == ["task.started", "task.completed"]


async def test_what_a_crash_left_is_sent_again_by_another_server(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    taken = await rig.make_line().take(1, {}, ())  # and nobody knows what became of it
    await rig.drain()
    before = len(receiver.told)
    clock.advance(LEASE.total_seconds() + 1)
    await rig.drain()
    delivery, tries = await rig.one(alice)

    assert (len(taken), before) == (1, 0)
    assert len(receiver.told) == 1
    assert (delivery.state, [t.number for t in tries]) == (DeliveryState.DELIVERED, [2])
    assert timedelta(seconds=10) + LEASE_MARGIN == LEASE


async def test_what_is_being_sent_at_the_end_is_sent_again_at_once(
    rig: Rig, alice: Identity, receiver: Receiver
) -> None:
    gate = receiver.gates["/hook"] = asyncio.Event()
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    ending = rig.make_dispatcher()
    await ending.look()
    await receiver.heard(1)
    await ending.close()
    gate.set()
    await rig.drain()
    delivery, tries = await rig.one(alice)
    first, second = receiver.told

    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (delivery.state, [t.number for t in tries]) == (DeliveryState.DELIVERED, [1])


async def test_only_server_of_a_database_takes_over_at_once(
    sqlite: Store, clock: FakeClock, tmp_path: Path, receiver: Receiver
) -> None:
    async with rigged(sqlite, clock, tmp_path) as rig:
        alice = await rig.somebody("alice")
        await rig.webhook(alice, receiver.url())
        await rig.start(alice)
        await rig.make_line().take(1, {}, ())  # by a process that is killed then
        await rig.dispatcher.open()
        await receiver.heard(1)
        await until(lambda: not rig.dispatcher.sending)
        delivery, _ = await rig.one(alice)

    assert delivery.state is DeliveryState.DELIVERED


async def test_deliveries_are_forgotten_by_age_and_by_number(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    webhook = await rig.webhook(alice, receiver.url())
    for _ in range(3):
        await rig.start(alice)
    await rig.drain()
    clock.advance(HOUR)
    await rig.start(alice)
    await rig.drain()
    receiver.usual = answer(500)
    await rig.start(alice)  # what waits is never forgotten
    await rig.drain()
    by_age = DeliveryLog(store=rig.store, clock=clock, age=timedelta(minutes=30), entries=1_000_000)
    by_number = DeliveryLog(store=rig.store, clock=clock, age=timedelta(days=1), entries=1)
    old = await by_age.prune()
    many = await by_number.prune()
    left = await rig.all(alice)
    attempts = await rig.store.fetch("SELECT COUNT(*) AS n FROM webhook_attempts")

    assert (old, many) == (3, 1)
    assert [(d.state, d.webhook_id) for d in left] == [(DeliveryState.WAITING, webhook.id)]
    assert attempts[0]["n"] == 1


async def test_only_what_is_wanted_is_told(rig: Rig, alice: Identity, receiver: Receiver) -> None:
    admin = await rig.somebody("root", Role.ADMIN)
    wanted = Conditions(folder="films", hosts=("example.com",), level=Level.WARNING)
    await rig.webhook(alice, receiver.url("/alice"), "task.*", "alert.*", conditions=wanted)
    await rig.webhook(
        alice, receiver.url("/none"), "task.*", conditions=Conditions(kinds=(Kind.IMAGE,))
    )
    await rig.webhook(admin, receiver.url("/root"), "task.*", "alert.*", "backup.*")
    told = await rig.task(alice, folder="films/2026")
    await rig.start(alice, task_id=told)
    await rig.start(alice, task_id=await rig.task(alice, folder="filmsX"))
    await rig.happen(alice, "alert.raised", level="info", message="a")
    await rig.happen(alice, "alert.raised", level="critical", message="b")
    await rig.happen(None, "alert.raised", level="info", message="c")
    await rig.happen(None, "backup.completed", filename="x")
    await rig.drain()
    heard = sorted((each.path, each.event) for each in receiver.told)

    assert heard == [
        ("/alice", "alert.raised"),
        ("/alice", "task.started"),
        ("/root", "alert.raised"),
        ("/root", "backup.completed"),
    ]
    by_path = {(e.path, e.event): e.content["data"] for e in receiver.told}
    assert by_path["/alice", "task.started"]["task_id"] == f"task_{told}"
    assert by_path["/alice", "alert.raised"]["message"] == "b"


async def test_what_is_undone_is_not_told(rig: Rig, alice: Identity, receiver: Receiver) -> None:
    await rig.webhook(alice, receiver.url())
    task, now = await rig.task(alice), rig.clock.now()

    async def fail(transaction: Transaction) -> None:
        transaction.record(NewEvent(alice.user_id, task, "task.started", {}, now))
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        await rig.store.write(fail)

    assert await rig.all(alice) == []
