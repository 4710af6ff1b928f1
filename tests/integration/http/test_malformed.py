"""Hundreds of requests that make no sense: each gets its status and its code, and none a 5xx."""

import asyncio
from collections import Counter

import orjson
import pytest

from tests.integration.http.malformed.case import Malformed
from tests.integration.http.malformed.every import FAMILIES, RAW
from tests.integration.http.malformed.raw import Raw
from tests.integration.http.running import PATIENCE_SECONDS, Running
from tests.integration.http.wiring import connected

ALL = [case for family in FAMILIES.values() for case in family]


@pytest.mark.parametrize("family", FAMILIES)
async def test_request_gets_its_status_and_code(argosy: Running, family: str) -> None:
    expected = {case.name: (case.status, case.code) for case in FAMILIES[family]}

    found = {case.name: await answer_to(argosy, case) for case in FAMILIES[family]}

    assert {n: f for n, f in found.items() if not fits(f, expected[n])} == {}


def fits(found: tuple[int, str], expected: tuple[int, str]) -> bool:
    """Whether an answer is as expected; of hostile documents it is not said why."""
    status, code = expected
    return found == (status, code or found[1])


async def answer_to(argosy: Running, case: Malformed) -> tuple[int, str]:
    """Return the status and the code of what comes back."""
    answer = await argosy.send(
        case.method, case.path, key=None, body=case.body, headers=case.headers
    )
    content = orjson.loads(answer.body)
    if "data" in content:
        return answer.status, "no error"
    error = content["error"] if "error" in content else content["errors"][0]["extensions"]
    assert error["requestId"] == answer.headers["X-Request-ID"], case
    return answer.status, error["code"]


async def test_bytes_that_are_not_http_get_their_status(argosy: Running) -> None:
    expected = {case.name: case.status for case in RAW}

    found = {case.name: await status_of(argosy, case) for case in RAW}

    assert {n: s for n, s in found.items() if s != expected[n]} == {}


async def status_of(argosy: Running, case: Raw) -> int:
    """Return the status of the first answer; 0 where the server closed without one."""
    async with connected(argosy) as client, asyncio.timeout(PATIENCE_SECONDS):
        await client.send(case.sent)
        line = await client.reader.readline()
    return int(line.split()[1]) if line else 0


async def test_server_goes_on_after_all_of_it(argosy: Running) -> None:
    for case in ALL:
        await argosy.send(case.method, case.path, key=None, body=case.body, headers=case.headers)

    answer = await argosy.ask("{ viewer { name } }")

    assert answer.data == {"viewer": {"name": "admin"}}


def test_no_answer_is_a_fault_of_the_server() -> None:
    statuses = {case.status for case in ALL} | {case.status for case in RAW}

    assert statuses == {400, 401, 404, 405, 406, 413, 415, 431}


def test_there_are_hundreds_and_none_twice() -> None:
    names = Counter([case.name for case in ALL] + [case.name for case in RAW])

    assert [name for name, number in names.items() if number > 1] == []
    assert len(names) >= 300
