"""What administrators do with users: all of it or nothing."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from services.access.identity import ALL_SCOPES, Identity, Role, Scope, scopes_of
from services.access.logins.passwords import AT_ONCE, MOST_WAITING, Passwords
from services.access.logins.second_factor import SecondFactor
from services.access.people.people import NewUser, People
from services.access.people.users import Change, User, Users
from services.errors import Forbidden, RateLimited
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


def managing(
    store: Store,
    clock: FakeClock,
    users: Users,
    second_factor: SecondFactor,
    hasher: FakeHasher | None = None,
) -> tuple[People, Passwords]:
    passwords = Passwords(hasher=hasher or FakeHasher())
    people = People(
        store=store,
        clock=clock,
        users=users,
        passwords=passwords,
        second_factor=second_factor,
        on_change=lambda: None,
        on_removal=lambda: None,
    )
    return people, passwords


@pytest.fixture
def people(
    store: Store, clock: FakeClock, users: Users, second_factor: SecondFactor
) -> Iterator[People]:
    people, passwords = managing(store, clock, users, second_factor)
    yield people
    passwords.close()


FEW = Identity(0, "root", Role.ADMIN, frozenset({Scope.USERS_READ, Scope.USERS_WRITE}))
# All that users can do, and nothing that only administrators can.
MORE = Identity(0, "root", Role.ADMIN, scopes_of(Role.USER))


@pytest.mark.parametrize(
    ("identity", "new"),
    [
        (FEW, NewUser("eve", password=PASSWORD)),
        (FEW, NewUser("eve", Role.ADMIN)),
        (MORE, NewUser("eve", Role.ADMIN)),
        (MORE, NewUser("eve", Role.ADMIN, password=PASSWORD)),
    ],
)
async def test_key_with_few_scopes_makes_nobody_who_may_do_more(
    people: People, users: Users, identity: Identity, new: NewUser
) -> None:
    before = await users.count()

    with pytest.raises(Forbidden, match="This key lacks the scope"):
        await people.create(identity, new)

    assert await users.count() == before


@pytest.mark.parametrize(
    ("identity", "change", "password", "resets"),
    [
        (FEW, Change(), PASSWORD, False),
        (FEW, Change(), None, True),
        (FEW, Change(role=Role.ADMIN), None, False),
        (MORE, Change(role=Role.ADMIN), PASSWORD, False),
    ],
)
async def test_key_with_few_scopes_opens_no_way_in_for_who_may_do_more(  # noqa: PLR0917 - cases
    people: People,
    users: Users,
    alice: User,
    identity: Identity,
    change: Change,
    password: str | None,
    resets: bool,
) -> None:
    with pytest.raises(Forbidden, match="This key lacks the scope"):
        await people.update(
            identity, alice.id, change, password=password, resets_second_factor=resets
        )

    assert await users.get(alice.id) == alice


async def test_key_with_the_scopes_of_a_user_gives_users_passwords(
    people: People, users: Users, alice: User
) -> None:
    await people.update(MORE, alice.id, Change(), password=PASSWORD)
    made = await people.create(MORE, NewUser("bob", password=PASSWORD))

    assert await users.password_of(alice.id)
    assert await users.password_of(made.id)


async def test_nothing_changes_where_the_new_password_has_to_wait(
    store: Store, clock: FakeClock, users: Users, second_factor: SecondFactor, alice: User
) -> None:
    hasher = Held()
    people, passwords = managing(store, clock, users, second_factor, hasher)
    admin = Identity(0, "root", Role.ADMIN, ALL_SCOPES)
    most = AT_ONCE + MOST_WAITING
    waiting = [asyncio.create_task(passwords.verify(None, PASSWORD)) for _ in range(most)]
    await asyncio.sleep(0)  # all of them have begun

    with pytest.raises(RateLimited):
        await people.update(admin, alice.id, Change(role=Role.ADMIN), password=PASSWORD)

    assert await users.get(alice.id) == alice
    hasher.gate.set()
    await asyncio.gather(*waiting)
