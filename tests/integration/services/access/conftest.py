"""What the tests of users and keys share."""

import pytest

from services.access.identity import Role
from services.access.keys import Keys
from services.access.users import User, Users
from services.store.store import Store
from tests.fakes.clock import FakeClock


@pytest.fixture
def users(store: Store, clock: FakeClock) -> Users:
    return Users(store=store, clock=clock)


@pytest.fixture
def keys(store: Store, clock: FakeClock) -> Keys:
    return Keys(store=store, clock=clock)


@pytest.fixture
async def alice(users: Users) -> User:
    return await users.create("alice", Role.USER)
