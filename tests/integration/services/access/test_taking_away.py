"""Whatever takes access away, in whichever place, ends what is open."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest

from services.access.caller import Caller
from services.access.identity import Identity, Role
from services.access.keys.keys import Keys
from services.access.logins.sessions import SessionKind, Sessions
from services.access.logins.tokens import Tokens
from services.access.people.users import Change, User, Users
from services.access.revocations import Revocations
from services.store.store import Store
from tests.fakes.clock import FakeClock


@pytest.fixture
def revocations(store: Store, clock: FakeClock) -> Revocations:
    return Revocations(store=store, clock=clock)


@dataclass(frozen=True, slots=True)
class Access:
    """Those who give and take access, and a user who has some of each kind."""

    user: User
    users: Users
    keys: Keys
    sessions: Sessions
    tokens: Tokens

    async def open_all(self) -> dict[str, Identity]:
        """Prove who the user is in each way that there is."""
        caller = Caller()
        _, cookie = await self.sessions.open(self.user, SessionKind.BROWSER, caller)
        grant = await self.tokens.begin(self.user, caller)
        return {
            "key": await self.keys.authenticate(await self.keys.create(self.user, name="x")),
            "cookie": await self.sessions.authenticate(cookie),
            "token": await self.tokens.authenticate(grant.access.value),
        }


@pytest.fixture
def access(users: Users, keys: Keys, sessions: Sessions, tokens: Tokens, alice: User) -> Access:
    return Access(alice, users, keys, sessions, tokens)


async def _deactivate(access: Access, _: Mapping[str, Identity]) -> None:
    await access.users.update(access.user.id, Change(is_active=False))


async def _promote(access: Access, _: Mapping[str, Identity]) -> None:
    await access.users.update(access.user.id, Change(role=Role.ADMIN))


async def _remove(access: Access, _: Mapping[str, Identity]) -> None:
    await access.users.remove(access.user.id)


async def _set_password(access: Access, _: Mapping[str, Identity]) -> None:
    await access.users.set_password(access.user.id, "a hash")


async def _end_login(access: Access, opened: Mapping[str, Identity]) -> None:
    session_id = opened["cookie"].credential.id
    assert session_id is not None
    await access.sessions.end(opened["key"], session_id)


async def _end_logins(access: Access, _: Mapping[str, Identity]) -> None:
    await access.sessions.end_all(access.user.id)


@pytest.mark.parametrize(
    ("take_away", "ended"),
    [
        (_deactivate, {"key", "cookie", "token"}),
        (_promote, {"key", "cookie", "token"}),
        (_remove, {"key", "cookie", "token"}),
        (_set_password, {"cookie", "token"}),
        (_end_login, {"cookie"}),
        (_end_logins, {"cookie", "token"}),
    ],
)
async def test_whatever_takes_access_away_ends_what_is_open(
    revocations: Revocations,
    access: Access,
    *,
    take_away: Callable[[Access, Mapping[str, Identity]], Awaitable[None]],
    ended: set[str],
) -> None:
    opened_by = await access.open_all()
    reasons: dict[str, str] = {}

    with ExitStack() as stack:
        for name, identity in opened_by.items():
            end = partial(reasons.setdefault, name)
            stack.enter_context(revocations.guard(identity, end))
        await revocations.look()
        before = dict(reasons)
        await take_away(access, opened_by)
        await revocations.look()

    assert (before, reasons.keys()) == ({}, ended)
