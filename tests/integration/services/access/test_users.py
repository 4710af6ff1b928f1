"""Users: names that are folders too, each taken once."""

import asyncio

import pytest

from services.access.identity import Role
from services.access.users import User, Users
from services.errors import Conflict, ErrorCode, InvalidInput, NotFound
from tests.fakes.clock import START


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
