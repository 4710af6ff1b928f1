"""How much may be asked in a minute, and by whom it is counted."""

from datetime import timedelta

import pytest

from services.access.caller import Caller
from services.access.identity import ALL_SCOPES, Credential, CredentialKind, Identity, Role
from services.access.limits.counters import Counters
from services.access.limits.memory import Memory
from services.access.limits.rate_limits import Allowance, Family, RateLimits
from services.ids import new_id
from tests.fakes.clock import FakeClock

HERE = Caller("203.0.113.7")


def somebody(user_id: int = 1, kind: CredentialKind = CredentialKind.KEY) -> Identity:
    """Return a user with a key of their own."""
    key = None if kind is CredentialKind.SERVER else new_id()
    return Identity(user_id, f"user{user_id}", Role.USER, ALL_SCOPES, Credential(kind, key))


@pytest.fixture
def limits(clock: FakeClock) -> RateLimits:
    counters = Counters(storage=Memory(clock=clock), clock=clock)
    return RateLimits(counters=counters, clock=clock, limits={Family.GRAPHQL: 3, Family.WS: 0})


async def ask(
    limits: RateLimits, who: Identity | None, caller: Caller = HERE, times: int = 1
) -> Allowance:
    found = None
    for _ in range(times):
        found = await limits.count(Family.GRAPHQL, who, caller)
    assert found is not None
    return found


async def test_allowance_says_what_is_left_and_until_when(
    limits: RateLimits, clock: FakeClock
) -> None:
    key = somebody()
    await ask(limits, key)
    clock.advance(20)

    allowance = await ask(limits, key)

    assert (allowance.limit, allowance.remaining, allowance.is_over) == (3, 1, False)
    assert allowance.resets_at == clock.now() + timedelta(seconds=40)


async def test_one_too_many_is_refused_until_the_minute_is_over(
    limits: RateLimits, clock: FakeClock
) -> None:
    key = somebody()
    assert (await ask(limits, key, times=3)).refusal is None
    clock.advance(15)

    refusal = (await ask(limits, key)).refusal

    assert refusal is not None
    assert refusal.retry_after == timedelta(seconds=45)
    clock.advance(45)
    assert (await ask(limits, key)).refusal is None


async def test_keys_are_counted_apart(limits: RateLimits) -> None:
    await ask(limits, somebody(1), times=4)

    assert (await ask(limits, somebody(1))).remaining == 2
    assert (await ask(limits, somebody(2))).remaining == 2


async def test_many_keys_of_one_user_have_an_end_too(limits: RateLimits) -> None:
    for _ in range(30):
        assert not (await ask(limits, somebody(1))).is_over

    assert (await ask(limits, somebody(1))).is_over
    assert not (await ask(limits, somebody(2))).is_over


async def test_key_of_the_machine_itself_may_ask_more(limits: RateLimits) -> None:
    allowance = await ask(limits, somebody(1, CredentialKind.SERVER), times=30)

    assert (allowance.limit, allowance.is_over) == (30, False)
    assert (await ask(limits, somebody(1, CredentialKind.SERVER))).is_over


async def test_who_has_no_key_is_counted_by_the_address(limits: RateLimits) -> None:
    await ask(limits, None, times=4)

    assert (await ask(limits, None)).is_over
    assert not (await ask(limits, None, Caller("203.0.113.8"))).is_over


async def test_another_program_at_the_same_address_is_no_other(limits: RateLimits) -> None:
    for number in range(4):
        allowance = await ask(limits, None, Caller("203.0.113.7", f"program/{number}"))

    assert allowance.is_over


async def test_addresses_of_one_network_of_ipv6_are_one(limits: RateLimits) -> None:
    for number in range(4):
        allowance = await ask(limits, None, Caller(f"2001:db8::{number}"))

    assert allowance.is_over
    assert not (await ask(limits, None, Caller("2001:db8:0:1::1"))).is_over


async def test_zero_is_no_limit(limits: RateLimits) -> None:
    assert await limits.count(Family.WS, somebody(), HERE) is None
