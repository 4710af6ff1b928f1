"""Users: names that are folders too, each taken once."""

import asyncio
from dataclasses import replace

import pytest

from services.access.identity import Role
from services.access.keys.keys import Keys
from services.access.logins.sessions import SessionKind, Sessions
from services.access.people.users import Change, User, Users
from services.access.quotas.tiers import Tier, Tiers
from services.access.revision import read_revision
from services.errors import Conflict, ErrorCode, InvalidInput, NotFound, Unauthorized
from services.store.store import Store
from tests.fakes.clock import START, FakeClock
from tests.integration.services.access.conftest import CALLER


async def test_made_user_is_found(users: Users) -> None:
    made = await users.create("alice", Role.ADMIN)

    assert made == User(made.id, "alice", Role.ADMIN, START)
    assert await users.find("alice") == made


@pytest.mark.parametrize("name", ["Not a name", "a" * 1000])
async def test_bad_name_is_refused(users: Users, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await users.create(name, Role.USER)

    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID_INPUT, "name")
    assert len(caught.value.message) < 300


@pytest.mark.parametrize("name", ["con", "nul", "com1"])
async def test_name_that_cannot_be_a_folder_everywhere_is_refused(users: Users, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await users.create(name, Role.USER)

    assert (
        caught.value.message == f"{name} is no name for a folder on every system; choose another."
    )


async def test_user_called_admin_is_an_administrator(users: Users) -> None:
    with pytest.raises(InvalidInput) as caught:
        await users.create("admin", Role.USER)

    assert caught.value.field == "role"
    assert (await users.create("admin", Role.ADMIN)).role is Role.ADMIN


async def test_taken_name_is_a_conflict(users: Users) -> None:
    made = await users.create("alice", Role.USER)

    with pytest.raises(Conflict) as caught:
        await users.create("alice", Role.ADMIN)

    assert (caught.value.code, caught.value.field) == (ErrorCode.CONFLICT, "name")
    assert await users.find("alice") == made


async def test_name_is_taken_once_by_all_who_want_it(users: Users) -> None:
    results = await asyncio.gather(
        *(users.create("alice", Role.USER) for _ in range(5)), return_exceptions=True
    )

    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 4 + ["User"]


@pytest.mark.parametrize(
    ("name", "shown"), [("nobody", "'nobody'"), ("\udcff", r"'\udcff'"), ("a\0", r"'a\x00'")]
)
async def test_unknown_user_is_not_found(users: Users, name: str, shown: str) -> None:
    with pytest.raises(NotFound) as caught:
        await users.find(name)

    assert caught.value.field == "name"
    assert shown in caught.value.message


async def test_user_is_changed_in_what_is_said(users: Users) -> None:
    made = await users.create("alice", Role.USER)

    assert await users.update(made.id, Change()) == made
    changed = await users.update(made.id, Change(role=Role.ADMIN))

    assert changed == User(made.id, "alice", Role.ADMIN, START)
    assert await users.get(made.id) == changed


async def test_each_change_is_told_to_all_servers(users: Users, store: Store) -> None:
    made = await users.create("alice", Role.USER)
    seen = {await read_revision(store)}

    for change in (
        users.update(made.id, Change(role=Role.ADMIN)),
        users.create("root", Role.ADMIN),
        users.update(made.id, Change(is_active=False)),
        users.set_password(made.id, "kept"),
        users.remove(made.id),
    ):
        await change
        seen.add(await read_revision(store))

    assert len(seen) == 5  # making somebody takes nothing away


async def test_tier_that_there_is_not_is_refused(store: Store, clock: FakeClock) -> None:
    users = Users(store=store, clock=clock, tiers=Tiers([Tier("small")]))
    made = await users.create("alice", Role.USER, tier="small")

    assert made.tier == "small"
    with pytest.raises(InvalidInput):
        await users.create("bob", Role.USER, tier="large")
    with pytest.raises(InvalidInput):
        await users.update(made.id, Change(tier="large"))
    assert (await users.update(made.id, Change(tier="unlimited"))).tier == "unlimited"


@pytest.mark.parametrize("change", [Change(role=Role.USER), Change(is_active=False)])
async def test_last_administrator_stays_one(users: Users, change: Change) -> None:
    root = await users.create("root", Role.ADMIN)
    other = await users.create("other", Role.ADMIN)
    await users.update(other.id, Change(is_active=False))  # who may do nothing is none

    with pytest.raises(Conflict):
        await users.update(root.id, change)
    with pytest.raises(Conflict):
        await users.remove(root.id)

    assert await users.get(root.id) == root
    await users.update(other.id, Change(is_active=True))
    await users.update(root.id, change)


async def test_administrators_cannot_all_go_at_once(users: Users) -> None:
    admins = [await users.create(f"root-{n}", Role.ADMIN) for n in range(4)]
    ways = (
        users.update(admins[0].id, Change(role=Role.USER)),
        users.update(admins[1].id, Change(is_active=False)),
        users.remove(admins[2].id),
        users.remove(admins[3].id),
    )

    results = await asyncio.gather(*ways, return_exceptions=True)

    assert [type(r) for r in results if isinstance(r, Exception)] == [Conflict]
    assert await users.first_admin() is not None


async def test_user_called_admin_stays_an_administrator(users: Users) -> None:
    admin = await users.create("admin", Role.ADMIN)
    await users.create("root", Role.ADMIN)

    with pytest.raises(Conflict):
        await users.update(admin.id, Change(role=Role.USER))


async def test_first_admin_is_the_one_called_so(users: Users) -> None:
    root = await users.create("root", Role.ADMIN)
    admin = await users.create("admin", Role.ADMIN)

    assert await users.first_admin() == admin
    await users.update(admin.id, Change(is_active=False))
    assert await users.first_admin() == root


async def test_new_password_ends_logins_but_the_one_that_asks(
    users: Users, sessions: Sessions, alice: User
) -> None:
    (kept, cookie), (_, other) = [
        await sessions.open(alice, SessionKind.BROWSER, CALLER) for _ in range(2)
    ]

    changed = await users.set_password(alice.id, "kept", keep=kept.id)

    assert changed.has_password
    assert (await sessions.authenticate(cookie)).user_id == alice.id
    with pytest.raises(Unauthorized):
        await sessions.authenticate(other)


async def test_removed_user_is_nobody(
    users: Users, keys: Keys, sessions: Sessions, alice: User, store: Store
) -> None:
    key = await keys.create(alice, name="laptop")
    _, cookie = await sessions.open(alice, SessionKind.BROWSER, CALLER)

    assert await users.remove(alice.id) == replace(alice, is_active=False)

    with pytest.raises(Unauthorized):
        await keys.authenticate(key)
    with pytest.raises(Unauthorized):
        await sessions.authenticate(cookie)
    for change in (users.get(alice.id), users.find("alice"), users.remove(alice.id)):
        with pytest.raises(NotFound):
            await change
    assert await users.some(0, 10) == []
