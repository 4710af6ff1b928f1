"""GraphQL over HTTP: requests, types of answers, statuses."""

import orjson
import pytest

from argosy.http.playground import PAGE
from tests.integration.http.running import GRAPHQL_JSON, JSON, Running

VIEWER = "{ viewer { name } }"
NAME = "/graphql?query=%7B%20viewer%20%7B%20name%20%7D%20%7D"
ADMIN = {"viewer": {"name": "admin"}}
TWO = "query Name { viewer { name } } query Role { viewer { role } }"
CANCEL = "mutation($ids: [ID!]!) { cancelTasks(input: { ids: $ids }) { tasks { id } } }"

# Requests that are well-formed HTTP, and no valid GraphQL.
REFUSED = {
    "syntax": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "unknown field": ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    "no such operation": ({"query": TWO, "operationName": "Id"}, "GRAPHQL_VALIDATION_FAILED"),
    "operation not named": ({"query": TWO}, "GRAPHQL_VALIDATION_FAILED"),
    "no operation": ({"query": "fragment F on Viewer { name }"}, "GRAPHQL_VALIDATION_FAILED"),
    "variable of a wrong type": (
        {"query": "query($n: Int!) { tasks(first: $n) { totalCount } }", "variables": {"n": "x"}},
        "INVALID_INPUT",
    ),
    "variable missing": (
        {"query": "query($n: Int!) { tasks(first: $n) { totalCount } }"},
        "INVALID_INPUT",
    ),
}


async def test_query_by_post(argosy: Running) -> None:
    answer = await argosy.post({"query": VIEWER})

    assert (answer.status, answer.data) == (200, ADMIN)
    assert answer.headers["Content-Type"] == GRAPHQL_JSON
    assert answer.headers["Cache-Control"] == "no-store"


async def test_query_by_get(argosy: Running) -> None:
    answer = await argosy.send("GET", NAME, headers={"Accept": GRAPHQL_JSON})

    assert (answer.status, answer.data) == (200, ADMIN)
    assert answer.headers["Content-Type"] == GRAPHQL_JSON


async def test_query_by_head_is_a_get_without_a_body(argosy: Running) -> None:
    answer = await argosy.send("HEAD", NAME, headers={"Accept": GRAPHQL_JSON})

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Type"] == GRAPHQL_JSON


async def test_variables_by_post(argosy: Running) -> None:
    task = await argosy.plant(name="one.bin")

    answer = await argosy.ask("query($id: ID!) { task(id: $id) { name } }", id=task)

    assert answer.data == {"task": {"name": "one.bin"}}


async def test_variables_by_get(argosy: Running) -> None:
    task = await argosy.plant(name="one.bin")
    query = "query($id:ID!)%7Btask(id:$id)%7Bname%7D%7D"

    answer = await argosy.send(
        "GET", f"/graphql?query={query}&variables=%7B%22id%22:%22{task}%22%7D"
    )

    assert answer.data == {"task": {"name": "one.bin"}}


async def test_parameters_may_be_null(argosy: Running) -> None:
    request = {"query": VIEWER, "operationName": None, "variables": None, "extensions": None}

    answer = await argosy.post(request)

    assert (answer.status, answer.data) == (200, ADMIN)


async def test_extensions_of_a_request_are_taken(argosy: Running) -> None:
    answer = await argosy.post({"query": VIEWER, "extensions": {"of": "somebody"}})

    assert (answer.status, answer.data) == (200, ADMIN)


async def test_operation_name_chooses_by_post(argosy: Running) -> None:
    answer = await argosy.post({"query": TWO, "operationName": "Role"})

    assert answer.data == {"viewer": {"role": "ADMIN"}}


async def test_operation_name_chooses_by_get(argosy: Running) -> None:
    document = TWO.replace(" ", "%20").replace("{", "%7B").replace("}", "%7D")

    answer = await argosy.send("GET", f"/graphql?query={document}&operationName=Name")

    assert answer.data == ADMIN


async def test_several_operations_need_a_name(argosy: Running) -> None:
    answer = await argosy.post({"query": TWO})

    assert answer.status == 400
    assert answer.error["message"] == (
        "The document has several operations, or none: say which with `operationName`."
    )


async def test_unknown_operation_is_named(argosy: Running) -> None:
    answer = await argosy.post({"query": TWO, "operationName": "Id"})

    assert answer.status == 400
    assert answer.error["message"] == "The document has no operation 'Id'."


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (JSON, JSON),
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("Application/JSON", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL_JSON),
        ("application/json;q=0, application/graphql-response+json", GRAPHQL_JSON),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
    ],
)
async def test_type_of_the_answer_is_what_the_client_takes(
    argosy: Running, accept: str | None, kind: str
) -> None:
    answer = await argosy.post({"query": VIEWER}, accept=accept)

    assert (answer.status, answer.data) == (200, ADMIN)
    assert answer.headers["Content-Type"] == kind


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "text/plain, image/*",
        "application/json;q=0",
        "application/json; q=0.000, text/html",
        "*/*;q=0",
    ],
)
async def test_client_that_takes_no_json_is_refused(argosy: Running, accept: str) -> None:
    answer = await argosy.post({"query": VIEWER}, accept=accept)

    assert (answer.status, answer.code) == (406, "INVALID_INPUT")
    assert answer.headers["Content-Type"] == JSON
    message = f"Accept {GRAPHQL_JSON}, {JSON} or text/event-stream: these are given here."
    assert answer.error["message"] == message


async def test_browser_gets_the_page_to_give_a_key(argosy: Running) -> None:
    answer = await argosy.get(
        "/graphql?with=key", Accept="text/html,application/xhtml+xml,*/*;q=0.8"
    )

    assert answer.status == (200 if PAGE.is_file() else 503)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_get_with_a_query_is_no_page(argosy: Running) -> None:
    answer = await argosy.send("GET", NAME, headers={"Accept": "text/html, application/json"})

    assert (answer.status, answer.data) == (200, ADMIN)
    assert answer.headers["Content-Type"] == JSON


async def test_get_with_a_query_for_html_alone_is_refused(argosy: Running) -> None:
    answer = await argosy.send("GET", NAME, headers={"Accept": "text/html"})

    assert (answer.status, answer.code) == (406, "INVALID_INPUT")


async def test_get_without_a_query_and_without_html_is_refused(argosy: Running) -> None:
    answer = await argosy.send("GET", "/graphql", headers={"Accept": JSON})

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["extensions"]["field"] == "query"


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize(
    ("accept", "status"), [(GRAPHQL_JSON, 400), ("*/*", 400), (None, 400), (JSON, 200)]
)
async def test_status_of_a_refused_request(
    argosy: Running, case: str, accept: str | None, status: int
) -> None:
    request, code = REFUSED[case]

    answer = await argosy.post(request, accept=accept)

    assert (answer.status, answer.code) == (status, code)
    assert "data" not in answer.json


@pytest.mark.parametrize("accept", [GRAPHQL_JSON, JSON, "*/*"])
async def test_error_of_a_field_has_status_200(argosy: Running, accept: str) -> None:
    request = {"query": '{ task(id: "x") { id } viewer { name } }'}

    answer = await argosy.post(request, accept=accept)

    assert (answer.status, answer.code) == (200, "INVALID_ID")
    assert answer.json["data"] == {"task": None, "viewer": {"name": "admin"}}
    assert answer.error["path"] == ["task"]


async def test_mutation_by_post(argosy: Running) -> None:
    task = await argosy.plant()

    answer = await argosy.ask(CANCEL, ids=[task])

    assert answer.data == {"cancelTasks": {"tasks": [{"id": task}]}}


async def test_mutation_by_get_is_refused_and_changes_nothing(argosy: Running) -> None:
    task = await argosy.plant()
    document = CANCEL.replace(" ", "%20").replace("{", "%7B").replace("}", "%7D")
    variables = f"%7B%22ids%22:[%22{task}%22]%7D"

    answer = await argosy.send("GET", f"/graphql?query={document}&variables={variables}")

    assert (answer.status, answer.code) == (405, "INVALID_INPUT")
    assert answer.headers["Allow"] == "POST"
    found = await argosy.ask("query($id: ID!) { task(id: $id) { state } }", id=task)
    assert found.data == {"task": {"state": "PAUSED"}}


@pytest.mark.parametrize("accept", [GRAPHQL_JSON, JSON])
async def test_subscription_over_http_is_refused(argosy: Running, accept: str) -> None:
    request = {"query": "subscription { systemMetrics { cpuUsage } }"}

    answer = await argosy.post(request, accept=accept)

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["message"] == (
        "Subscriptions run at this address as text/event-stream, or over a WebSocket "
        "(graphql-transport-ws)."
    )


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(argosy: Running, method: str) -> None:
    answer = await argosy.send(method, "/graphql", body=orjson.dumps({"query": VIEWER}))

    assert (answer.status, answer.json["error"]["code"]) == (405, "INVALID_INPUT")
