"""What the tests of users, their logins and their keys share."""

from pathlib import Path

import pytest

from services.access.caller import Caller
from services.access.identity import Role
from services.access.keys.keys import Keys
from services.access.keys.one_time import OneTimeTokens
from services.access.logins.logins import Logins
from services.access.logins.passwords import Passwords
from services.access.logins.second_factor import SecondFactor
from services.access.logins.sessions import Sessions
from services.access.logins.tokens import Tokens
from services.access.people.users import User, Users
from services.sealing import Sealer
from services.store.store import Store
from tests.fakes.attempts import FakeAttempts
from tests.fakes.clock import FakeClock
from tests.fakes.hasher import FakeHasher

CALLER = Caller("192.0.2.7", "tests/1")
PASSWORD = "correct horse battery"


@pytest.fixture
def caller() -> Caller:
    return CALLER


@pytest.fixture
def users(store: Store, clock: FakeClock) -> Users:
    return Users(store=store, clock=clock)


@pytest.fixture
def keys(store: Store, clock: FakeClock) -> Keys:
    return Keys(store=store, clock=clock)


@pytest.fixture
async def alice(users: Users) -> User:
    return await users.create("alice", Role.USER)


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    sealer = Sealer(tmp_path / "secret.key")
    sealer.prepare(is_awaited=False)
    return sealer


@pytest.fixture
def hasher() -> FakeHasher:
    return FakeHasher()


@pytest.fixture
def passwords(hasher: FakeHasher) -> Passwords:
    return Passwords(hasher=hasher)


@pytest.fixture
def sessions(store: Store, clock: FakeClock) -> Sessions:
    return Sessions(store=store, clock=clock)


@pytest.fixture
def tokens(store: Store, clock: FakeClock, sessions: Sessions, sealer: Sealer) -> Tokens:
    return Tokens(store=store, clock=clock, sessions=sessions, sealer=sealer)


@pytest.fixture
def second_factor(store: Store, clock: FakeClock, sealer: Sealer) -> SecondFactor:
    return SecondFactor(store=store, clock=clock, sealer=sealer)


@pytest.fixture
def attempts() -> FakeAttempts:
    return FakeAttempts()


@pytest.fixture
def logins(
    *,
    store: Store,
    clock: FakeClock,
    users: Users,
    passwords: Passwords,
    second_factor: SecondFactor,
    attempts: FakeAttempts,
) -> Logins:
    return Logins(
        store=store,
        clock=clock,
        users=users,
        passwords=passwords,
        second_factor=second_factor,
        tokens=OneTimeTokens(store=store, clock=clock),
        attempts=attempts,
    )


@pytest.fixture
async def bob(users: Users, passwords: Passwords) -> User:
    """A user with a password."""
    kept = await passwords.hash(PASSWORD, name="bob")
    return await users.create("bob", Role.USER, password_hash=kept)
