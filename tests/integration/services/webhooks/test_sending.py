"""Receivers that behave badly: what becomes of what they are sent."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.outgoing.addresses import AddressPolicy
from services.store.store import Store
from services.webhooks.records import DeliveryState
from tests.fakes.authority import Authority
from tests.fakes.clock import FakeClock
from tests.fakes.hook_receiver import Reaction, Receiver, answer, raw, reset, without_end
from tests.integration.services.webhooks.rig import Rig, rigged, until

LIES = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nshort")
GARBAGE = raw(b"this is no HTTP\r\n\r\n")
EVERYTHING_AT_ONCE = raw(b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")


@pytest.fixture
async def rig(sqlite: Store, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Rig]:
    """On one database: what is written down is the matter of `test_line`."""
    async with rigged(sqlite, clock, tmp_path) as rig:
        yield rig


@pytest.mark.parametrize("status", [200, 204, 299])
async def test_every_success_is_a_delivery(
    rig: Rig, alice: Identity, receiver: Receiver, status: int
) -> None:
    receiver.usual = answer(status)
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    delivery, (tried,) = await rig.one(alice)

    assert (delivery.state, delivery.tries) == (DeliveryState.DELIVERED, 1)
    assert (tried.status, tried.error) == (status, None)


@pytest.mark.parametrize(
    ("reaction", "status", "error"),
    [
        (answer(500, b"oh"), 500, "The receiver answered 500 Internal Server Error."),
        (answer(404), 404, "The receiver answered 404 Not Found."),
        (answer(799), 799, "The receiver answered 799."),
        (GARBAGE, None, "127.0.0.1 does not answer as HTTP should."),
        (reset, None, "127.0.0.1 ended the connection before everything had come."),
        (raw(b""), None, "127.0.0.1 ended the connection before everything had come."),
    ],
)
async def test_failure_is_tried_again_after_a_while(
    *,
    rig: Rig,
    alice: Identity,
    receiver: Receiver,
    clock: FakeClock,
    reaction: Reaction,
    status: int | None,
    error: str,
) -> None:
    receiver.answers.append(reaction)
    webhook = await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    waiting, (tried,) = await rig.one(alice)
    failing = await rig.webhooks.get(alice, webhook.id)
    clock.advance(6)
    await rig.drain()
    delivered, tries = await rig.one(alice)

    assert (tried.status, tried.error) == (status, error)
    assert waiting.state is DeliveryState.WAITING
    assert waiting.due_at > waiting.created_at
    assert failing.failing_since is not None
    assert (delivered.state, [t.number for t in tries]) == (DeliveryState.DELIVERED, [1, 2])
    assert receiver.told[0].headers["webhook-id"] == receiver.told[1].headers["webhook-id"]
    assert receiver.told[0].body == receiver.told[1].body
    assert (await rig.webhooks.get(alice, webhook.id)).failing_since is None


@pytest.mark.parametrize("reaction", [LIES, without_end])
async def test_what_the_body_does_is_no_matter_once_it_is_taken(
    rig: Rig, alice: Identity, receiver: Receiver, reaction: Reaction
) -> None:
    receiver.usual = reaction
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    delivery, (tried,) = await rig.one(alice)

    assert delivery.state is DeliveryState.DELIVERED
    assert tried.answer is not None
    assert len(tried.answer) <= 4096


async def test_broken_coding_is_a_failure(rig: Rig, alice: Identity, receiver: Receiver) -> None:
    receiver.usual = EVERYTHING_AT_ONCE
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    delivery, (tried,) = await rig.one(alice)

    assert delivery.state is DeliveryState.WAITING
    assert tried.error is not None


async def test_redirect_is_not_followed(rig: Rig, alice: Identity, receiver: Receiver) -> None:
    receiver.answers.append(answer(302, Location=receiver.url("/elsewhere")))
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    delivery, (tried,) = await rig.one(alice)

    assert [told.path for told in receiver.told] == ["/hook"]
    assert (delivery.state, tried.status) == (DeliveryState.WAITING, 302)
    assert tried.error is not None
    assert "Redirects are not followed" in tried.error


async def test_silence_is_not_waited_out(
    sqlite: Store, clock: FakeClock, tmp_path: Path, receiver: Receiver
) -> None:
    async with rigged(sqlite, clock, tmp_path, seconds=0.05) as rig:
        alice = await rig.somebody("alice")
        receiver.usual = receiver.hang
        await rig.webhook(alice, receiver.url())
        await rig.start(alice)
        await rig.drain()
        delivery, (tried,) = await rig.one(alice)

    assert delivery.state is DeliveryState.WAITING
    assert tried.error == "127.0.0.1 did not answer in time."


async def test_certificate_that_nobody_vouches_for_is_refused(
    rig: Rig, alice: Identity, tmp_path: Path
) -> None:
    certificate, key = Authority().issue("receiver")
    (tmp_path / "both.pem").write_text(certificate + key)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "both.pem")
    async with Receiver(tls=tls) as receiver:
        await rig.webhook(alice, receiver.url())
        await rig.start(alice)
        await rig.drain()
        delivery, (tried,) = await rig.one(alice)

    assert receiver.told == []
    assert delivery.state is DeliveryState.WAITING
    assert tried.error == "The certificate of 127.0.0.1 is not valid, so nothing was fetched."


async def test_address_is_guarded_at_each_sending(
    sqlite: Store, clock: FakeClock, tmp_path: Path, receiver: Receiver
) -> None:
    async with rigged(sqlite, clock, tmp_path) as rig:
        alice = await rig.somebody("alice")
        await rig.webhook(alice, receiver.url())
        await rig.start(alice)
        rig.policy = AddressPolicy()
        guarded = rig.make_dispatcher()
        await rig.drain(guarded)
        await guarded.close()
        _, (tried,) = await rig.one(alice)

    assert receiver.told == []
    assert tried.error is not None
    assert "127.0.0.1 is not a public address" in tried.error


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_receiver_is_left_alone_for_as_long_as_it_asks(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock, form: str
) -> None:
    until_then = clock.now() + timedelta(seconds=600)
    asked = "600" if form == "seconds" else format_datetime(until_then, usegmt=True)
    receiver.answers.append(answer(429, Retry_After=asked))
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    await rig.start(alice)  # another task: it would be told at once
    clock.advance(599)
    await rig.drain()
    before = len(receiver.told)
    clock.advance(3)
    await rig.drain()

    assert before == 1
    assert len(receiver.told) == 3
    assert {d.state for d in await rig.all(alice)} == {DeliveryState.DELIVERED}


async def test_nobody_is_left_alone_for_longer_than_an_hour(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.answers.append(answer(503, Retry_After="999999999"))
    await rig.webhook(alice, receiver.url())
    await rig.start(alice)
    await rig.drain()
    clock.advance(3602)
    await rig.drain()

    assert len(receiver.told) == 2


async def test_slow_receiver_holds_nobody_else_up(
    sqlite: Store, clock: FakeClock, tmp_path: Path, receiver: Receiver
) -> None:
    async with rigged(sqlite, clock, tmp_path, per_endpoint=2) as rig:
        alice = await rig.somebody("alice")
        gate = receiver.gates["/slow"] = asyncio.Event()
        await rig.webhook(alice, receiver.url("/slow"))
        await rig.webhook(alice, receiver.url("/fast"))
        for _ in range(5):
            await rig.start(alice)
        await rig.dispatcher.open()
        await until(lambda: sum(told.path == "/fast" for told in receiver.told) == 5)
        await until(lambda: receiver.present == 2)
        slow_before = sum(told.path == "/slow" for told in receiver.told)
        gate.set()
        await until(lambda: sum(told.path == "/slow" for told in receiver.told) == 5)

    assert slow_before == 2
    assert receiver.most_at_once <= 4


async def test_bodies_are_those_of_the_seeds(
    rig: Rig, alice: Identity, receiver: Receiver, clock: FakeClock
) -> None:
    await rig.webhook(alice, receiver.url(), "job.*", "download.*")
    done = await rig.task(alice, state="COMPLETED")
    failed = await rig.task(alice, state="FAILED", error=("HTTP_STATUS", "It answered 404."))
    await rig.happen(alice, "task.completed", done, state="COMPLETED", attempt=1)
    await rig.happen(alice, "task.failed", failed, state="FAILED", attempt=1)
    await rig.drain()
    told = {(each.event): each.content for each in receiver.told}

    at = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told == {
        "job.completed": {
            "event": "job.completed",
            "timestamp": at,
            "data": {
                "job_id": str(done),
                "status": "completed",
                "download_url": None,
                "file_size": 7,
                "duration": 270,
            },
        },
        "download.completed": {
            "event": "download.completed",
            "task_id": str(done),
            "url": "https://example.com/a.iso?x=1",
            "total_files": 0,
            "timestamp": at,
        },
        "job.failed": {
            "event": "job.failed",
            "timestamp": at,
            "data": {
                "job_id": str(failed),
                "status": "failed",
                "error": "It answered 404.",
                "error_code": "HTTP_STATUS",
            },
        },
    }
