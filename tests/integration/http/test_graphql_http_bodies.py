"""GraphQL over HTTP: bodies and parameters that make no sense."""

import gzip
from collections.abc import AsyncIterator

import orjson
import pytest

from tests.integration.http.running import JSON, Running

REQUEST = {"query": "{ viewer { name } }"}
ADMIN = {"viewer": {"name": "admin"}}
DEEP = b"[" * 100_000 + b"]" * 100_000
LONG = b"1" * 100_000
LARGEST = 1_000_000

NOT_JSON = {
    "nothing": b"",
    "half": b'{"query": "{ viewer { name } }"',
    "no JSON": b"query=%7Bviewer%7Bname%7D%7D",
    "not a number": b'{"query": "{ viewer { name } }", "variables": {"n": NaN}}',
    "half a surrogate pair": b'{"query": "{ viewer { name } }", "operationName": "\\ud83d"}',
    "100,000 digits": LONG,
    "100,000 digits of a variable": b'{"query": "{ a }", "variables": {"n": %s}}' % LONG,
}
NOT_AN_OBJECT = [b"null", b"true", b"1", b"1.5", b'"{ viewer { name } }"', b"[]", b"[null]"]

# A request, and the part of it that is wrong.
WRONG_PARTS = [
    ({}, "query"),
    ({"query": None}, "query"),
    ({"query": 1}, "query"),
    ({"query": ["{ viewer { name } }"]}, "query"),
    ({"query": {"viewer": "name"}}, "query"),
    ({"query": ""}, "query"),
    ({"query": " \n\t"}, "query"),
    ({**REQUEST, "variables": []}, "variables"),
    ({**REQUEST, "variables": "{}"}, "variables"),
    ({**REQUEST, "variables": 1}, "variables"),
    ({**REQUEST, "variables": False}, "variables"),
    ({**REQUEST, "operationName": 1}, "operationName"),
    ({**REQUEST, "operationName": ["Name"]}, "operationName"),
    ({**REQUEST, "operationName": {}}, "operationName"),
    ({**REQUEST, "operationName": True}, "operationName"),
    ({**REQUEST, "extensions": []}, "extensions"),
    ({**REQUEST, "extensions": "{}"}, "extensions"),
    ({**REQUEST, "extensions": 0}, "extensions"),
    ({**REQUEST, "querry": ""}, "querry"),
    ({**REQUEST, "id": None}, "id"),
]


@pytest.mark.parametrize("case", NOT_JSON)
async def test_body_that_is_not_json(argosy: Running, case: str) -> None:
    answer = await argosy.post(NOT_JSON[case], accept=JSON)

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["message"].startswith("The body is not JSON: ")


async def test_body_that_is_not_utf_8_is_told_where(argosy: Running) -> None:
    answer = await argosy.post(b'{"query": "{ viewer { name } } #\xff"}')

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["message"] == "The body is not in UTF-8: byte 33 cannot be read."


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        b'{"query": "{ viewer { name } }", "variables": %s}' % DEEP,
        b"[" + b"{}," * 10_000 + b"{}]",
        b'{"query": "{ viewer { name } }", "variables": {"a": [%s1]}}' % (b"1," * 10_001),
    ],
    ids=["100,000 levels", "100,000 levels of variables", "objects", "numbers"],
)
async def test_body_of_more_than_10_000_values_is_refused(argosy: Running, body: bytes) -> None:
    answer = await argosy.post(body)

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["message"] == (
        "The body has more than 10,000 values; send them in several requests."
    )


async def test_commas_and_brackets_in_text_are_no_values(argosy: Running) -> None:
    text = ',[{"\\' * 20_000

    answer = await argosy.post({**REQUEST, "variables": {"a": text}})

    assert (answer.status, answer.data) == (200, ADMIN)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": [', "]}")])
async def test_body_of_more_than_64_levels_is_refused(
    argosy: Running, opening: str, closing: str
) -> None:
    value = orjson.Fragment(opening * 63 + closing * 63)

    answer = await argosy.post({**REQUEST, "variables": {"a": value}})

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["message"] == "The body is nested deeper than 64 levels."


async def test_body_of_64_levels_is_taken(argosy: Running) -> None:
    value = orjson.Fragment("[" * 62 + "]" * 62)

    answer = await argosy.post({**REQUEST, "variables": {"a": value}})

    assert (answer.status, answer.data) == (200, ADMIN)


@pytest.mark.parametrize("body", NOT_AN_OBJECT)
async def test_body_that_is_no_object(argosy: Running, body: bytes) -> None:
    answer = await argosy.post(body)

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["message"] == (
        'The body is not a JSON object such as {"query": "{ status { version } }"}.'
    )


async def test_batch_is_refused(argosy: Running) -> None:
    answer = await argosy.post([REQUEST, REQUEST])

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(("request_", "field"), WRONG_PARTS)
async def test_part_of_a_wrong_type_is_named(
    argosy: Running, request_: dict[str, object], field: str
) -> None:
    answer = await argosy.post(request_, accept=JSON)

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["extensions"]["field"] == field


async def test_unknown_part_is_named_with_the_known_ones(argosy: Running) -> None:
    answer = await argosy.post({**REQUEST, "querry": ""})

    assert answer.error["message"] == (
        "The body has the unknown field 'querry'; "
        "known are query, operationName, variables, extensions."
    )


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ("query=", "query"),
        ("variables=%7B%7D", "query"),
        ("query=%7Bviewer%7Bname%7D%7D&variables=%7B", "variables"),
        ("query=%7Bviewer%7Bname%7D%7D&variables=[]", "variables"),
        ("query=%7Bviewer%7Bname%7D%7D&variables=%22%22", "variables"),
        ("query=%7Bviewer%7Bname%7D%7D&variables=%FF", "variables"),
        ("query=%7Bviewer%7Bname%7D%7D&extensions=1", "extensions"),
        ("query=%7Bviewer%7Bname%7D%7D&extensions=nothing", "extensions"),
        ("query=%7Bviewer%7Bname%7D%7D&access_token=x", "access_token"),
    ],
)
async def test_parameter_that_makes_no_sense_is_named(
    argosy: Running, parameters: str, field: str
) -> None:
    answer = await argosy.send("GET", f"/graphql?{parameters}")

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["extensions"]["field"] == field


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/json; charset=utf-8; x=y",
        "application/json; x=y",
    ],
)
async def test_json_in_utf_8_is_taken(argosy: Running, content_type: str) -> None:
    answer = await argosy.post(REQUEST, content_type=content_type)

    assert (answer.status, answer.data) == (200, ADMIN)


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        (None, "The body should be application/json, not one without a type."),
        ("text/plain", "The body should be application/json, not 'text/plain'."),
        (
            "application/x-www-form-urlencoded",
            "The body should be application/json, not 'application/x-www-form-urlencoded'.",
        ),
        (
            "multipart/form-data; boundary=x",
            "The body should be application/json, not 'multipart/form-data'.",
        ),
        ("application/graphql", "The body should be application/json, not 'application/graphql'."),
        ("application/json; charset=iso-8859-1", "The body should be in UTF-8."),
        ("application/json; charset=utf-16", "The body should be in UTF-8."),
    ],
)
async def test_body_of_another_type_is_refused(
    argosy: Running, content_type: str | None, message: str
) -> None:
    answer = await argosy.post(REQUEST, content_type=content_type)

    assert (answer.status, answer.code) == (415, "INVALID_INPUT")
    assert answer.error["message"] == message


async def test_compressed_body_is_refused(argosy: Running) -> None:
    body = gzip.compress(orjson.dumps(REQUEST))

    answer = await argosy.post(body, Content_Encoding="gzip")

    assert (answer.status, answer.code) == (415, "INVALID_INPUT")
    assert answer.error["message"] == "The body should not be compressed."


async def test_compressed_body_that_does_not_say_so_is_not_json(argosy: Running) -> None:
    answer = await argosy.post(gzip.compress(orjson.dumps(REQUEST)))

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")


async def test_largest_body_is_taken(argosy: Running) -> None:
    answer = await argosy.post(orjson.dumps(REQUEST).ljust(LARGEST))

    assert (answer.status, answer.data) == (200, ADMIN)


async def test_larger_body_is_refused(argosy: Running) -> None:
    answer = await argosy.post(orjson.dumps(REQUEST).ljust(LARGEST + 1))

    assert (answer.status, answer.code) == (413, "INVALID_INPUT")
    assert answer.error["message"] == "The body is larger than 1000000 bytes."


async def test_larger_body_in_chunks_is_refused(argosy: Running) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield orjson.dumps(REQUEST)
        yield b" " * LARGEST

    answer = await argosy.send("POST", "/graphql", body=chunks(), headers={"Content-Type": JSON})

    assert (answer.status, answer.code) == (413, "INVALID_INPUT")


@pytest.mark.parametrize("digits", [4301, 5000, 49_000])
async def test_integer_that_python_does_not_read_is_refused_in_our_words(
    argosy: Running, digits: int
) -> None:
    document = "{ tasks(first: %s) { totalCount } }" % ("9" * digits)

    answer = await argosy.post({"query": document})

    assert (answer.status, answer.code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert answer.error["message"] == "A value cannot be read as what the schema has in its place."
    assert answer.error["locations"] == [{"line": 1, "column": 16}]


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00", "soon"],
)
async def test_time_that_is_none_is_refused_by_its_name(argosy: Running, time: str) -> None:
    document = "query($time: DateTime) { tasks(filter: { createdFrom: $time }) { totalCount } }"

    answer = await argosy.post({"query": document, "variables": {"time": time}})

    assert (answer.status, answer.code) == (400, "INVALID_INPUT")
    assert answer.error["message"] == (
        f"Variable '$time' has invalid value: DateTime cannot represent '{time}': give a time "
        "with its zone, such as 2026-02-06T10:30:00Z."
    )


async def test_few_of_many_wrong_values_are_told(argosy: Running) -> None:
    wrong = {f"x{number}": 1 for number in range(9_000)}

    answer = await argosy.ask("query($f: TaskFilter) { tasks(filter: $f) { totalCount } }", f=wrong)

    # Each looks at all of the values: of many, they would take long.
    assert len(answer.json["errors"]) == 11
    assert answer.json["errors"][-1]["message"].startswith("Too many errors")
