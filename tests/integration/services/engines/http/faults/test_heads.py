"""Heads of answers that are no HTTP, too big, or say what cannot be."""

from pathlib import Path

import pytest

from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import (
    File,
    before,
    goes,
    in_turn,
    raw,
    says,
    with_headers,
    with_status,
)
from tests.fakes.faults import Behaviour, Then
from tests.integration.services.engines.http.faults.cases import BODY, SIZE, Case, check

FILE = File(BODY)
NONSENSE = ErrorCode.BAD_RESPONSE
BROKEN = ErrorCode.CONNECTION_FAILED


def hopeless(name: str, behaviour: Behaviour, code: ErrorCode = NONSENSE) -> Case:
    """A case that is tried as often as the runner does."""
    return Case(name, behaviour, requests=TRIES, sent=TRIES * SIZE, code=code)


def huge(length: int) -> Behaviour:
    """Announce that many bytes, and send four."""
    return says("200 OK", f"Content-Length: {length}", body=b"body", then=Then.CLOSE)


def unheard(name: str, behaviour: Behaviour, code: ErrorCode) -> Case:
    """A case in which the HTTP library would ask a second time by itself: there is no head."""
    return Case(name, behaviour, requests=TRIES, sent=0, code=code)


NO_HTTP = [
    hopeless("garbage", raw(b"\0\1\2\3garbage\r\n\r\n")),
    hopeless("garbage without an end", raw(b"x" * 3_000_000)),
    hopeless("HTTP/0.9", raw(b"<html>hello</html>")),
    hopeless("another protocol", raw(b"SSH-2.0-OpenSSH_9.2\r\n")),
    hopeless("a version that is none", raw(b"HTTP/x.y 200 OK\r\n\r\n")),
    hopeless("a status that is no number", raw(b"HTTP/1.1 abc OK\r\nContent-Length: 1\r\n\r\nx")),
    hopeless("a header without a colon", raw(b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n")),
    hopeless(
        "a header with a zero", raw(b"HTTP/1.1 200 OK\r\nA: b\0c\r\nContent-Length: 0\r\n\r\n")
    ),
    unheard("nothing at all", raw(b""), ErrorCode.INCOMPLETE),
    unheard("a reset in place of an answer", raw(b"", Then.RESET), BROKEN),
    unheard("half a head", raw(b"HTTP/1.1 200 OK\r\nContent-Le"), ErrorCode.INCOMPLETE),
    Case("garbage once", in_turn(raw(b"garbage\r\n\r\n"), FILE), requests=2),
    Case("nothing once", in_turn(raw(b""), FILE), requests=2),
    *(
        Case(
            f"nothing once, on a connection that was kept{how}",
            goes("/b.zip"),
            others={"/b.zip": in_turn(raw(b"", then), FILE)},
            called="b.zip",
            requests=3,
            attempts=1,
        )
        for how, then in [("", Then.CLOSE), (", by a reset", Then.RESET)]
    ),
    Case(
        "nothing twice, on a connection that was kept and then on a new one",
        goes("/b.zip"),
        others={"/b.zip": raw(b"")},
        requests=3,
        attempts=1,
        sent=0,
        code=ErrorCode.INCOMPLETE,
    ),
]

BIG = [
    hopeless("one header of a megabyte", with_headers(FILE, f"X-Big: {'x' * 1_000_000}")),
    hopeless("a name of a megabyte", with_headers(FILE, f"{'x' * 1_000_000}: 1")),
    hopeless("a reason of a megabyte", with_status(FILE, f"200 {'x' * 1_000_000}")),
    hopeless("100,000 headers", with_headers(FILE, *(f"X-{n}: {n}" for n in range(100_000)))),
    hopeless(
        "100,000 headers of one name",
        with_headers(FILE, *("Set-Cookie: a=b" for _ in range(100_000))),
    ),
    Case(
        "20 cookies of a kilobyte",
        with_headers(FILE, *(f"Set-Cookie: c{n}={'x' * 1_000}" for n in range(20))),
    ),
]

LENGTHS = [
    Case("4 EiB", huge(1 << 62), sent=4, code=ErrorCode.DISK_FULL),
    Case("8 EiB", huge(1 << 63), sent=4, code=NONSENSE),
    Case(
        "past all numbers",
        huge(10**30),
        sent=TRIES * 4,
        requests=TRIES,
        fewest=1,
        code=NONSENSE,
    ),
    hopeless("below zero", with_headers(FILE, "Content-Length: -1")),
    hopeless("words", with_headers(FILE, "Content-Length: many")),
    hopeless("a plus sign", with_headers(FILE, f"Content-Length: +{SIZE}")),
    hopeless("hexadecimal", with_headers(FILE, f"Content-Length: 0x{SIZE:x}")),
    hopeless("two", with_headers(FILE, f"Content-Length: {SIZE}", f"Content-Length: {SIZE - 1}")),
    hopeless("two in a list", with_headers(FILE, f"Content-Length: {SIZE}, {SIZE - 1}")),
    hopeless(
        "digits of another script",
        with_headers(FILE, "Content-Length: \uff12\uff10"),
    ),
]

EARLY = [
    Case("100 before the answer", before(FILE, b"HTTP/1.1 100 Continue\r\n\r\n")),
    Case(
        "103 before the answer",
        before(FILE, b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"),
    ),
    Case("103 twenty times before", before(FILE, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20)),
    Case("102 before the answer", before(FILE, b"HTTP/1.1 102 Processing\r\n\r\n")),
    Case(
        "HTTP/1.0 without a length",
        raw(b"HTTP/1.0 200 OK\r\n\r\n" + BODY),
    ),
    Case(
        "HTTP/1.0 with a length",
        raw(b"HTTP/1.0 200 OK\r\nContent-Length: 200000\r\n\r\n" + BODY),
    ),
    Case(
        "lines that end in a line feed alone",
        raw(b"HTTP/1.1 200 OK\nContent-Length: 200000\n\n" + BODY),
        requests=TRIES,
        fewest=1,
    ),
    Case("no reason", with_status(FILE, "200 ")),
    Case(
        "203, which a proxy has changed",
        with_status(FILE, "203 Non-Authoritative Information"),
    ),
    Case(
        "HEAD refused",
        lambda request: (says("405 Method Not Allowed") if request.method == "HEAD" else FILE)(
            request
        ),
    ),
    Case("bytes that are no text", with_headers(FILE, "X-Words: \udcff\udcfe")),
    Case("101", says("101 Switching Protocols", then=Then.CLOSE), code=ErrorCode.HTTP_STATUS),
]


@pytest.mark.parametrize("case", NO_HTTP, ids=str)
async def test_what_is_no_http_is_no_file(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", BIG, ids=str)
async def test_big_head_is_not_read_to_its_end(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", LENGTHS, ids=str)
async def test_length_that_cannot_be_is_not_believed(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", EARLY, ids=str)
async def test_odd_but_legal_head_is_understood(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
