"""Sessions: only digests are kept, they slide, and they end at once."""

import pytest

from services.access.caller import Caller
from services.access.identity import (
    ALL_SCOPES,
    CredentialKind,
    Identity,
    Role,
    Scope,
)
from services.access.logins.sessions import LIFETIME, MOST, SessionKind, Sessions
from services.access.people.users import Change, User, Users
from services.access.revision import read_revision
from services.errors import NotFound, Unauthorized
from services.ids import new_id
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.access.conftest import CALLER

BROWSER = SessionKind.BROWSER


def acting(user: User) -> Identity:
    return Identity(user.id, user.name, user.role, ALL_SCOPES)


async def test_cookie_proves_whose_it_is(sessions: Sessions, alice: User) -> None:
    session, cookie = await sessions.open(alice, BROWSER, CALLER)

    identity = await sessions.authenticate(cookie)

    assert identity == Identity(alice.id, "alice", Role.USER, ALL_SCOPES)
    assert (identity.credential.kind, identity.credential.id) == (
        CredentialKind.SESSION,
        session.id,
    )
    assert identity.credential.expires_at == session.expires_at


async def test_only_a_digest_is_kept(sessions: Sessions, alice: User, store: Store) -> None:
    session, cookie = await sessions.open(alice, BROWSER, Caller("192.0.2.1", "Firefox"))

    (row,) = await store.fetch("SELECT * FROM sessions")
    assert len(cookie) == len("argosy_session_") + 43
    assert cookie[15:] not in repr(dict(row))
    assert (row["address"], row["agent"], row["kind"]) == ("192.0.2.1", "Firefox", "browser")
    assert await sessions.some(alice.id, new_id().__class__(int=0), 10) == [session]


@pytest.mark.parametrize("cookie", ["", "argosy_session_x", "\udcff", "' OR 1=1 --"])
async def test_unknown_cookie_is_refused(sessions: Sessions, alice: User, cookie: str) -> None:
    await sessions.open(alice, BROWSER, CALLER)

    with pytest.raises(Unauthorized):
        await sessions.authenticate(cookie)


async def test_session_of_a_program_is_no_cookie(sessions: Sessions, alice: User) -> None:
    _, secret = await sessions.open(alice, SessionKind.PROGRAM, CALLER)

    with pytest.raises(Unauthorized):
        await sessions.authenticate(secret)


async def test_session_lasts_while_it_is_used(
    sessions: Sessions, alice: User, clock: FakeClock
) -> None:
    _, cookie = await sessions.open(alice, BROWSER, CALLER)
    for _ in range(3):
        clock.advance(LIFETIME.total_seconds() - 1)
        await sessions.authenticate(cookie)
    clock.advance(LIFETIME.total_seconds())

    with pytest.raises(Unauthorized):
        await sessions.authenticate(cookie)


async def test_use_is_written_down_once_a_minute(
    sessions: Sessions, alice: User, clock: FakeClock, store: Store
) -> None:
    session, cookie = await sessions.open(alice, BROWSER, CALLER)
    clock.advance(59)
    await sessions.authenticate(cookie)
    (before,) = await sessions.some(alice.id, new_id().__class__(int=0), 10)
    clock.advance(1)
    await sessions.authenticate(cookie)
    (after,) = await sessions.some(alice.id, new_id().__class__(int=0), 10)

    assert before.last_used_at == session.created_at
    assert after.last_used_at == clock.now()


async def test_ended_session_is_refused_at_once(
    sessions: Sessions, alice: User, store: Store
) -> None:
    session, cookie = await sessions.open(alice, BROWSER, CALLER)
    before = await read_revision(store)

    await sessions.end(acting(alice), session.id)

    with pytest.raises(Unauthorized):
        await sessions.authenticate(cookie)
    assert await read_revision(store) != before


async def test_foreign_session_is_not_found_as_an_absent_one(
    sessions: Sessions, users: Users, alice: User, bob: User
) -> None:
    session, cookie = await sessions.open(alice, BROWSER, CALLER)

    with pytest.raises(NotFound):
        await sessions.end(acting(bob), session.id)
    with pytest.raises(NotFound):
        await sessions.end(acting(bob), new_id())
    assert (await sessions.authenticate(cookie)).user_id == alice.id


async def test_administrator_ends_anybodys(sessions: Sessions, users: Users, alice: User) -> None:
    session, cookie = await sessions.open(alice, BROWSER, CALLER)

    await sessions.end(acting(await users.create("root", Role.ADMIN)), session.id)

    with pytest.raises(Unauthorized):
        await sessions.authenticate(cookie)


async def test_deactivated_user_is_logged_out(
    sessions: Sessions, users: Users, alice: User
) -> None:
    _, cookie = await sessions.open(alice, BROWSER, CALLER)

    await users.update(alice.id, Change(is_active=False))
    await users.update(alice.id, Change(is_active=True))

    with pytest.raises(Unauthorized):
        await sessions.authenticate(cookie)


async def test_new_role_holds_at_once(sessions: Sessions, users: Users, alice: User) -> None:
    _, cookie = await sessions.open(alice, BROWSER, CALLER)

    await users.update(alice.id, Change(role=Role.ADMIN))

    assert (await sessions.authenticate(cookie)).is_admin


async def test_scopes_of_a_session_hold(sessions: Sessions, alice: User) -> None:
    _, cookie = await sessions.open(alice, BROWSER, CALLER, [Scope.TASKS_READ])

    assert (await sessions.authenticate(cookie)).scopes == {Scope.TASKS_READ}


async def test_user_has_so_many_at_most(
    sessions: Sessions, alice: User, bob: User, clock: FakeClock
) -> None:
    cookies = []
    for _ in range(MOST + 1):
        cookies.append((await sessions.open(alice, BROWSER, CALLER))[1])
        clock.advance(1)
    await sessions.open(bob, BROWSER, CALLER)

    assert await sessions.count(alice.id) == MOST
    with pytest.raises(Unauthorized):
        await sessions.authenticate(cookies[0])
    assert (await sessions.authenticate(cookies[1])).user_id == alice.id


async def test_expired_ones_go(
    sessions: Sessions, alice: User, clock: FakeClock, store: Store
) -> None:
    await sessions.open(alice, BROWSER, CALLER)
    clock.advance(LIFETIME.total_seconds())

    await sessions.open(alice, BROWSER, CALLER)

    assert len(await store.fetch("SELECT id FROM sessions")) == 1
