"""The first start: an administrator, and a link to choose their password."""

import asyncio
from collections.abc import Iterator

import pytest

from services.access.identity import Role
from services.access.keys.keys import Keys
from services.access.keys.one_time import OneTimeTokens
from services.access.logins.passwords import Passwords
from services.access.people.users import User, Users
from services.access.setup import Setup, link
from services.errors import Conflict, InvalidInput, Unauthorized, Unavailable
from services.remembered import FIRST_START, Remembered
from services.store.store import Store
from tests.fakes.clock import START, FakeClock

PASSWORD = "correct horse battery"


@pytest.fixture
def remembered(store: Store, clock: FakeClock) -> Remembered:
    return Remembered(store=store, clock=clock)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


@pytest.fixture
def setup(
    store: Store,
    users: Users,
    keys: Keys,
    passwords: Passwords,
    clock: FakeClock,
) -> Setup:
    return Setup(
        store=store,
        users=users,
        keys=keys,
        passwords=passwords,
        tokens=OneTimeTokens(store=store, clock=clock),
        remembered=Remembered(store=store, clock=clock),
        clock=clock,
    )


@pytest.fixture
async def admin(setup: Setup) -> User:
    return await setup.ensure_admin()


@pytest.fixture
async def token(setup: Setup, admin: User) -> str:
    token = await setup.first_token(admin, None)
    assert token is not None
    return token


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
    setup: Setup, admin: User, users: Users, keys: Keys
) -> None:
    bob = await users.create("bob", Role.USER)
    await keys.create(bob, name="laptop", key="a-given-key")

    with pytest.raises(Unavailable) as caught:
        await setup.first_token(admin, "a-given-key")

    assert caught.value.message == (
        "ARGOSY_ADMIN_TOKEN is a key of the user bob, who is no administrator. "
        "Choose another value."
    )
    assert await setup.first_token(admin, None) is not None  # this was no first start


async def test_token_is_given_at_the_first_start_only(setup: Setup, admin: User) -> None:
    given = [await setup.first_token(admin, None) for _ in range(3)]

    assert [token is None for token in given] == [False, True, True]


async def test_given_key_works_and_there_is_no_token(setup: Setup, admin: User, keys: Keys) -> None:
    given = [await setup.first_token(admin, key) for key in ("a-given-key", "a-given-key", None)]

    assert given == [None, None, None]
    assert (await keys.authenticate("a-given-key")).role is Role.ADMIN


async def test_given_key_can_be_added_later(
    setup: Setup, admin: User, token: str, keys: Keys
) -> None:
    await setup.first_token(admin, "a-given-key")

    assert (await keys.authenticate("a-given-key")).user_id == admin.id
    assert await setup.whose(token) == admin


async def test_no_token_is_given_to_who_has_a_password(
    setup: Setup, admin: User, users: Users, passwords: Passwords
) -> None:
    await users.set_password(admin.id, await passwords.hash(PASSWORD))

    assert await setup.first_token(admin, None) is None


async def test_token_sets_the_first_password(
    setup: Setup, admin: User, token: str, store: Store, passwords: Passwords
) -> None:
    done = await setup.complete(token, PASSWORD)

    (row,) = await store.fetch("SELECT password_hash FROM users")
    assert (done.id, done.has_password) == (admin.id, True)
    assert await passwords.verify(row["password_hash"], PASSWORD)
    assert not await setup.is_awaited()


async def test_token_works_once(setup: Setup, token: str, store: Store) -> None:
    await setup.complete(token, PASSWORD)
    before = await store.fetch("SELECT password_hash FROM users")

    with pytest.raises(Unauthorized):
        await setup.complete(token, "another long password")

    assert await store.fetch("SELECT password_hash FROM users") == before


async def test_of_two_at_once_one_sets_the_password(setup: Setup, token: str) -> None:
    ends = await asyncio.gather(
        setup.complete(token, PASSWORD),
        setup.complete(token, "another long password"),
        return_exceptions=True,
    )

    assert sorted(type(end).__name__ for end in ends) == ["Unauthorized", "User"]


async def test_password_ends_all_other_links(setup: Setup, token: str) -> None:
    another = await setup.another_token()
    await setup.complete(another, PASSWORD)

    with pytest.raises(Unauthorized):
        await setup.whose(token)


async def test_link_changes_no_password_that_was_set_meanwhile(
    setup: Setup, admin: User, token: str, store: Store
) -> None:
    statement = "UPDATE users SET password_hash = 'of the command line'"
    await store.write(lambda transaction: transaction.execute(statement))

    with pytest.raises(Unauthorized):
        await setup.complete(token, PASSWORD)

    (row,) = await store.fetch("SELECT password_hash FROM users")
    assert row["password_hash"] == "of the command line"


async def test_bad_password_leaves_the_token_good(setup: Setup, token: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await setup.complete(token, "short")

    assert caught.value.field == "password"
    assert (await setup.complete(token, PASSWORD)).has_password


async def test_token_lasts_a_day(setup: Setup, token: str, clock: FakeClock) -> None:
    clock.advance(24 * 3600 - 1)
    assert (await setup.whose(token)).name == "admin"
    clock.advance(1)

    with pytest.raises(Unauthorized):
        await setup.complete(token, PASSWORD)


async def test_another_token_is_given_while_nobody_has_a_password(
    setup: Setup, admin: User
) -> None:
    await setup.complete(await setup.another_token(), PASSWORD)

    with pytest.raises(Conflict):
        await setup.another_token()


async def test_another_token_needs_no_first_start(setup: Setup, store: Store) -> None:
    token = await setup.another_token()

    assert (await setup.whose(token)).name == "admin"


def test_token_stands_where_no_server_sees_it() -> None:
    assert link("https://argosy.example.com", "t0ken") == (
        "https://argosy.example.com/login#setup=t0ken"
    )


async def test_time_of_the_first_start_is_remembered(
    setup: Setup, admin: User, remembered: Remembered, clock: FakeClock
) -> None:
    before = await remembered.get(FIRST_START)
    await setup.first_token(admin, None)
    clock.advance(60)
    await setup.first_token(admin, None)

    assert before is None
    assert await remembered.get(FIRST_START) == START.isoformat()


async def test_first_value_is_kept(remembered: Remembered) -> None:
    first = [await remembered.put_once("a", value) for value in ({"x": [1]}, "other")]

    assert first == [True, False]
    assert await remembered.get("a") == {"x": [1]}
