"""Tokens that are taken once."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from services.access.keys.one_time import OneTimeKind, OneTimeTokens, Taken
from services.access.people.users import User
from services.errors import Unauthorized
from services.store.store import Store
from tests.fakes.clock import FakeClock

MINUTE = timedelta(minutes=1)
SETUP, SOCKET = OneTimeKind.SETUP, OneTimeKind.SOCKET


@pytest.fixture
def tokens(store: Store, clock: FakeClock) -> OneTimeTokens:
    return OneTimeTokens(store=store, clock=clock)


async def test_token_tells_whose_it_is_and_what_it_is_for(
    tokens: OneTimeTokens, alice: User
) -> None:
    token = await tokens.issue(SETUP, alice.id, {"scopes": ["tasks:read"]}, MINUTE)

    assert await tokens.take(SETUP, token) == Taken(alice.id, {"scopes": ["tasks:read"]})


async def test_token_is_taken_once(tokens: OneTimeTokens, alice: User) -> None:
    token = await tokens.issue(SETUP, alice.id, {}, MINUTE)
    await tokens.take(SETUP, token)

    with pytest.raises(Unauthorized):
        await tokens.take(SETUP, token)


async def test_of_many_who_take_it_at_once_one_gets_it(tokens: OneTimeTokens, alice: User) -> None:
    token = await tokens.issue(SETUP, alice.id, {}, MINUTE)

    ends = await asyncio.gather(
        *(tokens.take(SETUP, token) for _ in range(8)), return_exceptions=True
    )

    assert [end for end in ends if isinstance(end, Taken)] == [Taken(alice.id, {})]
    assert sum(isinstance(end, Unauthorized) for end in ends) == 7


async def test_token_is_good_for_its_own_kind_alone(tokens: OneTimeTokens, alice: User) -> None:
    token = await tokens.issue(SETUP, alice.id, {}, MINUTE)

    with pytest.raises(Unauthorized):
        await tokens.take(SOCKET, token)

    assert await tokens.take(SETUP, token) == Taken(alice.id, {})


async def test_token_expires(tokens: OneTimeTokens, alice: User, clock: FakeClock) -> None:
    token = await tokens.issue(SETUP, alice.id, {}, MINUTE)
    clock.advance(60)

    for way in (tokens.look, tokens.take):
        with pytest.raises(Unauthorized):
            await way(SETUP, token)


async def test_token_that_was_looked_at_is_still_good(tokens: OneTimeTokens, alice: User) -> None:
    token = await tokens.issue(SETUP, alice.id, {}, MINUTE)

    assert await tokens.look(SETUP, token) == await tokens.take(SETUP, token)


@pytest.mark.parametrize("token", ["", "ü", "\udcff", "' OR 1=1 --", "a" * 9999])
async def test_what_is_no_token_is_refused(tokens: OneTimeTokens, alice: User, token: str) -> None:
    await tokens.issue(SETUP, alice.id, {}, MINUTE)

    with pytest.raises(Unauthorized):
        await tokens.take(SETUP, token)


async def test_only_a_digest_is_kept(tokens: OneTimeTokens, alice: User, store: Store) -> None:
    token = await tokens.issue(SETUP, alice.id, {}, MINUTE)

    (row,) = await store.fetch("SELECT * FROM one_time_tokens")
    assert row["digest"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(dict(row))


async def test_what_has_expired_goes_when_the_next_is_made(
    tokens: OneTimeTokens, alice: User, store: Store, clock: FakeClock
) -> None:
    await tokens.issue(SETUP, alice.id, {}, MINUTE)
    await tokens.issue(SETUP, alice.id, {}, 3 * MINUTE)
    clock.advance(60)
    await tokens.issue(SETUP, alice.id, {}, MINUTE)

    assert len(await store.fetch("SELECT 1 FROM one_time_tokens")) == 2
