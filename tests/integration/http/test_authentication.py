"""Who may ask: keys, and what each is good for."""

import pytest

from services.access.identity import Role, Scope
from tests.integration.http.running import KEY, Running

ABSENT = "task_0199c2f0-0000-7000-8000-000000000000"
VIEWER = {"query": "{ viewer { name role scopes } }"}
CANCEL = "mutation($id: ID!) { cancelTasks(input: { ids: [$id] }) { tasks { id } } }"
HOW = (
    "Send an access key: `Authorization: Bearer KEY`; `./run key create --user admin` prints one. "
    "In a browser, sign in at /login."
)
UNKNOWN = "This key is not known here. "


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, HOW),
        ("", HOW),
        ("Bearer", HOW),
        ("Bearer ", HOW),
        (KEY, HOW),
        (f"Basic {KEY}", HOW),
        (f"Token {KEY}", HOW),
        (f"Bearer{KEY}", HOW),
        ("Bearer wrong", UNKNOWN),
        (f"Bearer {KEY} ,", UNKNOWN),
        (f"Bearer {KEY[:-1]}", UNKNOWN),
        (f"Bearer {KEY.upper()}", UNKNOWN),
        ("Bearer é", UNKNOWN),
        ("Bearer ' OR 1=1 --", UNKNOWN),
        (f"Bearer {'x' * 8000}", UNKNOWN),
    ],
)
async def test_no_good_key(argosy: Running, header: str | None, message: str) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = await argosy.post(VIEWER, key=None, **headers)

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")
    assert answer.error["message"].startswith(message)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="argosy"'
    assert list(answer.json) == ["errors"]


@pytest.mark.parametrize("header", [f"Bearer {KEY}", f"bearer {KEY}", f"BEARER   {KEY}"])
async def test_good_key(argosy: Running, header: str) -> None:
    answer = await argosy.post(VIEWER, key=None, Authorization=header)

    scopes = sorted(Scope)
    assert answer.data == {"viewer": {"name": "admin", "role": "ADMIN", "scopes": scopes}}


async def test_key_is_asked_for_before_the_request_is_read(argosy: Running) -> None:
    answer = await argosy.post(b"no JSON", key=None)

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_key_in_the_address_is_no_key(argosy: Running) -> None:
    query = "query=%7Bviewer%7Bname%7D%7D"

    answer = await argosy.get(f"/graphql?{query}&access_token={KEY}&key={KEY}")

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_key_in_a_cookie_is_no_key(argosy: Running) -> None:
    answer = await argosy.post(VIEWER, key=None, Cookie=f"key={KEY}; Authorization=Bearer {KEY}")

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_viewer_is_who_the_key_belongs_to(argosy: Running) -> None:
    _, key = await argosy.user("eve", Scope.TASKS_READ)

    answer = await argosy.post(VIEWER, key=key)

    assert answer.data == {"viewer": {"name": "eve", "role": "USER", "scopes": ["tasks:read"]}}


@pytest.mark.parametrize(
    ("query", "scope", "data"),
    [
        ("{ tasks { totalCount } }", Scope.TASKS_READ, None),
        ("{ downloadStats { todayDownloads } }", Scope.TASKS_READ, None),
        (f'{{ task(id: "{ABSENT}") {{ id }} }}', Scope.TASKS_READ, {"task": None}),
        (f'{{ taskStatus(taskId: "{ABSENT}") {{ id }} }}', Scope.TASKS_READ, {"taskStatus": None}),
        (
            "mutation { addDownloads(input: { urls: [] }) { tasks { id } } }",
            Scope.TASKS_WRITE,
            None,
        ),
        (
            "mutation { cancelTasks(input: { ids: [] }) { tasks { id } } }",
            Scope.TASKS_WRITE,
            None,
        ),
    ],
)
async def test_missing_scope_is_named(
    argosy: Running, query: str, scope: Scope, data: dict[str, None] | None
) -> None:
    _, key = await argosy.user("eve", *(set(Scope) - {scope}))

    answer = await argosy.ask(query, key=key)

    assert (answer.status, answer.code) == (200, "FORBIDDEN")
    assert (
        answer.error["message"] == f"This key lacks the scope {scope.value}. Take one that has it."
    )
    assert answer.json["data"] == data


async def test_administrator_needs_the_scope_too(argosy: Running) -> None:
    _, key = await argosy.user("root", Scope.TASKS_WRITE, role=Role.ADMIN)

    answer = await argosy.ask("{ tasks { totalCount } }", key=key)

    assert (answer.json["data"], answer.code) == (None, "FORBIDDEN")


async def test_refused_mutation_changes_nothing(argosy: Running) -> None:
    eve, key = await argosy.user("eve", Scope.TASKS_READ)
    task = await argosy.plant(eve)

    await argosy.ask(CANCEL, key=key, id=task)

    answer = await argosy.ask("query($id: ID!) { task(id: $id) { state } }", key=key, id=task)
    assert answer.data == {"task": {"state": "PAUSED"}}
