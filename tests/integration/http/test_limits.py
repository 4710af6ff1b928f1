"""The limits of documents, which hold on every transport before anything is executed."""

from pathlib import Path

import orjson
import pytest
from graphql import get_introspection_query, parse

from argosy.http.graphql.rules import limits, validation
from services.access.identity import Scope
from tests.integration.http.hostile import (
    HOSTILE,
    LIMITS,
    circle,
    doubling,
    each,
    operations,
    repeated,
    tokens,
)
from tests.integration.http.listening import listening, opened
from tests.integration.http.running import JSON, Running, serving
from tests.integration.http.talking import acknowledged

ALL = {name: value for name, value in vars(limits).items() if isinstance(value, limits.Limit)}
NAME = "{ viewer { name } }"
ADMIN = {"viewer": {"name": "admin"}}
PAGE = "{ tasks(first: 100) { nodes { id files(first: 10) { nodes { path } } } } }"
TYPES = "fragment Types on Query { __schema { types { name fields { name type { name } } } } }"
TYPE = "type { ofType { ofType { fields { type { ofType { name } } args { type { name } } } } } }"
MULTIPLYING = "{ __schema { types { " + each(15, f"a#: fields {{ {TYPE} }}") + " } } }"


@pytest.mark.parametrize("name", LIMITS)
async def test_just_as_much_is_taken(argosy: Running, name: str) -> None:
    build, most = LIMITS[name]
    request = {"query": build(most), "operationName": "A0" if name == "definitions" else None}

    answer = await argosy.post(request)

    assert answer.status == 200, answer.body


@pytest.mark.parametrize("name", LIMITS)
async def test_one_more_is_refused(argosy: Running, name: str) -> None:
    build, most = LIMITS[name]
    request = {"query": build(most + 1), "operationName": "A0" if name == "definitions" else None}

    answer = await argosy.post(request)

    assert (answer.status, answer.code) == (400, "GRAPHQL_LIMIT_EXCEEDED")
    limit = answer.error["extensions"]["limit"]
    assert limit == {"name": name, "requested": most + 1, "maximum": most}


def test_every_limit_is_tried() -> None:
    names = {limit.name for limit in ALL.values()}

    assert names == {*LIMITS, "cost", "merging", "introspectionCost"}


async def test_document_of_so_many_tokens_has_as_many() -> None:
    first = parse(tokens(2000)).loc
    assert first is not None
    token, count = first.start_token.next, 0
    while token is not None and token.next is not None:
        token, count = token.next, count + 1

    assert count == 2000


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_document_is_refused(argosy: Running, name: str) -> None:
    answer = await argosy.ask(HOSTILE[name])

    assert answer.status == 400
    assert {error["extensions"]["code"] for error in answer.json["errors"]} <= {
        "GRAPHQL_LIMIT_EXCEEDED",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
    }


async def test_limit_says_what_there_was_and_what_to_do(argosy: Running) -> None:
    answer = await argosy.ask(LIMITS["depth"][0](14))

    assert answer.error["message"] == (
        "The operation is 14 levels of fields deep; 10 is the most. "
        "Ask for less, or in several operations."
    )


async def test_counters_stop_where_it_matters_no_more(argosy: Running) -> None:
    answer = await argosy.ask(doubling(80))

    assert answer.error["extensions"]["limit"] == {
        "name": "fragmentSpreads",
        "requested": 1_000_000,
        "maximum": 50,
    }
    assert "spreads fragments more than 999,999 times" in answer.error["message"]


@pytest.mark.parametrize("number", [1, 2, 30])
async def test_fragment_that_contains_itself_is_named(argosy: Running, number: int) -> None:
    answer = await argosy.ask(circle(number))

    assert (answer.status, answer.code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert answer.error["message"] == "The fragment 'F0' contains itself."


async def test_fields_that_need_many_comparisons_are_refused(argosy: Running) -> None:
    answer = await argosy.ask(repeated(1900))

    assert (answer.status, answer.code) == (400, "GRAPHQL_LIMIT_EXCEEDED")
    assert answer.error["extensions"]["limit"]["name"] == "merging"


async def test_repeated_fields_are_merged(argosy: Running) -> None:
    answer = await argosy.ask(repeated(100))

    assert answer.data == ADMIN


async def test_fields_that_cannot_be_merged_are_refused(argosy: Running) -> None:
    answer = await argosy.ask(
        "{ viewer { name: role } ...F } fragment F on Query { viewer { name } }"
    )

    assert (answer.status, answer.code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert "'role' and 'name' are different fields" in answer.error["message"]


async def test_limits_hold_for_every_operation_of_a_document(argosy: Running) -> None:
    document = f"query A {NAME} query B {LIMITS['aliases'][0](16)}"

    answer = await argosy.post({"query": document, "operationName": "A"})

    assert answer.error["extensions"]["limit"]["name"] == "aliases"


async def test_document_that_was_refused_is_refused_again(argosy: Running) -> None:
    answers = [await argosy.ask(LIMITS["aliases"][0](16)) for _ in range(2)]

    assert [answer.code for answer in answers] == ["GRAPHQL_LIMIT_EXCEEDED"] * 2


@pytest.mark.parametrize("name", [*LIMITS, "cost"])
async def test_limit_holds_over_a_websocket(argosy: Running, name: str) -> None:
    document = beyond(name)

    async with acknowledged(argosy) as socket:
        payload = {"query": document, "operationName": "A0" if name == "definitions" else None}
        await socket.say({"type": "subscribe", "id": "a", "payload": payload})
        error = await socket.hear_error("a")
        await socket.subscribe("b", NAME)

        assert error["extensions"]["code"] == "GRAPHQL_LIMIT_EXCEEDED"
        assert error["extensions"]["limit"]["name"] == name
        assert await socket.hear_next("b") == ADMIN


@pytest.mark.parametrize("name", [*LIMITS, "cost"])
async def test_limit_holds_for_event_streams(argosy: Running, name: str) -> None:
    async with opened(argosy, beyond(name)) as answer:
        (error,) = orjson.loads(await answer.read())["errors"]

    assert answer.status == 400
    assert error["extensions"]["limit"]["name"] == name


@pytest.mark.parametrize("name", sorted({*LIMITS, "cost"} - {"length", "tokens"}))
async def test_limit_holds_for_get(argosy: Running, name: str) -> None:
    document = beyond(name).replace("#", "%23").replace("\n", "%0A").replace(" ", "%20")
    document = document.replace("{", "%7B").replace("}", "%7D")
    which = "&operationName=A0" if name == "definitions" else ""

    answer = await argosy.send("GET", f"/graphql?query={document}{which}")

    assert answer.error["extensions"]["limit"]["name"] == name


async def test_old_school_answer_to_what_is_beyond_a_limit_is_200(argosy: Running) -> None:
    answer = await argosy.post({"query": beyond("aliases")}, accept=JSON)

    assert (answer.status, answer.code) == (200, "GRAPHQL_LIMIT_EXCEEDED")


async def test_several_operations_need_a_name_over_a_websocket(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", operations(2))
        error = await socket.hear_error("a")

    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["message"].endswith("say which with `operationName`.")


async def test_cost_is_told(argosy: Running) -> None:
    answer = await argosy.ask(PAGE)

    assert answer.json["extensions"] == {"cost": {"requested": 1201, "maximum": 5000}}


async def test_cost_is_told_over_a_websocket(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", NAME)
        heard = await socket.hear()

    assert heard["payload"]["extensions"] == {"cost": {"requested": 1, "maximum": 5000}}


async def test_cost_is_told_in_event_streams(argosy: Running) -> None:
    async with listening(argosy, NAME) as stream:
        told = await stream.hear()

    assert told.data["extensions"] == {"cost": {"requested": 1, "maximum": 5000}}


async def test_cost_of_a_subscription_is_told_with_each_event(argosy: Running) -> None:
    async with listening(argosy, "subscription { systemMetrics { cpuUsage } }") as stream:
        told = await stream.hear()

    assert told.data["extensions"] == {"cost": {"requested": 1, "maximum": 5000}}


async def test_schema_is_described_to_who_has_signed_in(argosy: Running) -> None:
    _, key = await argosy.user("eve", Scope.TASKS_READ)

    answer = await argosy.ask(get_introspection_query(), key=key)

    assert answer.data["__schema"]["queryType"] == {"name": "Query", "kind": "OBJECT"}


@pytest.mark.parametrize("key", [None, "wrong"])
async def test_schema_is_not_described_to_anybody(argosy: Running, key: str | None) -> None:
    answer = await argosy.ask("{ __schema { queryType { name } } }", key=key)

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "document",
    [
        "{ ...F } fragment F on Query { __schema { __typename } }",
        '{ __type(name: "Task") { name } viewer { name } }',
    ],
)
async def test_description_can_be_switched_off(tmp_path: Path, document: str) -> None:
    async with serving(tmp_path, introspection=False) as argosy:
        answer = await argosy.ask(document)
        other = await argosy.ask("{ viewer { __typename } }")

    assert (answer.status, answer.code) == (403, "FORBIDDEN")
    assert "`ARGOSY_INTROSPECTION`" in answer.error["message"]
    assert other.data == {"viewer": {"__typename": "Viewer"}}


async def test_description_has_a_budget_of_its_own(argosy: Running) -> None:
    answer = await argosy.ask(f"{{ ...Types {PAGE[1:-1]} }} {TYPES}")

    assert "errors" not in answer.json
    assert answer.json["extensions"]["cost"]["requested"] == 1201


async def test_description_that_multiplies_itself_is_refused(argosy: Running) -> None:
    answer = await argosy.ask(MULTIPLYING)

    assert (answer.status, answer.code) == (400, "GRAPHQL_LIMIT_EXCEEDED")
    assert answer.error["extensions"]["limit"]["name"] == "introspectionCost"


def beyond(name: str) -> str:
    """Return a document that is beyond the limit of this name, and no other."""
    if name == "cost":
        return "{ tasks(first: 100) { nodes { files(first: 100) { nodes { path } } } } }"
    build, most = LIMITS[name]
    return build(most + 1)


async def test_validation_that_takes_too_long_is_given_up(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "MOST_SECONDS", -1.0)

    answer = await argosy.ask(NAME)

    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
