"""Access keys over the API."""

from typing import Any

import pytest

from services.access.identity import ADMIN_SCOPES, ALL_SCOPES, Role, Scope
from tests.integration.http.running import KEY, Running

CREATE = """
    mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
        value apiKey { id userId name prefix scopes expiresAt lastUsedAt isCurrent }
        errors { code field }
    } }
"""
REVOKE = """
    mutation($id: ID!) { revokeApiKey(input: { id: $id }) {
        apiKey { id name } errors { code field }
    } }
"""
LIST = """
    query($userId: Int, $first: Int! = 25, $after: String) {
        apiKeys(userId: $userId, first: $first, after: $after) {
            totalCount
            nodes { id name isCurrent }
            pageInfo { hasNextPage hasPreviousPage endCursor }
        }
    }
"""
VIEWER = "{ viewer { name scopes } }"


async def make(argosy: Running, key: str = KEY, **wish: object) -> Any:
    return (await argosy.ask(CREATE, key=key, input=wish)).data["createApiKey"]


async def names(argosy: Running, key: str = KEY, **variables: object) -> list[str]:
    found = (await argosy.ask(LIST, key=key, **variables)).data["apiKeys"]
    return [node["name"] for node in found["nodes"]]


async def test_key_is_made_used_listed_and_revoked(argosy: Running) -> None:
    made = await make(argosy, name="laptop", scopes=["users:read"])
    key = made["apiKey"]
    seen = await argosy.ask(VIEWER, key=made["value"])
    listed = (await argosy.ask(LIST, key=made["value"])).data["apiKeys"]
    revoked = await argosy.ask(REVOKE, id=key["id"])
    after = await argosy.ask(VIEWER, key=made["value"])

    assert key == {
        "id": key["id"],
        "userId": argosy.container.admin.id,
        "name": "laptop",
        "prefix": made["value"][:13],
        "scopes": ["users:read"],
        "expiresAt": None,
        "lastUsedAt": None,
        "isCurrent": False,
    }
    assert seen.data["viewer"] == {"name": "admin", "scopes": ["users:read"]}
    assert listed["nodes"][0] == {"id": key["id"], "name": "laptop", "isCurrent": True}
    assert revoked.data["revokeApiKey"] == {
        "apiKey": {"id": key["id"], "name": "laptop"},
        "errors": [],
    }
    assert (after.status, after.code) == (401, "UNAUTHORIZED")
    assert after.headers["WWW-Authenticate"] == 'Bearer realm="argosy"'


async def test_viewer_is_told_what_their_role_allows(argosy: Running) -> None:
    _, key = await argosy.user("eve")

    seen = (await argosy.ask(VIEWER, key=key)).data["viewer"]

    assert seen["scopes"] == sorted(ALL_SCOPES - ADMIN_SCOPES)


async def test_keys_are_paged(argosy: Running) -> None:
    for n in range(3):
        await make(argosy, name=f"{n}")

    first = (await argosy.ask(LIST, first=2)).data["apiKeys"]
    second = (await argosy.ask(LIST, first=2, after=first["pageInfo"]["endCursor"])).data["apiKeys"]

    assert first["totalCount"] == second["totalCount"] == 4
    assert [node["name"] for page in (first, second) for node in page["nodes"]] == [
        *("2", "1", "0"),
        "ARGOSY_ADMIN_TOKEN",
    ]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, second)] == [False, True]


async def test_request_sent_again_shows_no_value(argosy: Running) -> None:
    wish = {"name": "laptop", "idempotencyKey": "once"}

    first, second = await make(argosy, **wish), await make(argosy, **wish)

    assert second["apiKey"]["id"] == first["apiKey"]["id"]
    assert (first["value"] is None, second["value"]) == (False, None)
    assert await names(argosy) == ["laptop", "ARGOSY_ADMIN_TOKEN"]


async def test_wrong_wish_is_told_with_its_field(argosy: Running) -> None:
    made = await make(argosy, name="", scopes=["tasks:read"])

    assert made == {
        "value": None,
        "apiKey": None,
        "errors": [{"code": "INVALID_INPUT", "field": "name"}],
    }


@pytest.mark.parametrize(
    ("query", "scope"), [(LIST, "users:read"), (CREATE, "users:write"), (REVOKE, "users:write")]
)
async def test_key_without_the_scope_is_told_which(argosy: Running, query: str, scope: str) -> None:
    _, key = await argosy.user("eve", *(s for s in Scope if s != scope))

    answer = await argosy.ask(query, key=key, id="key_x", input={"name": "x"})

    assert answer.code == "FORBIDDEN"
    assert scope in answer.error["message"]


async def test_key_with_more_than_its_makers_is_forbidden(argosy: Running) -> None:
    _, key = await argosy.user("eve", Scope.USERS_WRITE)

    answer = await argosy.ask(CREATE, key=key, input={"name": "x", "scopes": ["tasks:write"]})

    assert answer.code == "FORBIDDEN"
    assert "tasks:write" in answer.error["message"]


async def test_key_of_another_does_not_exist(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    foreign = (await make(argosy, name="laptop"))["apiKey"]["id"]
    absent = "key_0199c2f0-0000-7000-8000-000000000000"

    answers = [await argosy.ask(REVOKE, key=key, id=each) for each in (foreign, absent)]
    listed = await argosy.ask(LIST, key=key, userId=argosy.container.admin.id)

    nothing = {"apiKey": None, "errors": [{"code": "NOT_FOUND", "field": "id"}]}
    assert [answer.data["revokeApiKey"] for answer in answers] == [nothing, nothing]
    assert listed.code == "FORBIDDEN"
    assert await names(argosy, key) == ["test"]


async def test_administrator_lists_and_revokes_keys_of_others(argosy: Running) -> None:
    user, key = await argosy.user("eve", role=Role.USER)
    found = (await argosy.ask(LIST, userId=user.id)).data["apiKeys"]["nodes"]

    await argosy.ask(REVOKE, id=found[0]["id"])

    assert [node["name"] for node in found] == ["test"]
    assert (await argosy.ask(VIEWER, key=key)).status == 401
