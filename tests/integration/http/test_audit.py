"""Who did what: every mutation leaves its entry, and administrators read them."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.routing import Route

from argosy.app import create_app
from schema.build import build_schema, executable
from services.access.identity import Role, Scope
from services.audit.entries import AuditEntry
from services.audit.listing import EVERYTHING
from services.tasks.changing.changes import Changes
from tests.integration.http.accounts import PASSWORD, REFRESH, log_in, person, tokens
from tests.integration.http.inputs import ABSENT, arguments, document, mutations
from tests.integration.http.running import JSON, KEY, Answer, Running
from tests.integration.http.talking import acknowledged

PAUSE = "mutation($ids: [ID!]!) { pauseTasks(input: { ids: $ids }) { errors { code } } }"
LOG = """
    query($first: Int! = 25, $after: String, $filter: AuditFilter) {
      auditLog(first: $first, after: $after, filter: $filter) {
        totalCount
        pageInfo { endCursor hasNextPage }
        nodes {
          number at actorId actorName credential address action outcome targets targetCount
          details { name value } requestId
        }
      }
    }
"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return executable(build_schema())


async def entries(argosy: Running) -> list[AuditEntry]:
    """Return all entries, the newest first."""
    listing, admin = argosy.container.services.audit_listing, argosy.container.access.keys
    identity = await admin.authenticate(KEY)
    return (await listing.page(identity, EVERYTHING, first=1000, after=None)).items


def outcome(name: str, answer: Answer) -> str:
    """Return what an answer says went wrong first."""
    if "errors" in answer.json:
        return str(answer.json["errors"][0]["extensions"]["code"])
    errors = answer.json["data"][name]["errors"]
    return str(errors[0]["code"]) if errors else "OK"


async def call_each(
    argosy: Running, schema: GraphQLSchema, key: str
) -> list[tuple[str, str, str | None]]:
    """Call every mutation; return its name, what became of it, and the id of the request."""
    called = []
    for name, field in mutations(schema):
        answer = await argosy.ask(document(name, field), key=key, **arguments(field))
        called.append((name, outcome(name, answer), answer.headers["X-Request-Id"]))
    return called


async def test_every_mutation_leaves_its_entry(argosy: Running, schema: GraphQLSchema) -> None:
    user, key = await argosy.user("root", role=Role.ADMIN)

    called = await call_each(argosy, schema, key)

    found = list(reversed(await entries(argosy)))
    assert [(e.action, e.outcome, e.request_id) for e in found] == called
    assert {(e.actor_id, e.actor_name, e.address) for e in found} == {
        (user.id, "root", "127.0.0.1")
    }
    assert {e.credential for e in found} == {f"key {key[:13]}"}


async def test_mutation_that_is_forbidden_leaves_its_entry(
    argosy: Running, schema: GraphQLSchema
) -> None:
    _, key = await argosy.user("reader", Scope.METRICS_READ)

    called = await call_each(argosy, schema, key)

    found = list(reversed(await entries(argosy)))
    assert [(e.action, e.outcome, e.request_id) for e in found] == called
    assert {outcome for name, outcome, _ in called if name == "pauseTasks"} == {"FORBIDDEN"}


async def test_of_what_is_given_only_names_are_told(argosy: Running, schema: GraphQLSchema) -> None:
    for name, field in mutations(schema):
        given = arguments(field, text=lambda name: f"secret-{name}")
        await argosy.ask(document(name, field), **given)

    details = {entry.action: entry.details for entry in await entries(argosy)}
    assert set(details) == {name for name, _ in mutations(schema)}
    told = {word for word in str(details).replace("'", " ").split() if word.startswith("secret")}
    told = {re.sub(r"_\d{8}_\d{6}\.tar\.gz$", "", word) for word in told}  # what was made of it
    names = {"secret-name", "secret-role", "secret-tier", "secret-scopes"}
    names |= {"secret-filename", "secret-backupName"}  # of backups
    assert told <= {*names, "secret"}  # the last is the name of an argument
    assert "options.password" in details["addDownloads"]["given"]
    assert not any("cut" in told for told in details.values())


async def test_targets_are_those_of_the_input_and_of_the_payload(argosy: Running) -> None:
    mine = await argosy.plant()
    urls = [f"https://example.com/{number}" for number in range(150)]
    add = "mutation($urls: [String!]!) { addDownloads(input: { urls: $urls }) { tasks { id } } }"

    await argosy.ask(PAUSE, ids=[mine, ABSENT, "no id", KEY])
    added = (await argosy.ask(add, urls=urls)).data["addDownloads"]["tasks"]

    adding, pausing = await entries(argosy)
    assert (pausing.targets, pausing.target_count) == ([mine, ABSENT], 2)
    assert adding.targets == [task["id"] for task in added[:100]]
    assert adding.target_count == 150


async def test_of_ids_that_there_are_not_few_are_kept(argosy: Running) -> None:
    mine = await argosy.plant()
    absent = [f"task_0199c2f0-0000-7000-8000-{number:012}" for number in range(900)]

    await argosy.ask(PAUSE, ids=absent)
    await argosy.ask(PAUSE, ids=[*absent, mine])

    some, nothing = await entries(argosy)
    assert (nothing.targets, nothing.target_count) == (absent[:5], 900)
    assert (some.targets, some.target_count) == ([mine, *absent[:5]], 901)
    assert (nothing.outcome, some.outcome) == ("NOT_FOUND", "NOT_FOUND")


async def test_crash_leaves_its_entry(argosy: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_arguments: object) -> None:
        message = "boom"
        raise RuntimeError(message)

    monkeypatch.setattr(Changes, "pause", crash)

    answer = await argosy.ask(PAUSE, ids=[ABSENT])

    (entry,) = await entries(argosy)
    assert (answer.code, entry.outcome) == ("INTERNAL_ERROR", "INTERNAL_ERROR")
    assert (entry.action, entry.targets) == ("pauseTasks", [ABSENT])


async def test_mutation_over_a_websocket_leaves_its_entry(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("1", PAUSE, ids=[ABSENT])
        await socket.hear_next("1")

    (entry,) = await entries(argosy)
    assert (entry.action, entry.outcome, entry.address) == ("pauseTasks", "NOT_FOUND", "127.0.0.1")


async def test_mutation_that_is_given_up_leaves_its_entry(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()

    async def wait(*_arguments: object) -> None:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Changes, "pause", wait)

    async with acknowledged(argosy) as socket:
        await socket.subscribe("1", PAUSE, ids=[ABSENT])
        await began.wait()
        await socket.say({"type": "complete", "id": "1"}, {"type": "ping"})
        assert await socket.hear() == {"type": "pong"}
    await argosy.container.access.audit.close()

    (entry,) = await entries(argosy)
    assert (entry.action, entry.outcome, entry.targets) == ("pauseTasks", "CANCELLED", [ABSENT])


async def test_each_of_several_mutations_leaves_its_entry(argosy: Running) -> None:
    both = (
        f'mutation {{ a: pauseTasks(input: {{ ids: ["{ABSENT}"] }}) {{ errors {{ code }} }} '
        f'b: resumeTasks(input: {{ ids: ["{ABSENT}"] }}) {{ errors {{ code }} }} }}'
    )

    await argosy.ask(both)

    assert [entry.action for entry in await entries(argosy)] == ["resumeTasks", "pauseTasks"]


async def test_what_is_asked_leaves_none(argosy: Running) -> None:
    await argosy.ask("{ viewer { name } auditLog { totalCount } }")

    assert await entries(argosy) == []


async def test_answer_stands_where_the_entry_cannot_be_written(argosy: Running) -> None:
    mine = await argosy.plant(state="PENDING", due_at=datetime(2100, 1, 1, tzinfo=UTC))
    store = argosy.container._store
    await store.write(lambda t: t.execute("ALTER TABLE audit_entries RENAME TO elsewhere"))

    answer = await argosy.ask(PAUSE, ids=[mine])

    assert answer.data == {"pauseTasks": {"errors": []}}
    assert argosy.gauge("argosy_audit_failures_total") == 1


async def test_administrator_pages_through_the_log(argosy: Running) -> None:
    for _ in range(3):
        await argosy.ask(PAUSE, ids=[ABSENT])

    first = (await argosy.ask(LOG, first=2)).data["auditLog"]
    cursor = first["pageInfo"]["endCursor"]
    second = (await argosy.ask(LOG, first=2, after=cursor)).data["auditLog"]

    assert [node["number"] for node in first["nodes"] + second["nodes"]] == [3, 2, 1]
    assert (first["totalCount"], second["pageInfo"]["hasNextPage"]) == (3, False)
    node = first["nodes"][0]
    assert node["details"] == [{"name": "given", "value": "ids"}]
    assert {name: node[name] for name in ("actorName", "action", "outcome", "targets")} == {
        "actorName": "admin",
        "action": "pauseTasks",
        "outcome": "NOT_FOUND",
        "targets": [ABSENT],
    }


async def test_values_that_may_be_told_are_details(argosy: Running) -> None:
    limit = (
        "mutation { setSpeedLimit(input: { of: SERVER, bytesPerSecond: 5 }) { errors { code } } }"
    )

    await argosy.ask(limit)

    (node,) = (await argosy.ask(LOG)).data["auditLog"]["nodes"]
    assert {detail["name"]: detail["value"] for detail in node["details"]} == {
        "given": "of, bytesPerSecond",
        "of": "SERVER",
        "bytesPerSecond": "5",
    }


async def test_number_beyond_what_is_stored_is_refused_and_recorded(argosy: Running) -> None:
    limit = (
        "mutation { setSpeedLimit(input: { of: SERVER, bytesPerSecond: -9223372036854775809 }) "
        "{ errors { code field } } }"
    )

    answer = await argosy.ask(limit)

    assert answer.data["setSpeedLimit"]["errors"] == [
        {"code": "INVALID_INPUT", "field": "bytesPerSecond"}
    ]
    (node,) = (await argosy.ask(LOG)).data["auditLog"]["nodes"]
    assert (node["action"], node["outcome"]) == ("setSpeedLimit", "INVALID_INPUT")


async def test_filter_is_passed_on(argosy: Running) -> None:
    await argosy.ask(PAUSE, ids=[ABSENT])
    await argosy.ask(PAUSE, ids=["no id"])

    async def count(**wanted: object) -> int:
        return int((await argosy.ask(LOG, filter=wanted)).data["auditLog"]["totalCount"])

    now = datetime.now(UTC)
    assert await count(target=ABSENT) == 1
    assert await count(outcome="INVALID_ID", action="pauseTasks", actorName="admin") == 1
    assert await count(actorId=argosy.container.admin.id) == 2
    assert await count(since=(now - timedelta(hours=1)).isoformat(), until=now.isoformat()) == 2
    assert await count(since=(now + timedelta(hours=1)).isoformat()) == 0


async def test_log_is_for_administrators_whose_key_has_the_scope(argosy: Running) -> None:
    _, user = await argosy.user("alice")
    _, narrow = await argosy.user("root", Scope.TASKS_READ, role=Role.ADMIN)

    codes = [(await argosy.ask(LOG, key=key)).code for key in (user, narrow)]

    assert codes == ["FORBIDDEN", "FORBIDDEN"]


def routes(argosy: Running) -> list[Route]:
    """Return the routes of the application."""
    app: Any = create_app(argosy.container)
    while not isinstance(app, Starlette):
        app = app._app
    return [route for route in app.routes if isinstance(route, Route)]


async def test_every_request_that_may_change_something_leaves_its_entry(argosy: Running) -> None:
    safe = {"GET", "HEAD", "OPTIONS"}
    called = [
        (method, route.path)
        for route in routes(argosy)
        for method in sorted((route.methods or set()) - safe)
        if route.path != "/graphql"
    ]

    answers = [
        await argosy.send(method, path, body=b"{}", headers={"Content-Type": JSON})
        for method, path in called
    ]

    found = list(reversed(await entries(argosy)))
    assert [(e.action, e.request_id) for e in found] == [
        (f"{method} {path}", answer.headers["X-Request-Id"])
        for (method, path), answer in zip(called, answers, strict=True)
    ]
    assert {(e.actor_name, e.address) for e in found} == {("admin", "127.0.0.1")}
    for entry, answer in zip(found, answers, strict=True):
        assert entry.outcome == ("OK" if answer.status < 400 else answer.json["error"]["code"])
    assert ("POST", "/api/login") in called


async def test_login_is_of_whoever_gave_out_to_be_somebody(argosy: Running) -> None:
    async def log_in(name: str, password: str) -> None:
        body = orjson.dumps({"name": name, "password": password})
        headers = {"Content-Type": JSON}
        await argosy.send("POST", "/api/login", key=None, body=body, headers=headers)

    user, _ = await argosy.user("alice")
    kept = await argosy.container.access.passwords.hash("a good long password")
    await argosy.container.access.users.set_password(user.id, kept)
    for name, password in (
        ("nobody", "hunter2"),
        ("alice", "hunter2"),
        ("alice", "a good long password"),
        ("hunter2", "alice"),
    ):
        await log_in(name, password)

    found = [(e.actor_id, e.actor_name, e.outcome) for e in reversed(await entries(argosy))]
    assert found == [
        (None, "", "UNAUTHORIZED"),
        (None, "alice", "UNAUTHORIZED"),
        (user.id, "alice", "OK"),
        (None, "", "UNAUTHORIZED"),
    ]
    assert "hunter2" not in str(await entries(argosy))


async def test_program_that_logs_in_is_known_once_it_has_proved_who_it_is(
    argosy: Running,
) -> None:
    user = await person(argosy)
    await log_in(argosy, "hunter2")
    await log_in(argosy, password="hunter2")
    given = await tokens(argosy)
    first = given["refreshToken"]
    await argosy.ask(REFRESH, key=None, token=first)
    await argosy.ask(REFRESH, key=None, token=first)

    found = list(reversed(await entries(argosy)))

    assert [(e.action, e.actor_id, e.actor_name, e.outcome) for e in found] == [
        ("login", None, "", "UNAUTHORIZED"),
        ("login", None, "bob", "UNAUTHORIZED"),
        ("login", user.id, "bob", "OK"),
        ("refreshLogin", user.id, "bob", "OK"),
        ("refreshLogin", None, "", "UNAUTHORIZED"),
    ]
    assert {tuple(e.targets) for e in found[2:]} == {(given["sessionId"],)}
    assert found[-1].details["ended"] == "a refresh token came twice"
    for secret in ("hunter2", PASSWORD, first, given["accessToken"]):
        assert secret not in str(found)
