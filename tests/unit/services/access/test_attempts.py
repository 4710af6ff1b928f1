"""How wrong logins are counted, and whom that keeps out."""

from contextlib import suppress
from datetime import timedelta

import pytest

from services.access.limits.attempts import Attempts
from services.access.limits.counters import Counters
from services.access.limits.memory import Memory
from services.errors import RateLimited
from tests.fakes.clock import FakeClock

HERE = "203.0.113.7"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def attempts(clock: FakeClock) -> Attempts:
    return Attempts(
        counters=Counters(storage=Memory(clock=clock), clock=clock),
        known=Counters(storage=Memory(clock=clock), clock=clock),
    )


async def try_often(attempts: Attempts, times: int, name: str, address: str) -> None:
    for _ in range(times):
        await attempts.count(name, address)


async def from_everywhere(attempts: Attempts, times: int, name: str) -> None:
    for number in range(times):
        await attempts.count(name, f"198.51.{number // 250}.{number % 250}")


async def test_sixth_attempt_in_a_minute_is_told_when_to_come_back(
    attempts: Attempts, clock: FakeClock
) -> None:
    await try_often(attempts, 5, "ann", HERE)
    clock.advance(18)

    with pytest.raises(RateLimited, match=r"Try again in 42 seconds\.") as refused:
        await attempts.count("ann", HERE)

    assert refused.value.retry_after == timedelta(seconds=42)


async def test_minute_ends_by_itself_however_often_it_is_tried(
    attempts: Attempts, clock: FakeClock
) -> None:
    await try_often(attempts, 5, "ann", HERE)
    for _ in range(59):
        clock.advance(1)
        with pytest.raises(RateLimited):
            await attempts.count("ann", HERE)

    clock.advance(1)

    await attempts.count("ann", HERE)


async def test_setting_the_clock_back_makes_no_lock_longer(
    attempts: Attempts, clock: FakeClock
) -> None:
    await try_often(attempts, 5, "ann", HERE)

    clock.set_ahead(-timedelta(days=1))
    clock.advance(60)

    await attempts.count("ann", HERE)


async def test_twenty_first_in_an_hour_is_refused(attempts: Attempts, clock: FakeClock) -> None:
    for _ in range(4):
        await try_often(attempts, 5, "ann", HERE)
        clock.advance(60)

    with pytest.raises(RateLimited) as refused:
        await attempts.count("ann", HERE)

    assert refused.value.retry_after == timedelta(minutes=56)


async def test_one_address_cannot_try_many_names(attempts: Attempts) -> None:
    for number in range(50):
        await attempts.count(f"user{number}", HERE)

    with pytest.raises(RateLimited) as refused:
        await attempts.count("another", HERE)

    assert refused.value.retry_after == timedelta(hours=1)


async def test_who_tries_many_names_pushes_no_counters_out(clock: FakeClock) -> None:
    memory = Memory(clock=clock)
    attempts = Attempts(
        counters=Counters(storage=memory, clock=clock),
        known=Counters(storage=Memory(clock=clock), clock=clock),
    )

    for number in range(500):
        with suppress(RateLimited):
            await attempts.count(f"name{number}", HERE)

    assert len(memory) < 250


async def test_addresses_of_one_ipv6_network_are_one(attempts: Attempts) -> None:
    for number in range(5):
        await attempts.count("ann", f"2001:db8:1:2::{number}")

    with pytest.raises(RateLimited):
        await attempts.count("ann", "2001:db8:1:2:ffff::9")


async def test_name_in_other_letters_is_the_same_account(attempts: Attempts) -> None:
    await try_often(attempts, 5, "ann", HERE)

    with pytest.raises(RateLimited):
        await attempts.count(" ANN ", HERE)


async def test_many_addresses_together_cannot_try_one_account_for_long(
    attempts: Attempts,
) -> None:
    await from_everywhere(attempts, 100, "ann")

    with pytest.raises(RateLimited):
        await attempts.count("ann", HERE)


async def test_strangers_do_not_lock_out_where_somebody_has_logged_in(
    attempts: Attempts,
) -> None:
    await attempts.count("ann", HERE)
    await attempts.forgive("ann", HERE)
    await from_everywhere(attempts, 100, "ann")

    await attempts.count("ann", HERE)


async def test_right_password_begins_the_minute_anew(attempts: Attempts) -> None:
    await try_often(attempts, 5, "ann", HERE)
    await attempts.forgive("ann", HERE)

    await try_often(attempts, 5, "ann", HERE)


async def test_own_right_password_opens_no_way_to_others(attempts: Attempts) -> None:
    for number in range(50):
        await attempts.count("mallory", HERE)
        await attempts.forgive("mallory", HERE)
        await attempts.count(f"user{number}", HERE)

    with pytest.raises(RateLimited):
        await attempts.count("another", HERE)


async def test_name_of_any_length_and_letters_is_counted(attempts: Attempts) -> None:
    await try_often(attempts, 5, "\ud800" + "x" * 1_000_000, "")

    with pytest.raises(RateLimited):
        await attempts.count("\ud800" + "x" * 1_000_000, "")
