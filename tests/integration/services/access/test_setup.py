"""The first start: an administrator, and one key that is shown once."""

import pytest

from services.access.identity import ALL_SCOPES, Identity, Role
from services.access.keys import Keys
from services.access.setup import Setup
from services.access.users import Users
from services.errors import Unavailable
from services.remembered import FIRST_START, Remembered
from services.store.store import Store
from tests.fakes.clock import START, FakeClock


@pytest.fixture
def remembered(store: Store, clock: FakeClock) -> Remembered:
    return Remembered(store=store, clock=clock)


@pytest.fixture
def setup(users: Users, keys: Keys, remembered: Remembered, clock: FakeClock) -> Setup:
    return Setup(users=users, keys=keys, remembered=remembered, clock=clock)


async def test_administrator_is_made_once(setup: Setup, store: Store) -> None:
    first, second = await setup.ensure_admin(), await setup.ensure_admin()

    assert first == second
    assert (first.name, first.role) == ("admin", Role.ADMIN)
    assert len(await store.fetch("SELECT id FROM users")) == 1


async def test_first_administrator_may_have_another_name(
    setup: Setup, users: Users, store: Store
) -> None:
    await users.create("admin", Role.ADMIN)
    await store.write(lambda transaction: transaction.execute("UPDATE users SET role = 'user'"))
    root = await users.create("root", Role.ADMIN)
    await users.create("late", Role.ADMIN)

    assert await setup.ensure_admin() == root


async def test_plain_user_called_admin_is_not_taken_for_one(
    setup: Setup, users: Users, store: Store
) -> None:
    await users.create("admin", Role.ADMIN)
    await store.write(lambda transaction: transaction.execute("UPDATE users SET role = 'user'"))

    with pytest.raises(Unavailable, match=r"\./run user create NAME --role admin"):
        await setup.ensure_admin()


async def test_key_of_somebody_else_is_not_made_an_administrators(
    setup: Setup, users: Users, keys: Keys
) -> None:
    admin, bob = await setup.ensure_admin(), await users.create("bob", Role.USER)
    await keys.create(bob, name="laptop", key="a-given-key")

    with pytest.raises(Unavailable) as caught:
        await setup.first_key(admin, "a-given-key")

    assert caught.value.message == (
        "ARGOSY_ADMIN_TOKEN is a key of the user bob, who is no administrator. "
        "Choose another value."
    )
    assert await setup.first_key(admin, None) is not None  # this was no first start


async def test_key_is_shown_at_the_first_start_only(setup: Setup, keys: Keys) -> None:
    admin = await setup.ensure_admin()

    shown = [await setup.first_key(admin, None) for _ in range(3)]

    assert [key is None for key in shown] == [False, True, True]
    assert await keys.authenticate(shown[0] or "") == Identity(
        admin.id, "admin", Role.ADMIN, ALL_SCOPES
    )


async def test_given_key_works_and_none_is_shown(setup: Setup, keys: Keys) -> None:
    admin = await setup.ensure_admin()

    shown = [await setup.first_key(admin, "a-given-key") for _ in range(2)]

    assert shown == [None, None]
    assert (await keys.authenticate("a-given-key")).role is Role.ADMIN


async def test_no_key_is_shown_after_a_first_start_with_a_given_one(setup: Setup) -> None:
    admin = await setup.ensure_admin()
    await setup.first_key(admin, "a-given-key")

    assert await setup.first_key(admin, None) is None


async def test_given_key_can_be_added_later(setup: Setup, keys: Keys) -> None:
    admin = await setup.ensure_admin()
    shown = await setup.first_key(admin, None)
    await setup.first_key(admin, "a-given-key")

    names = [(await keys.authenticate(key)).user_name for key in (shown or "", "a-given-key")]

    assert names == ["admin", "admin"]


async def test_time_of_the_first_start_is_remembered(
    setup: Setup, remembered: Remembered, clock: FakeClock
) -> None:
    admin = await setup.ensure_admin()
    before = await remembered.get(FIRST_START)
    await setup.first_key(admin, None)
    clock.advance(60)
    await setup.first_key(admin, None)

    assert before is None
    assert await remembered.get(FIRST_START) == START.isoformat()


async def test_first_value_is_kept(remembered: Remembered) -> None:
    first = [await remembered.put_once("a", value) for value in ({"x": [1]}, "other")]

    assert first == [True, False]
    assert await remembered.get("a") == {"x": [1]}
