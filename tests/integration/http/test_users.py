"""Users, as administrators manage them."""

import asyncio

import pytest

from services.access.identity import ALL_SCOPES, Role, Scope
from tests.integration.http.accounts import (
    PASSWORD,
    access,
    log_in,
    person,
    with_second_factor,
)
from tests.integration.http.running import KEY, Running

LIST = """
    query($first: Int! = 25, $after: String) { users(first: $first, after: $after) {
        totalCount nodes { id name role tier isActive hasPassword hasSecondFactor }
        pageInfo { hasNextPage hasPreviousPage endCursor }
    } }
"""
CREATE = """
    mutation($input: CreateUserInput!) { createUser(input: $input) {
        user { id name role tier isActive hasPassword } errors { code field message }
    } }
"""
UPDATE = """
    mutation($input: UpdateUserInput!) { updateUser(input: $input) {
        user { role tier isActive hasSecondFactor } errors { code field message }
    } }
"""
DELETE = """
    mutation($id: Int!) { deleteUser(input: { id: $id }) {
        user { name } errors { code field message }
    } }
"""


async def test_users_are_listed_page_by_page(argosy: Running) -> None:
    for name in ("bob", "eve"):
        await argosy.user(name)

    first = (await argosy.ask(LIST, first=2)).data["users"]
    cursor = first["pageInfo"]["endCursor"]
    second = (await argosy.ask(LIST, first=2, after=cursor)).data["users"]

    assert [user["name"] for user in first["nodes"]] == ["admin", "bob"]
    assert first["totalCount"] == 3
    assert first["pageInfo"]["hasNextPage"]
    assert [user["name"] for user in second["nodes"]] == ["eve"]
    assert second["pageInfo"]["hasPreviousPage"]


async def test_user_is_made_and_logs_in(argosy: Running) -> None:
    wanted = {"name": "bob", "password": PASSWORD}

    made = (await argosy.ask(CREATE, input=wanted)).data["createUser"]

    assert made["errors"] == []
    assert made["user"] | {"id": 0} == {
        "id": 0,
        "name": "bob",
        "role": "USER",
        "tier": "unlimited",
        "isActive": True,
        "hasPassword": True,
    }
    assert (await log_in(argosy)).data["login"]["errors"] == []


async def test_what_is_sent_again_makes_one_user(argosy: Running) -> None:
    wanted = {"name": "bob", "password": PASSWORD, "idempotencyKey": "one"}
    answers = await asyncio.gather(*(argosy.ask(CREATE, input=wanted) for _ in range(3)))
    later = await argosy.ask(CREATE, input=wanted)

    made = [answer.data["createUser"] for answer in (*answers, later)]
    other = (await argosy.ask(CREATE, input=wanted | {"name": "eve"})).data["createUser"]

    assert [found["errors"] for found in made] == [[]] * 4
    assert len({found["user"]["id"] for found in made}) == 1
    assert [error["field"] for error in other["errors"]] == ["idempotencyKey"]
    assert (await argosy.ask(LIST)).data["users"]["totalCount"] == 2


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({"name": "admin"}, "INVALID_INPUT", "role"),
        ({"name": "admin", "role": "ADMIN"}, "CONFLICT", "name"),
        ({"name": "No name"}, "INVALID_INPUT", "name"),
        ({"name": "bob", "password": "short"}, "INVALID_INPUT", "password"),
        ({"name": "long-user-name", "password": "long-user-name"}, "INVALID_INPUT", "password"),
        ({"name": "bob", "tier": "no tier"}, "INVALID_INPUT", "tier"),
    ],
)
async def test_bad_user_is_not_made(
    argosy: Running, wanted: dict[str, str], code: str, field: str
) -> None:
    made = (await argosy.ask(CREATE, input=wanted)).data["createUser"]

    assert made["user"] is None
    assert (made["errors"][0]["code"], made["errors"][0]["field"]) == (code, field)
    assert (await argosy.ask(LIST)).data["users"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (LIST, {}),
        (CREATE, {"input": {"name": "mallory", "role": "ADMIN", "password": PASSWORD}}),
        (UPDATE, {"input": {"id": 1, "password": PASSWORD}}),
        (UPDATE, {"input": {"id": 2, "role": "ADMIN"}}),
        (DELETE, {"id": 1}),
    ],
)
async def test_others_may_not(argosy: Running, query: str, variables: dict[str, object]) -> None:
    _, key = await argosy.user("eve")
    _, scoped = await argosy.user("root", *(ALL_SCOPES - {Scope.USERS_READ, Scope.USERS_WRITE}),
                                  role=Role.ADMIN)  # fmt: skip

    refused = await argosy.ask(query, key=key, **variables)
    without = await argosy.ask(query, key=scoped, **variables)

    assert (refused.code, without.code) == ("FORBIDDEN", "FORBIDDEN")
    assert (await argosy.ask(LIST)).data["users"]["totalCount"] == 3


async def test_role_and_activity_hold_at_once(argosy: Running) -> None:
    bob = await person(argosy)
    token = await access(argosy)

    await argosy.ask(UPDATE, input={"id": bob.id, "role": "ADMIN"})
    assert (await argosy.ask(LIST, key=token)).data["users"]["totalCount"] == 2
    updated = await argosy.ask(UPDATE, input={"id": bob.id, "isActive": False})

    assert updated.data["updateUser"]["user"] == {
        "role": "ADMIN",
        "tier": "unlimited",
        "isActive": False,
        "hasSecondFactor": False,
    }
    assert (await argosy.ask(LIST, key=token)).status == 401
    assert (await log_in(argosy)).data["login"]["errors"][0]["code"] == "UNAUTHORIZED"


async def test_administrator_resets_password_and_second_factor(argosy: Running) -> None:
    bob = await person(argosy)
    token = await access(argosy)
    await with_second_factor(argosy, token)
    wanted = {"id": bob.id, "password": "another password", "resetSecondFactor": True}

    updated = (await argosy.ask(UPDATE, input=wanted)).data["updateUser"]

    assert updated["errors"] == []
    assert not updated["user"]["hasSecondFactor"]
    assert (await argosy.ask("{ viewer { name } }", key=token)).status == 401
    assert (await log_in(argosy, password="another password")).data["login"]["errors"] == []


async def test_own_password_is_not_reset_but_changed(argosy: Running) -> None:
    root = await person(argosy, "root", role=Role.ADMIN)
    token = await access(argosy, "root")

    for wanted in ({"password": "another password"}, {"resetSecondFactor": True}):
        answer = await argosy.ask(UPDATE, key=token, input={"id": root.id, **wanted})
        assert answer.data["updateUser"]["errors"][0]["code"] == "CONFLICT"


async def test_last_administrator_stays_one(argosy: Running) -> None:
    admin = argosy.container.admin
    root, key = await argosy.user("root", role=Role.ADMIN)
    await argosy.ask(UPDATE, key=key, input={"id": admin.id, "isActive": False})

    for query, variables in (
        (UPDATE, {"input": {"id": root.id, "role": "USER"}}),
        (UPDATE, {"input": {"id": root.id, "isActive": False}}),
        (DELETE, {"id": root.id}),
    ):
        answer = await argosy.ask(query, key=key, **variables)
        (result,) = answer.data.values()
        assert result["errors"][0]["code"] == "CONFLICT"
        assert "last administrator" in result["errors"][0]["message"]


async def test_two_administrators_cannot_remove_each_other(argosy: Running) -> None:
    root, key = await argosy.user("root", role=Role.ADMIN)

    await asyncio.gather(
        argosy.ask(DELETE, id=root.id), argosy.ask(DELETE, key=key, id=argosy.container.admin.id)
    )

    assert await argosy.container.access.users.count() == 1


async def test_removed_user_is_nobody(argosy: Running) -> None:
    bob = await person(argosy)
    token = await access(argosy)
    key = await argosy.container.access.keys.create(bob, name="laptop")

    removed = (await argosy.ask(DELETE, id=bob.id)).data["deleteUser"]

    assert removed == {"user": {"name": "bob"}, "errors": []}
    assert (await argosy.ask("{ viewer { name } }", key=token)).status == 401
    assert (await argosy.ask("{ viewer { name } }", key=key)).status == 401
    assert (await log_in(argosy)).data["login"]["errors"][0]["code"] == "UNAUTHORIZED"
    assert (await argosy.ask(LIST)).data["users"]["totalCount"] == 1
    again = (await argosy.ask(DELETE, id=bob.id)).data["deleteUser"]
    assert again["errors"][0]["code"] == "NOT_FOUND"


async def test_absent_user_is_not_found(argosy: Running) -> None:
    answer = (await argosy.ask(UPDATE, key=KEY, input={"id": 2147483647, "tier": "unlimited"})).data

    assert answer["updateUser"]["errors"][0]["code"] == "NOT_FOUND"
