"""Notices are sent when they are due, once, and again where that failed."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from services.access.identity import Identity
from services.alerts.alerts import Alerts
from services.alerts.issues import Level
from services.metrics import Metrics
from services.notifiers.dispatcher import Dispatcher
from services.notifiers.notifiers import Notifiers
from services.notifiers.records import Notifier
from services.notifiers.taking import LEASE, LONGEST_PAUSE, MOST_TRIES
from services.notifiers.wishes import NotifierChange, NotifierWish
from services.sealing import Sealer
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.receiver import Receiver

WISH = NotifierWish("phone", "", digest_seconds=30)
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Case:
    """Two servers on one database, and somebody who wants to be told."""

    servers: list[Dispatcher]
    alerts: Alerts
    notifiers: Notifiers
    notifier: Notifier
    admin: Identity
    receiver: Receiver

    @property
    def dispatcher(self) -> Dispatcher:
        return self.servers[0]

    @property
    def store(self) -> Store:
        return self.dispatcher._store

    @property
    def clock(self) -> FakeClock:
        assert isinstance(self.dispatcher._clock, FakeClock)
        return self.dispatcher._clock

    @property
    def metrics(self) -> Metrics:
        return self.dispatcher._metrics

    @property
    def sealer(self) -> Sealer:
        return self.dispatcher._sealer


@pytest.fixture
async def case(
    servers: list[Dispatcher],
    alerts: Alerts,
    notifiers: Notifiers,
    admin: Identity,
    receiver: Receiver,
) -> Case:
    notifier = await notifiers.create(admin, replace(WISH, url=receiver.url))
    return Case(servers, alerts, notifiers, notifier, admin, receiver)


async def look(dispatcher: Dispatcher) -> None:
    await dispatcher.look()
    await dispatcher.settle()


async def now_of(notifiers: Notifiers, admin: Identity) -> Notifier:
    (notifier,) = (await notifiers.page(admin, None, first=5, after=None)).items
    return notifier


async def waiting(store: Store) -> int:
    (row,) = await store.fetch("SELECT COUNT(*) AS n FROM notices")
    return int(row["n"])


async def raise_storm(alerts: Alerts, count: int) -> None:
    for number in range(count):
        await alerts.report("webhook.failing", "x", level=Level.WARNING, subject=f"{number}")


async def test_storm_is_one_message(case: Case) -> None:
    await raise_storm(case.alerts, 40)
    case.clock.advance(20)
    await case.alerts.report("disk.low", "There is little room.", level=Level.CRITICAL)

    await look(case.dispatcher)
    too_soon = len(case.receiver.taken)
    case.clock.advance(10)
    await look(case.dispatcher)
    case.clock.advance(60)
    await look(case.dispatcher)

    assert too_soon == 0
    (message,) = case.receiver.taken
    assert message["title"] == "41 notices from Argosy, 1 of them critical"
    assert message["message"].splitlines()[0].endswith("Critical: disk.low: There is little room.")
    assert message["message"].splitlines()[-1].startswith("… and 21 others")
    assert await waiting(case.store) == 0
    assert case.metrics.registry.get_sample_value("argosy_notices_total", {"result": "sent"}) == 41


async def test_failure_is_tried_again_and_told_once(case: Case) -> None:
    case.receiver.status = 503
    await case.alerts.report("disk.low", "There is little room.", level=Level.WARNING)
    case.clock.advance(30)
    await look(case.dispatcher)
    failed = await now_of(case.notifiers, case.admin)
    case.receiver.status = 200
    await look(case.dispatcher)  # too soon
    between = len(case.receiver.taken)
    case.clock.advance(40)
    await look(case.dispatcher)
    worked = await now_of(case.notifiers, case.admin)

    assert failed.failures == 1
    assert failed.last_error is not None
    assert "503" in failed.last_error
    assert failed.retry_at is not None
    assert between == 0
    assert [message["title"] for message in case.receiver.taken] == ["Warning: disk.low"]
    assert (worked.failures, worked.last_error, worked.retry_at) == (0, None, None)
    assert worked.last_sent_at == case.clock.now()


async def test_new_notices_wait_for_the_next_try(case: Case) -> None:
    case.receiver.status = 503
    await raise_storm(case.alerts, 1)
    case.clock.advance(30)
    await look(case.dispatcher)
    case.clock.advance(40)
    await look(case.dispatcher)  # from now on it waits for about a minute
    tried = len(case.receiver.paths)

    await case.alerts.report("disk.low", "There is little room.", level=Level.WARNING)
    case.clock.advance(31)
    await look(case.dispatcher)

    assert tried == 2
    assert len(case.receiver.paths) == tried


async def test_notice_is_given_up_in_the_end(case: Case) -> None:
    case.receiver.status = 400
    await raise_storm(case.alerts, 1)
    for _ in range(MOST_TRIES):
        case.clock.advance(2 * LONGEST_PAUSE.total_seconds())
        await look(case.dispatcher)
        left = await waiting(case.store)

    assert left == 0
    assert len(case.receiver.paths) == MOST_TRIES
    assert (
        case.metrics.registry.get_sample_value("argosy_notices_total", {"result": "given_up"}) == 1
    )


async def test_of_two_servers_one_sends(case: Case) -> None:
    await raise_storm(case.alerts, 3)
    case.clock.advance(30)
    await asyncio.gather(*(server.look() for server in case.servers))
    await asyncio.gather(*(server.settle() for server in case.servers))

    assert [message["title"] for message in case.receiver.taken] == ["3 notices from Argosy"]


async def test_what_a_server_that_died_was_sending_is_sent_by_another(case: Case) -> None:
    await raise_storm(case.alerts, 1)
    case.clock.advance(30)
    await case.store.write(  # as if it had been taken and nothing more
        lambda transaction: transaction.execute(
            "UPDATE notices SET lease_until = ?, tries = 1", case.clock.now() + LEASE
        )
    )
    await look(case.servers[1])
    meanwhile = len(case.receiver.taken)
    case.clock.advance(LEASE.total_seconds() + 1)
    await look(case.servers[1])

    assert meanwhile == 0
    assert len(case.receiver.taken) == 1


async def test_what_is_being_sent_at_the_end_is_given_back(case: Case) -> None:
    await raise_storm(case.alerts, 1)
    case.clock.advance(30)
    case.receiver.gate.clear()
    await case.servers[0].look()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await case.receiver.came.wait()
    await case.servers[0].close()
    case.receiver.gate.set()

    await look(case.servers[1])

    assert len(case.receiver.paths) == 2
    assert await waiting(case.store) == 0


async def test_switching_off_forgets_what_waits(case: Case) -> None:
    await raise_storm(case.alerts, 2)
    await case.notifiers.change(case.admin, case.notifier.id, NotifierChange(is_active=False))
    left = await waiting(case.store)
    await case.notifiers.change(case.admin, case.notifier.id, NotifierChange(is_active=True))
    case.clock.advance(30)
    await look(case.dispatcher)

    assert left == 0
    assert case.receiver.taken == []


async def test_address_that_does_not_open_is_a_failure(case: Case) -> None:
    case.sealer.renew()
    case.sealer.drop(kept=0)
    case.dispatcher._sealer = Sealer(case.sealer._key_file)  # a server that starts now
    await raise_storm(case.alerts, 1)
    case.clock.advance(30)
    await look(case.dispatcher)

    found = await now_of(case.notifiers, case.admin)
    assert found.last_error is not None
    assert "Give the notifier its URL again" in found.last_error
