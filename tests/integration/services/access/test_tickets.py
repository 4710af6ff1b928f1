"""Tickets: good once and soon, and for no more than what they were made with."""

import asyncio
from datetime import timedelta

import pytest

from services.access.identity import ALL_SCOPES, CredentialKind, Identity, Role, Scope
from services.access.keys.keys import Keys
from services.access.keys.one_time import OneTimeKind, OneTimeTokens
from services.access.keys.tickets import Tickets
from services.access.people.users import User
from services.access.revision import advance
from services.access.revocations import Revocations
from services.errors import Unauthorized
from services.store.store import Store, Transaction
from tests.fakes.clock import START, FakeClock


@pytest.fixture
def tokens(store: Store, clock: FakeClock) -> OneTimeTokens:
    return OneTimeTokens(store=store, clock=clock)


@pytest.fixture
def tickets(store: Store, tokens: OneTimeTokens, clock: FakeClock) -> Tickets:
    return Tickets(store=store, tokens=tokens, clock=clock)


@pytest.fixture
async def asking(keys: Keys, alice: User) -> Identity:
    """Alice, with a key that ends and may do little."""
    expires_at = START + timedelta(hours=1)
    scopes = [Scope.TASKS_READ, Scope.LOGS_READ]
    key = await keys.create(alice, name="x", scopes=scopes, expires_at=expires_at)
    return await keys.authenticate(key)


async def test_ticket_stands_for_what_it_was_made_with(tickets: Tickets, asking: Identity) -> None:
    ticket = await tickets.issue(asking)

    taken = await tickets.take(ticket.value)

    assert ticket.expires_at == START + timedelta(seconds=30)
    assert (taken, taken.credential, taken.tier) == (asking, asking.credential, asking.tier)


async def test_ticket_of_a_lent_key_stands_for_its_user(
    tickets: Tickets, keys: Keys, alice: User
) -> None:
    lent = await keys.authenticate(keys.lend(alice))

    taken = await tickets.take((await tickets.issue(lent)).value)

    assert (taken.user_id, taken.scopes) == (alice.id, ALL_SCOPES)
    assert taken.credential.kind is CredentialKind.SERVER


async def test_ticket_is_good_once_also_if_many_come_at_once(
    tickets: Tickets, asking: Identity
) -> None:
    ticket = await tickets.issue(asking)

    taken = await asyncio.gather(
        *(tickets.take(ticket.value) for _ in range(10)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in taken) == ["Identity", *["Unauthorized"] * 9]


async def test_ticket_is_good_for_thirty_seconds(
    tickets: Tickets, asking: Identity, clock: FakeClock
) -> None:
    early, late = await tickets.issue(asking), await tickets.issue(asking)
    clock.advance(29)
    await tickets.take(early.value)
    clock.advance(1)

    with pytest.raises(Unauthorized, match="POST /api/ws-ticket"):
        await tickets.take(late.value)


@pytest.mark.parametrize("value", ["", "x", "ü", "\udcff", "a" * 9999])
async def test_what_is_no_ticket_is_refused(tickets: Tickets, asking: Identity, value: str) -> None:
    await tickets.issue(asking)

    with pytest.raises(Unauthorized):
        await tickets.take(value)


async def test_token_for_something_else_is_no_ticket(
    tickets: Tickets, tokens: OneTimeTokens, alice: User
) -> None:
    token = await tokens.issue(OneTimeKind.SETUP, alice.id, {}, timedelta(hours=1))

    with pytest.raises(Unauthorized):
        await tickets.take(token)

    assert (await tokens.take(OneTimeKind.SETUP, token)).user_id == alice.id


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM keys", "This key is not good any more."),
        ("UPDATE users SET is_active = false", "The user alice may not use this server now."),
        ("""UPDATE keys SET scopes = '["logs:read"]'""", "has changed"),
        ("DELETE FROM users", "This ticket is not known"),
    ],
)
async def test_ticket_ends_with_what_it_was_made_with(
    tickets: Tickets, asking: Identity, store: Store, *, statement: str, reason: str
) -> None:
    ticket = await tickets.issue(asking)
    await store.write(lambda transaction: transaction.execute(statement))

    with pytest.raises(Unauthorized, match=reason):
        await tickets.take(ticket.value)


async def test_ticket_has_the_role_that_its_user_has_now(
    tickets: Tickets, keys: Keys, store: Store, alice: User
) -> None:
    await store.write(lambda transaction: transaction.execute("UPDATE users SET role = 'admin'"))
    ticket = await tickets.issue(await keys.authenticate(await keys.create(alice, name="x")))
    await store.write(lambda transaction: transaction.execute("UPDATE users SET role = 'user'"))

    assert (await tickets.take(ticket.value)).role is Role.USER


async def test_revocation_while_a_ticket_is_in_use_ends_what_it_opened(
    tickets: Tickets, asking: Identity, store: Store, clock: FakeClock
) -> None:
    revocations = Revocations(store=store, clock=clock)
    taken = await tickets.take((await tickets.issue(asking)).value)
    reasons: list[str] = []

    async def revoke(transaction: Transaction) -> None:
        await transaction.execute("DELETE FROM keys WHERE id = ?", asking.credential.id)
        await advance(transaction)

    with revocations.guard(taken, reasons.append):
        await revocations.look()
        await store.write(revoke)
        await revocations.look()

    assert reasons == ["This key is not good any more."]


async def test_value_is_not_kept(tickets: Tickets, asking: Identity, store: Store) -> None:
    ticket = await tickets.issue(asking)

    rows = await store.fetch("SELECT * FROM one_time_tokens")
    assert ticket.value not in repr([dict(row) for row in rows])
