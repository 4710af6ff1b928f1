"""GraphQL over HTTP: what errors tell, and what they keep to themselves."""

from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.integration.http.running import Running

SECRET = "postgres://argosy:hunter2@db/argosy"
ABSENT = "task_0199c2f0-0000-7000-8000-000000000000"
CRASHING = "{ downloadStats { todayDownloads } }"

# Every way to fail, and the code for it.
FAILURES = {
    "syntax": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "tokens": ({"query": "{" + "a " * 3000 + "}"}, "GRAPHQL_LIMIT_EXCEEDED"),
    "validation": ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    "operation": (
        {"query": "{ viewer { name } }", "operationName": "A"},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "variables": (
        {"query": "query($id: ID!) { task(id: $id) { id } }", "variables": {}},
        "INVALID_INPUT",
    ),
    "request": ({"query": 1}, "INVALID_INPUT"),
    "argument": ({"query": "{ tasks(first: 101) { totalCount } }"}, "INVALID_INPUT"),
    "id": ({"query": '{ task(id: "x") { id } }'}, "INVALID_ID"),
    "absent": ({"query": f'{{ task(id: "{ABSENT}") {{ id }} }}'}, "NOT_FOUND"),
    "subscription": ({"query": "subscription { systemMetrics { cpuUsage } }"}, "INVALID_INPUT"),
}


class Crash(RuntimeError):
    """What nobody foresaw."""


async def crash(*_: object) -> None:
    raise Crash(SECRET)


@pytest.fixture
def crashing(argosy: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A server whose sums of downloads cannot be read."""
    monkeypatch.setattr(argosy.container.services.statistics, "totals", crash)
    return argosy


@pytest.mark.parametrize("case", FAILURES)
async def test_error_has_its_code_and_the_id_of_the_request(argosy: Running, case: str) -> None:
    request, code = FAILURES[case]

    answer = await argosy.post(request)

    extensions = answer.error["extensions"]
    assert extensions["code"] == code
    assert extensions["requestId"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"key": None}, 401, "UNAUTHORIZED"),
        ({"key": "wrong"}, 401, "UNAUTHORIZED"),
        ({"accept": "text/csv"}, 406, "INVALID_INPUT"),
        ({"content_type": "text/csv"}, 415, "INVALID_INPUT"),
        ({"content": b" " * 1_000_001}, 413, "INVALID_INPUT"),
        ({"content": b"{"}, 400, "INVALID_INPUT"),
    ],
)
async def test_refusal_by_http_looks_the_same(
    argosy: Running, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = await argosy.post(**{"content": {"query": "{ viewer { name } }"}, **sent})

    assert (answer.status, answer.code) == (status, code)
    assert answer.error["extensions"]["requestId"] == answer.headers["X-Request-ID"]
    assert list(answer.json) == ["errors"]


async def test_each_of_several_errors_has_its_code(argosy: Running) -> None:
    answer = await argosy.ask("{ one two }")

    found = [error["extensions"] for error in answer.json["errors"]]
    request_id = answer.headers["X-Request-ID"]
    assert found == [{"code": "GRAPHQL_VALIDATION_FAILED", "requestId": request_id}] * 2


async def test_error_says_where_it_is(argosy: Running) -> None:
    answer = await argosy.ask("{\n  viewer { name }\n  nothing\n}")

    assert answer.error["message"] == "Cannot query field 'nothing' on type 'Query'."
    assert answer.error["locations"] == [{"line": 3, "column": 3}]


async def test_argument_in_question_is_named(argosy: Running) -> None:
    answer = await argosy.ask("{ tasks(first: 101) { totalCount } }")

    assert answer.error["message"] == "A page has 1 to 100 entries; take several."
    assert answer.error["extensions"]["field"] == "first"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ viewr { name } }", {}),
        ("{ viewer { nam } }", {}),
        ("{ tasks(frist: 1) { totalCount } }", {}),
        ("query($i: AddDownloadInput!) { viewer { name } }", {}),
        ("{ ... on Viewr { name } }", {}),
        ("{ viewer { ...Nam } } fragment Name on Viewer { name }", {}),
        ("{ viewer @skp(if: true) { name } }", {}),
        ("mutation { addDownloads(input: { url: [] }) { tasks { id } } }", {}),
        (
            "mutation($i: AddDownloadsInput!) { addDownloads(input: $i) { tasks { id } } }",
            {"i": {"urls": [], "foldr": ""}},
        ),
    ],
)
async def test_nothing_is_suggested(
    argosy: Running, query: str, variables: dict[str, object]
) -> None:
    answer = await argosy.ask(query, **variables)

    assert answer.status == 400
    assert b"Did you mean" not in answer.body


async def test_unforeseen_error_is_masked(crashing: Running) -> None:
    answer = await crashing.ask(CRASHING)

    assert answer.status == 200
    assert answer.json == {
        "data": None,
        "extensions": {"cost": {"requested": 1, "maximum": 5000}},
        "errors": [
            {
                "message": "Internal error",
                "locations": [{"line": 1, "column": 3}],
                "path": ["downloadStats"],
                "extensions": {
                    "code": "INTERNAL_ERROR",
                    "requestId": answer.headers["X-Request-ID"],
                },
            }
        ],
    }


async def test_nothing_of_an_unforeseen_error_is_told(crashing: Running) -> None:
    answer = await crashing.ask(CRASHING)

    told = answer.body.decode() + str(answer.headers)
    words = ("postgres", "hunter2", "Crash", "RuntimeError", "Traceback", ".py")
    assert [word for word in words if word in told] == []


async def test_unforeseen_error_is_logged_once_with_the_id_of_the_request(
    crashing: Running,
) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = await crashing.ask(CRASHING)

    (entry,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert entry["event"] == "graphql.crashed"
    assert entry["request_id"] == answer.headers["X-Request-ID"]
    assert entry["path"] == ["downloadStats"]
    assert repr(entry["exc_info"]) == f"Crash({SECRET!r})"


async def test_foreseen_error_is_not_logged_as_one(argosy: Running) -> None:
    with capture_logs() as logs:
        await argosy.ask(f'{{ task(id: "{ABSENT}") {{ id }} }}')

    assert [entry["event"] for entry in logs if entry["log_level"] != "debug"] == []


async def test_server_goes_on_after_an_unforeseen_error(crashing: Running) -> None:
    await crashing.ask(CRASHING)

    answer = await crashing.ask("{ viewer { name } }")

    assert answer.data == {"viewer": {"name": "admin"}}


async def test_unforeseen_error_in_a_mutation_is_masked(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(argosy.container.services.changes, "cancel", crash)

    answer = await argosy.ask("mutation { cancelTasks(input: { ids: [] }) { tasks { id } } }")

    assert (answer.error["message"], answer.code) == ("Internal error", "INTERNAL_ERROR")
    assert SECRET.encode() not in answer.body


async def test_cursor_of_files_that_is_none_is_refused(argosy: Running) -> None:
    task_id = await argosy.plant()
    document = 'query($id: ID!) { task(id: $id) { files(after: "nonsense") { totalCount } } }'

    answer = await argosy.ask(document, id=task_id)

    assert answer.code == "INVALID_INPUT"
