"""Statuses that mean later, and those that mean never."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.engines.options import Secrets
from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import File, demands, in_turn, says
from tests.integration.services.engines.http.faults.cases import BODY, SIZE, Case, check

FILE = File(BODY)
LATE = "Wed, 25 Nov 2026 12:05:00 GMT"
STATUS = ErrorCode.HTTP_STATUS
BASIC = "Basic YWxpY2U6c2VjcmV0"
REFUSAL = says("401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')
LOGIN = Secrets(username="alice", password="secret")

LATER = [
    *(
        Case(f"{status} once", in_turn(says(f"{status} Later"), FILE), requests=2)
        for status in [408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 524, 530, 599]
    ),
    *(
        Case(f"{status} always", says(f"{status} Later"), requests=TRIES, code=STATUS, sent=0)
        for status in [408, 429, 500, 503, 522]
    ),
    Case(
        "three others in a row",
        in_turn(says("503 No"), says("429 No"), says("500 No"), FILE),
        requests=4,
    ),
    Case(
        "503 with a page",
        in_turn(says("503 No", "Content-Type: text/html", body=b"<h1>sorry</h1>"), FILE),
        requests=2,
        sent=SIZE + 14,
    ),
]

NEVER = [
    *(
        Case(f"{status}", says(f"{status} Never", body=b"no"), sent=2, code=STATUS)
        for status in [400, 402, 403, 404, 405, 406, 409, 410, 411, 414, 418, 421, 451, 499]
    ),
    Case("401 without a login", REFUSAL, code=ErrorCode.LOGIN_REFUSED, sent=0),
    Case("401 in spite of a login", REFUSAL, secrets=LOGIN, code=ErrorCode.LOGIN_REFUSED, sent=0),
    Case(
        "401 in spite of a token",
        REFUSAL,
        secrets=Secrets(token="t"),
        code=ErrorCode.LOGIN_REFUSED,
        sent=0,
    ),
    Case(
        "404 with a body of a megabyte",
        says("404 No", body=b"x" * 1_000_000),
        sent=1_000_000,
        code=STATUS,
    ),
]

ALLOWED = [
    Case("login", demands("authorization", BASIC, FILE, REFUSAL), secrets=LOGIN),
    Case(
        "token",
        demands("authorization", "Bearer t0k", FILE, REFUSAL),
        secrets=Secrets(token="t0k"),
    ),
    Case(
        "header",
        demands("x-api-key", "k", FILE, says("403 Forbidden")),
        secrets=Secrets(headers=(("X-Api-Key", "k"),)),
    ),
]


def patient(
    name: str, header: str, seconds: float | None, status: str = "503 No", clock: str = "X-No: 1"
) -> Case:
    """A server that says how long to wait; one attempt is made."""
    return Case(
        name,
        says(status, header, clock),
        requests=1,
        attempts=1,
        sent=0,
        code=STATUS,
        asks_to_wait=True,
        waits=None if seconds is None else timedelta(seconds=seconds),
    )


WAITS = [
    patient("120 seconds", "Retry-After: 120", 120),
    patient("120 seconds with 429", "Retry-After: 120", 120, "429 No"),
    patient("a blank in front", "Retry-After:    7", 7),
    patient("none", "X-Other: 1", None),
    patient("a year", "Retry-After: 31536000", 3600),
    patient("past all numbers", f"Retry-After: {'9' * 400}", 3600),
    patient("now", "Retry-After: 0", 0),
    patient(
        "five minutes by the server's clock",
        f"Retry-After: {LATE}",
        300,
        clock="Date: Wed, 25 Nov 2026 12:00:00 GMT",
    ),
    patient(
        "a moment that has passed by the server's clock",
        f"Retry-After: {LATE}",
        0,
        clock="Date: Thu, 26 Nov 2026 12:00:00 GMT",
    ),
    patient("a date far from now", "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT", 3600),
    patient("words", "Retry-After: soon", None),
    patient("below zero", "Retry-After: -5", None),
    patient("a date that is none", "Retry-After: Wed, 99 Nov 2026 12:00:00 GMT", None),
]


@pytest.mark.parametrize("case", LATER, ids=str)
async def test_status_that_may_pass_is_waited_out(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", NEVER, ids=str)
async def test_status_that_stays_is_asked_for_once(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", ALLOWED, ids=str)
async def test_server_that_wants_to_know_who_asks_is_told(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", WAITS, ids=str)
async def test_failure_says_how_long_the_server_asks_to_wait(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
