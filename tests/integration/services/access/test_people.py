"""What administrators do with users: all of it or nothing."""

import asyncio
import threading

import pytest

from services.access.identity import ALL_SCOPES, Identity, Role
from services.access.passwords import AT_ONCE, MOST_WAITING, Passwords
from services.access.people import People
from services.access.second_factor import SecondFactor
from services.access.users import Change, User, Users
from services.errors import RateLimited
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.hasher import FakeHasher
from tests.integration.services.access.conftest import PASSWORD


class Held(FakeHasher):
    """Holds each check until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def verify(self, kept: str, password: bytes) -> bool:
        assert self.gate.wait(30), "the loop stood still"
        return super().verify(kept, password)


async def test_nothing_changes_where_the_new_password_has_to_wait(
    store: Store, clock: FakeClock, users: Users, second_factor: SecondFactor, alice: User
) -> None:
    hasher = Held()
    passwords = Passwords(hasher=hasher)
    people = People(
        store=store,
        clock=clock,
        users=users,
        passwords=passwords,
        second_factor=second_factor,
        on_change=lambda: None,
        on_removal=lambda: None,
    )
    admin = Identity(0, "root", Role.ADMIN, ALL_SCOPES)
    most = AT_ONCE + MOST_WAITING
    waiting = [asyncio.create_task(passwords.verify(None, PASSWORD)) for _ in range(most)]
    await asyncio.sleep(0)  # all of them have begun

    with pytest.raises(RateLimited):
        await people.update(admin, alice.id, Change(role=Role.ADMIN), password=PASSWORD)

    assert await users.get(alice.id) == alice
    hasher.gate.set()
    await asyncio.gather(*waiting)
