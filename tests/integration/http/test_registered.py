"""Registered documents over every transport: by their hash, and where nothing else is taken."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from argosy.http.graphql.trusted import OURS, sha256_of
from tests.integration.http.accounts import PASSWORD, person
from tests.integration.http.listening import EVENT_STREAM
from tests.integration.http.running import GRAPHQL_JSON, JSON, KEY, Answer, Running, serving
from tests.integration.http.talking import acknowledged

VIEWER = "{ viewer { name } }"
NAME = {"viewer": {"name": "admin"}}
TASK = "query($id: ID!) { task(id: $id) { name } }"
FOLLOW = "subscription { systemMetrics { cpuUsage } }"
INTROSPECTION = "{ __schema { queryType { name } } }"
CHANGE = "mutation { pauseQueue(input: { of: USER }) { errors { code } } }"
DEEP = "{ tasks { nodes { files { nodes { path } } } } }"
MINE = "query Mine { viewer { name role } }\n"


def persisted(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(text)}}


async def register(argosy: Running, text: str, key: str | None = KEY) -> Answer:
    return await argosy.post({"query": text, "extensions": persisted(text)}, key=key)


async def by_hash(
    argosy: Running,
    text: str,
    *,
    key: str | None = KEY,
    accept: str = GRAPHQL_JSON,
    **variables: Any,
) -> Answer:
    content = {"extensions": persisted(text), "variables": variables}
    return await argosy.post(content, key=key, accept=accept)


async def get(
    argosy: Running, text: str, *, query: str | None = None, key: str = KEY, **headers: str
) -> Answer:
    path = f"/graphql?extensions={quote(json.dumps(persisted(text)))}"
    path += "" if query is None else f"&query={quote(query)}"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await argosy.send("GET", path, key=key, headers={"Accept": GRAPHQL_JSON, **named})


async def over_sse(argosy: Running, content: object) -> tuple[str, str]:
    """Return the type of the answer, and its first words."""
    headers = {"Accept": EVENT_STREAM, "Content-Type": JSON, "Authorization": f"Bearer {KEY}"}
    async with argosy.session.post(
        f"{argosy.url}/graphql", data=orjson.dumps(content), headers=headers
    ) as answer:
        if answer.content_type != EVENT_STREAM:
            return answer.content_type, await answer.text()
        async for line in answer.content:
            if line.startswith(b"data: "):
                return answer.content_type, line.decode()
    raise AssertionError


async def test_document_is_sent_once_and_asked_for_by_its_hash(argosy: Running) -> None:
    unknown = await by_hash(argosy, VIEWER)
    first = await register(argosy, VIEWER)
    again = await by_hash(argosy, VIEWER)

    assert (unknown.status, unknown.code) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert unknown.error["message"] == "PersistedQueryNotFound"
    assert unknown.error["extensions"]["requestId"]
    assert (first.data, again.data) == (NAME, NAME)
    assert again.headers["Cache-Control"] == "no-store"


async def test_older_clients_are_told_with_200(argosy: Running) -> None:
    answer = await by_hash(argosy, VIEWER, accept=JSON)

    assert (answer.status, answer.code) == (200, "PERSISTED_QUERY_NOT_FOUND")


async def test_variables_and_rights_are_those_of_who_asks(argosy: Running) -> None:
    alice, key = await argosy.user("alice")
    _, bob = await argosy.user("bob")
    task = await argosy.plant(alice, name="hers.bin")
    await register(argosy, TASK, key)

    hers = await by_hash(argosy, TASK, key=key, id=task)
    his = await by_hash(argosy, TASK, key=bob, id=task)

    assert hers.data == {"task": {"name": "hers.bin"}}
    assert his.code == "NOT_FOUND"


@pytest.mark.parametrize("text", ["{", "{ nothing }", DEEP.replace("tasks", "tasks(first: 100)")])
async def test_document_that_may_not_be_asked_is_not_remembered(argosy: Running, text: str) -> None:
    if text.startswith("{ tasks"):
        text = text.replace("files", "files(first: 100)")
    refused = await register(argosy, text)
    again = await by_hash(argosy, text)

    assert "errors" in refused.json
    assert again.code == "PERSISTED_QUERY_NOT_FOUND"


async def test_hash_of_another_text_is_refused_and_poisons_nothing(argosy: Running) -> None:
    content = {"query": INTROSPECTION, "extensions": persisted(VIEWER)}
    refused = await argosy.post(content)
    again = await by_hash(argosy, VIEWER)

    assert (refused.status, refused.code) == (400, "INVALID_INPUT")
    assert "SHA-256" in refused.error["message"]
    assert again.code == "PERSISTED_QUERY_NOT_FOUND"


async def test_strangers_register_nothing_and_find_nothing(argosy: Running) -> None:
    login = (OURS / "login.graphql").read_text().replace("Login(", "Other(")
    await person(argosy)
    await register(argosy, VIEWER)
    variables = {"input": {"name": "bob", "password": PASSWORD}}

    sent = {"query": login, "extensions": persisted(login), "variables": variables}
    let_in = await argosy.post(sent, key=None)
    by_stranger = await by_hash(argosy, login, key=None, **variables)
    of_others = await by_hash(argosy, VIEWER, key=None)
    absent = await by_hash(argosy, "{ absent }", key=None)
    whole = await register(argosy, VIEWER, key=None)

    assert let_in.data["login"]["errors"] == []
    assert by_stranger.code == "PERSISTED_QUERY_NOT_FOUND"
    assert of_others.code == absent.code == "PERSISTED_QUERY_NOT_FOUND"
    assert whole.status == 401
    assert (await by_hash(argosy, login, **variables)).code == "PERSISTED_QUERY_NOT_FOUND"


async def test_program_logs_in_by_the_hash_of_a_trusted_document(argosy: Running) -> None:
    await person(argosy)
    login, status = ((OURS / f"{name}.graphql").read_text() for name in ("login", "status"))
    variables = {"input": {"name": "bob", "password": PASSWORD}}

    let_in = await by_hash(argosy, login, key=None, **variables)
    refused = await by_hash(argosy, status, key=None)

    assert let_in.data["login"]["tokens"]["accessToken"]
    assert refused.status == 401


async def test_query_by_get_says_how_it_may_be_kept(argosy: Running) -> None:
    unknown = await get(argosy, VIEWER)
    first = await get(argosy, VIEWER, query=VIEWER)
    again = await get(argosy, VIEWER)
    tag = again.headers["ETag"]
    same = await get(argosy, VIEWER, If_None_Match=f'"other", {tag}')
    _, alice = await argosy.user("alice")
    other = await get(argosy, VIEWER, key=alice, If_None_Match=tag)

    assert (unknown.code, unknown.headers["Cache-Control"]) == (
        "PERSISTED_QUERY_NOT_FOUND",
        "no-store",
    )
    assert "ETag" not in unknown.headers
    assert first.data == again.data == NAME
    assert again.headers["Cache-Control"] == "private, no-store"
    assert again.headers["Vary"] == "Accept, Authorization, Cookie"
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", tag)
    assert other.data == {"viewer": {"name": "alice"}}


async def test_what_is_not_by_hash_or_went_wrong_is_kept_by_nobody(argosy: Running) -> None:
    await register(argosy, TASK)
    plain = await argosy.send("GET", f"/graphql?query={quote(VIEWER)}", headers={"Accept": JSON})
    wrong = await argosy.send(
        "GET",
        f"/graphql?extensions={quote(json.dumps(persisted(TASK)))}"
        f"&variables={quote(json.dumps({'id': 'nonsense'}))}",
        headers={"Accept": JSON},
    )

    assert wrong.code == "INVALID_ID"
    for answer in (plain, wrong):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


async def test_operator_may_let_browsers_keep_answers(tmp_path: Path) -> None:
    async with serving(tmp_path, document_cache_seconds=60) as argosy:
        await register(argosy, VIEWER)
        answer = await get(argosy, VIEWER)

    assert answer.headers["Cache-Control"] == "private, max-age=60"


async def test_mutation_by_get_is_refused_by_its_hash_too(argosy: Running) -> None:
    await register(argosy, CHANGE)

    answer = await get(argosy, CHANGE)

    assert answer.status == 405
    assert answer.headers["Cache-Control"] == "no-store"


async def test_over_a_websocket(argosy: Running) -> None:
    async with acknowledged(argosy) as client:

        async def ask(key: str, **payload: Any) -> None:
            await client.say({"type": "subscribe", "id": key, "payload": payload})

        await ask("a", extensions=persisted(FOLLOW))
        unknown = await client.hear_error("a")
        await ask("a", query=VIEWER, extensions=persisted(FOLLOW))
        mismatch = await client.hear_error("a")
        await ask("a", query=FOLLOW, extensions=persisted(FOLLOW))
        await client.hear_next("a")
        await ask("b", extensions=persisted(FOLLOW))
        message = await client.hear()
        while message["id"] != "b":
            message = await client.hear()

    assert unknown["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert mismatch["extensions"]["code"] == "INVALID_INPUT"
    assert message["type"] == "next"


async def test_over_server_sent_events(argosy: Running) -> None:
    unknown = await over_sse(argosy, {"extensions": persisted(FOLLOW)})
    first = await over_sse(argosy, {"query": FOLLOW, "extensions": persisted(FOLLOW)})
    again = await over_sse(argosy, {"extensions": persisted(FOLLOW)})

    assert unknown[0] == JSON
    assert "PERSISTED_QUERY_NOT_FOUND" in unknown[1]
    assert (first[0], again[0]) == (EVENT_STREAM, EVENT_STREAM)
    assert "cpuUsage" in again[1]


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Running]:
    (tmp_path / "trusted").mkdir()
    (tmp_path / "trusted" / "mine.graphql").write_text(MINE)
    (tmp_path / "trusted" / "follow.graphql").write_text(FOLLOW)
    async with serving(
        tmp_path / "data",
        only_trusted_documents=True,
        trusted_documents=str(tmp_path / "trusted"),
    ) as running:
        yield running


async def test_trusted_ones_are_taken_by_hash_and_by_text(strict: Running) -> None:
    whole = await strict.post({"query": MINE})
    stripped = await strict.post({"query": MINE.strip()})
    hashed = await by_hash(strict, MINE)
    got = await get(strict, MINE)
    ours = await by_hash(strict, (OURS / "status.graphql").read_text())

    assert whole.data == stripped.data == hashed.data == got.data
    assert "status" in ours.data


@pytest.mark.parametrize("text", [VIEWER, INTROSPECTION, CHANGE, MINE + "# more", "{"])
async def test_no_other_is_taken_by_any_way(strict: Running, text: str) -> None:
    answers = [
        await strict.post({"query": text}),
        await register(strict, text),
        await by_hash(strict, text),
        await get(strict, text, query=text),
        await strict.send("GET", f"/graphql?query={quote(text)}", headers={"Accept": GRAPHQL_JSON}),
    ]
    streamed = await over_sse(strict, {"query": text})
    async with acknowledged(strict) as client:
        await client.subscribe("a", text)
        told = await client.hear_error("a")

    assert [(answer.status, answer.code) for answer in answers] == [
        (400, "DOCUMENT_NOT_TRUSTED")
    ] * 5
    assert "DOCUMENT_NOT_TRUSTED" in streamed[1]
    assert told["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    assert "ARGOSY_TRUSTED_DOCUMENTS" in told["message"]


async def test_subscriptions_that_are_trusted_run(strict: Running) -> None:
    streamed = await over_sse(strict, {"query": FOLLOW})
    async with acknowledged(strict) as client:
        payload = {"extensions": persisted(FOLLOW)}
        await client.say({"type": "subscribe", "id": "a", "payload": payload})
        heard = await client.hear_next("a")

    assert streamed[0] == EVENT_STREAM
    assert "cpuUsage" in heard["systemMetrics"]


async def test_there_is_no_playground(strict: Running) -> None:
    answer = await strict.get("/graphql", Accept="text/html")

    assert answer.status == 403
    assert b"ARGOSY_ONLY_TRUSTED_DOCUMENTS" in answer.body


async def test_documents_are_read_ahead_while_the_server_runs(strict: Running) -> None:
    trusted = strict.container.registered.trusted
    task = trusted._task
    assert task is not None
    async with asyncio.timeout(60):
        await asyncio.wait([task])

    assert task.exception() is None


async def test_manifest_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    place = tmp_path / "manifest.json"
    place.write_text("{")

    with pytest.raises(Exception, match="cannot be used: this is not JSON"):
        async with serving(tmp_path / "data", trusted_documents=str(place)):
            pass
