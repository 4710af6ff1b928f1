"""Connections to one host from all tasks: who gets one, who waits, who gives way."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from yarl import URL

from services.outgoing.hosts import LONGEST_REST, Hosts, Lease, key_of
from tests.fakes.clock import FakeClock

HOST = "example.com:443"


def ignore() -> None:
    """Keep an extra connection, whoever wants it."""


class Holder:
    """Takes an extra connection, and counts how often it is to give it back."""

    def __init__(self, hosts: Hosts, *, obeys: bool = True) -> None:
        self.told = 0
        self._obeys = obeys
        self.lease = hosts.try_connection(HOST, revoke=self._revoke)

    def _revoke(self) -> None:
        self.told += 1
        if self._obeys and self.lease is not None:
            self.lease.release()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as entered:
        yield entered


async def turns() -> None:
    """Let everybody who can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def begin(hosts: Hosts, stack: AsyncExitStack) -> Lease:
    return await stack.enter_async_context(hosts.connection(HOST))


async def test_connection_is_given_back_at_the_end_of_the_block() -> None:
    hosts = Hosts(1, 0)

    for _ in range(3):
        async with hosts.connection(HOST) as lease:
            assert not lease.is_extra

    assert len(hosts) == 0


async def test_who_finds_no_place_waits_in_order(stack: AsyncExitStack) -> None:
    hosts = Hosts(1, 0)
    order: list[int] = []

    async def visit(number: int) -> None:
        async with hosts.connection(HOST):
            order.append(number)

    first = await begin(hosts, stack)
    visits = [asyncio.create_task(visit(number)) for number in range(3)]
    await turns()
    before = list(order)
    first.release()
    await asyncio.gather(*visits)

    assert (before, order) == ([], [0, 1, 2])


async def test_hosts_do_not_wait_for_each_other(stack: AsyncExitStack) -> None:
    hosts = Hosts(1, 0)
    await begin(hosts, stack)

    async with hosts.connection("other.example:443"):
        assert len(hosts) == 2


async def test_zero_is_no_cap(stack: AsyncExitStack) -> None:
    hosts = Hosts(0, 0)

    leases = [await begin(hosts, stack) for _ in range(100)]

    assert len(leases) == 100


async def test_who_stops_waiting_takes_no_place(stack: AsyncExitStack) -> None:
    hosts = Hosts(1, 0)
    first = await begin(hosts, stack)
    waiting = asyncio.create_task(begin(hosts, stack))
    await turns()
    waiting.cancel()
    await turns()
    first.release()

    assert len(hosts) == 0


async def test_place_that_comes_as_somebody_stops_waiting_is_not_lost(
    stack: AsyncExitStack,
) -> None:
    hosts = Hosts(1, 0)
    first = await begin(hosts, stack)
    waiting = asyncio.create_task(begin(hosts, stack))
    await turns()
    first.release()
    waiting.cancel()
    await turns()

    assert waiting.cancelled()
    assert len(hosts) == 0


async def test_extra_takes_a_free_place_only(stack: AsyncExitStack) -> None:
    hosts = Hosts(2, 0)
    await begin(hosts, stack)

    leases = [hosts.try_connection(HOST, revoke=ignore) for _ in range(2)]

    assert [lease is not None and lease.is_extra for lease in leases] == [True, False]


async def test_newest_extra_gives_way_to_a_first_connection(stack: AsyncExitStack) -> None:
    hosts = Hosts(3, 0)
    await begin(hosts, stack)
    older, newer = Holder(hosts), Holder(hosts)

    lease = await begin(hosts, stack)

    assert (older.told, newer.told) == (0, 1)
    assert not lease.is_extra


async def test_each_who_waits_is_given_way_once(stack: AsyncExitStack) -> None:
    hosts = Hosts(3, 0)
    holders = [Holder(hosts, obeys=False) for _ in range(3)]
    waiting = [asyncio.create_task(begin(hosts, stack)) for _ in range(2)]
    await turns()

    told = [holder.told for holder in holders]
    for holder in holders:
        assert holder.lease is not None
        holder.lease.release()
    await asyncio.gather(*waiting)

    assert told == [0, 1, 1]


async def test_first_connections_do_not_give_way(stack: AsyncExitStack) -> None:
    hosts = Hosts(1, 0)
    first = await begin(hosts, stack)
    waiting = asyncio.create_task(begin(hosts, stack))
    await turns()

    assert not waiting.done()
    first.release()
    await waiting


async def test_nobody_gets_an_extra_while_somebody_waits(stack: AsyncExitStack) -> None:
    hosts = Hosts(2, 0)
    holders = [Holder(hosts, obeys=False) for _ in range(2)]
    waiting = asyncio.create_task(begin(hosts, stack))
    await turns()

    late = hosts.try_connection(HOST, revoke=ignore)

    assert late is None
    assert holders[0].lease is not None
    holders[0].lease.release()
    await waiting


async def test_releasing_twice_frees_one_place(stack: AsyncExitStack) -> None:
    hosts = Hosts(2, 0)
    await begin(hosts, stack)
    extra = hosts.try_connection(HOST, revoke=ignore)
    assert extra is not None

    extra.release()
    extra.release()
    leases = [hosts.try_connection(HOST, revoke=ignore) for _ in range(2)]

    assert [lease is None for lease in leases] == [False, True]


async def test_as_many_as_the_rate_begin_at_once(clock: FakeClock) -> None:
    hosts = Hosts(0, 3, now=clock.monotonic)

    at_once = [hosts.try_connection(HOST, revoke=ignore) for _ in range(4)]
    clock.advance(0.25)
    too_early = hosts.try_connection(HOST, revoke=ignore)
    clock.advance(0.125)
    later = hosts.try_connection(HOST, revoke=ignore)

    assert [lease is None for lease in at_once] == [False, False, False, True]
    assert (too_early is None, later is None) == (True, False)


async def test_slow_rate_lets_one_begin(clock: FakeClock) -> None:
    hosts = Hosts(0, 0.5, now=clock.monotonic)

    at_once = [hosts.try_connection(HOST, revoke=ignore) for _ in range(2)]
    clock.advance(2)
    later = hosts.try_connection(HOST, revoke=ignore)

    assert [lease is None for lease in (*at_once, later)] == [False, True, False]


async def test_first_connections_wait_for_the_rate(stack: AsyncExitStack) -> None:
    hosts = Hosts(0, 50)
    began = asyncio.get_running_loop().time()

    for _ in range(52):
        await begin(hosts, stack)

    assert asyncio.get_running_loop().time() - began >= 0.04


async def test_nobody_begins_while_a_host_rests(clock: FakeClock, stack: AsyncExitStack) -> None:
    hosts = Hosts(0, 0, now=clock.monotonic)
    hosts.rest(HOST, 60)
    hosts.rest(HOST, 30)

    clock.advance(59)
    resting = hosts.try_connection(HOST, revoke=ignore)
    clock.advance(1)
    rested = hosts.try_connection(HOST, revoke=ignore)

    assert (resting is None, rested is None) == (True, False)


async def test_first_connection_waits_for_the_end_of_a_rest(stack: AsyncExitStack) -> None:
    hosts = Hosts(0, 0)
    began = asyncio.get_running_loop().time()
    hosts.rest(HOST, 0.02)

    await begin(hosts, stack)

    assert asyncio.get_running_loop().time() - began >= 0.02


async def test_no_rest_is_longer_than_an_hour(clock: FakeClock) -> None:
    hosts = Hosts(0, 0, now=clock.monotonic)
    hosts.rest(HOST, 1e9)

    clock.advance(LONGEST_REST)

    assert hosts.try_connection(HOST, revoke=ignore) is not None


async def test_host_is_remembered_until_its_rest_is_over(clock: FakeClock) -> None:
    hosts = Hosts(0, 0, now=clock.monotonic)
    hosts.rest(HOST, 60)
    during = len(hosts)
    clock.advance(60)

    lease = hosts.try_connection(HOST, revoke=ignore)
    assert lease is not None
    lease.release()

    assert (during, len(hosts)) == (1, 0)


async def test_refused_extra_leaves_nothing_behind(clock: FakeClock) -> None:
    hosts = Hosts(0, 1, now=clock.monotonic)
    lease = hosts.try_connection(HOST, revoke=ignore)
    assert lease is not None
    lease.release()
    clock.advance(1)

    refused = hosts.try_connection(HOST, revoke=ignore)
    assert refused is not None
    clock.advance(1)
    refused.release()

    assert len(hosts) == 0


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Example.com/a", "example.com:443"),
        ("http://example.com./", "example.com:80"),
        ("http://example.com:8080/", "example.com:8080"),
        ("https://[::1]/", "::1:443"),
        ("sftp://example.com/", "example.com:22"),
    ],
)
def test_host_is_known_by_its_name_and_port(url: str, key: str) -> None:
    assert key_of(URL(url)) == key


async def test_extra_does_not_slip_in_before_those_who_wait(
    clock: FakeClock, stack: AsyncExitStack
) -> None:
    hosts = Hosts(2, 0, now=clock.monotonic)
    hosts.rest(HOST, 60)
    waiting = asyncio.create_task(begin(hosts, stack))
    await turns()
    clock.advance(60)

    late = hosts.try_connection(HOST, revoke=ignore)

    waiting.cancel()
    await turns()
    assert late is None


async def test_cap_holds_whoever_comes_and_goes() -> None:
    chance = random.Random(1)
    hosts = Hosts(4, 0)
    held, most, served = 0, 0, 0

    async def visit() -> None:
        nonlocal held, most, served
        async with hosts.connection(HOST):
            held += 1
            most = max(most, held)
            extra = Holder(hosts) if chance.random() < 0.5 else None
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)
            if extra and extra.lease:
                extra.lease.release()
            held -= 1
        served += 1

    visits = [asyncio.create_task(visit()) for _ in range(300)]
    for leaving in chance.sample(visits, 50):
        await asyncio.sleep(0)
        leaving.cancel()
    await asyncio.wait_for(asyncio.gather(*visits, return_exceptions=True), 10)

    assert most == 4
    assert served >= 250
    assert len(hosts) == 0


async def test_higher_cap_serves_whoever_waits(stack: AsyncExitStack) -> None:
    hosts = Hosts(1, 0)
    await stack.enter_async_context(hosts.connection(HOST))
    waiting = asyncio.ensure_future(hosts.wait(HOST))
    await asyncio.sleep(0)
    before = waiting.done()

    hosts.limit(2, 0)

    (await waiting).release()
    assert before is False


async def test_lower_cap_closes_nothing_and_lets_nobody_in(stack: AsyncExitStack) -> None:
    hosts = Hosts(2, 0)
    leases = [await hosts.wait(HOST) for _ in range(2)]

    hosts.limit(1, 0)
    leases[0].release()

    assert Holder(hosts).lease is None
    leases[1].release()
    assert Holder(hosts).lease is not None


async def test_rate_that_is_set_holds_for_hosts_that_are_known_already() -> None:
    clock = FakeClock()
    hosts = Hosts(0, 0, now=clock.monotonic)
    first = Holder(hosts)

    hosts.limit(0, 1)

    assert [Holder(hosts).lease is not None for _ in range(2)] == [True, False]
    clock.advance(1)
    assert Holder(hosts).lease is not None
    assert first.lease is not None
