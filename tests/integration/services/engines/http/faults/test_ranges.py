"""Parts of a file that are not those that were asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import (
    File,
    cut,
    in_turn,
    on_range,
    says,
    with_headers,
    with_status,
)
from tests.fakes.faults import Behaviour, Then
from tests.integration.services.engines.http.faults.cases import (
    BODY,
    HALF,
    SIZE,
    Case,
    check,
)

FILE = File(BODY)
REST = SIZE - HALF


def changes(one: Behaviour, other: Behaviour) -> Behaviour:
    """Break off in the middle of the first answer, and have another file from then on."""
    return in_turn(cut(one, HALF), other)


def part(content_range: str, body: bytes = BODY[HALF:], etag: str = 'ETag: "one"') -> Behaviour:
    """Break off in the middle, answer a range with this, and be honest without one."""
    header = (f"Content-Range: {content_range}",) if content_range else ()
    wrong = says("206 Partial Content", *header, etag, body=body)
    return on_range(wrong, in_turn(cut(FILE, HALF), FILE))


PARTS = [
    Case("nothing wrong", part(f"bytes {HALF}-{SIZE - 1}/{SIZE}"), requests=2),
    Case("total unknown", part(f"bytes {HALF}-{SIZE - 1}/*"), requests=2),
    *(
        Case(name, part(content_range), requests=3, sent=2 * SIZE)
        for name, content_range in [
            ("start early by one", f"bytes {HALF - 1}-{SIZE - 2}/{SIZE}"),
            ("start late by one", f"bytes {HALF + 1}-{SIZE}/{SIZE + 1}"),
            ("from the first byte", f"bytes 0-{REST - 1}/{SIZE}"),
            ("total greater by one", f"bytes {HALF}-{SIZE - 1}/{SIZE + 1}"),
            ("total less by one", f"bytes {HALF}-{SIZE - 1}/{SIZE - 1}"),
            ("end past the total", f"bytes {HALF}-{SIZE}/{SIZE}"),
            ("backwards", f"bytes {SIZE - 1}-{HALF}/{SIZE}"),
            ("no Content-Range", ""),
            ("garbage", "garbage"),
            ("other unit", f"lines {HALF}-{SIZE - 1}/{SIZE}"),
            ("below zero", f"bytes -{HALF}-{SIZE - 1}/{SIZE}"),
            ("numbers past all bounds", f"bytes {HALF}-{'9' * 40}/{'9' * 41}"),
            ("unsatisfied in a 206", f"bytes */{SIZE}"),
            (
                "digits of another script",
                f"bytes {HALF}-{SIZE - 1}/\uff12\uff10",
            ),
        ]
    ),
    Case(
        "other ETag in the part",
        part(f"bytes {HALF}-{SIZE - 1}/{SIZE}", etag='ETag: "two"'),
        requests=3,
        sent=2 * SIZE,
    ),
    Case(
        "end short of what was asked for, then the rest",
        in_turn(
            cut(FILE, HALF),
            says(
                "206 Partial Content",
                f"Content-Range: bytes {HALF}-{HALF + 9_999}/{SIZE}",
                'ETag: "one"',
                body=BODY[HALF : HALF + 10_000],
            ),
            FILE,
        ),
        requests=3,
        sent=SIZE + 10_000 + SIZE,
    ),
    Case(
        "body longer than the part",
        on_range(
            says(
                "206 Partial Content",
                f"Content-Range: bytes {HALF}-{SIZE - 1}/{SIZE}",
                'ETag: "one"',
                "Connection: close",
                body=BODY[HALF:] + b"more",
                then=Then.CLOSE,
            ),
            in_turn(cut(FILE, HALF), FILE),
        ),
        requests=3,
        fewest=2,
        sent=2 * SIZE + 4,
    ),
    Case(
        "body shorter than the part, then the rest",
        in_turn(cut(FILE, HALF), cut(FILE, 10_000), FILE),
        requests=3,
    ),
    Case(
        "length that is not that of the part",
        in_turn(cut(FILE, HALF), with_headers(FILE, f"Content-Length: {REST - 5}"), FILE),
        requests=4,
        fewest=3,
        sent=2 * SIZE,
    ),
    Case(
        "multipart",
        on_range(
            says(
                "206 Partial Content",
                "Content-Type: multipart/byteranges; boundary=x",
                'ETag: "one"',
                body=b"--x\r\nContent-Range: bytes 120000-199999/200000\r\n\r\n"
                + BODY[HALF:]
                + b"\r\n--x--\r\n",
            ),
            in_turn(cut(FILE, HALF), FILE),
        ),
        requests=3,
        sent=2 * SIZE + 100,
    ),
    Case(
        "coded part",
        on_range(with_headers(FILE, "Content-Encoding: gzip"), in_turn(cut(FILE, HALF), FILE)),
        requests=3,
        sent=2 * SIZE,
    ),
    Case(
        "416 that names the same length",
        on_range(
            says("416 Range Not Satisfiable", f"Content-Range: bytes */{SIZE}"),
            in_turn(cut(FILE, HALF), FILE),
        ),
        requests=3,
        sent=HALF + SIZE,
    ),
    Case(
        "416 without a length",
        on_range(says("416 Range Not Satisfiable"), in_turn(cut(FILE, HALF), FILE)),
        requests=3,
        sent=HALF + SIZE,
    ),
    Case(
        "If-Range refused by 412",
        on_range(says("412 Precondition Failed"), in_turn(cut(FILE, HALF), FILE)),
        requests=3,
        sent=HALF + SIZE,
    ),
    Case(
        "If-Range refused by 400",
        on_range(
            lambda request: (says("400 Bad Request") if "if-range" in request.headers else FILE)(
                request
            ),
            in_turn(cut(FILE, HALF), FILE),
        ),
        requests=3,
        sent=HALF + SIZE,
    ),
    Case(
        "200 to a range",
        on_range(replace(FILE, has_ranges=False), cut(FILE, HALF)),
        requests=2,
        sent=HALF + SIZE,
    ),
    Case(
        "503 to a range, then the part",
        in_turn(cut(FILE, HALF), says("503 Service Unavailable"), FILE),
        requests=3,
    ),
    Case(
        "ranges denied in advance",
        changes(
            with_headers(replace(FILE, has_ranges=False), "Accept-Ranges: none"),
            replace(FILE, has_ranges=False),
        ),
        requests=2,
        sent=HALF + SIZE,
    ),
]

UNASKED = [
    Case(
        "206 that carries a part",
        with_headers(
            with_status(File(BODY[:100]), "206 Partial Content"),
            f"Content-Range: bytes 0-99/{SIZE}",
        ),
        sent=100,
        code=ErrorCode.HTTP_STATUS,
    ),
    Case("304", says("304 Not Modified"), code=ErrorCode.HTTP_STATUS),
    Case("416", says("416 Range Not Satisfiable"), code=ErrorCode.HTTP_STATUS),
    Case("204", says("204 No Content"), code=ErrorCode.HTTP_STATUS),
]


@pytest.mark.parametrize("case", PARTS, ids=str)
async def test_part_is_checked_against_what_was_asked(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", UNASKED, ids=str)
async def test_what_was_not_asked_for_is_no_file(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


PLACES = [150_000, *[20_000, 140_000, 90_000] * TRIES]
WITHOUT_RANGES = File(BODY, has_ranges=False)

ENDLESS = [
    Case(
        f"breaks off here and there, {name}",
        in_turn(*(cut(behaviour, at) for at in PLACES)),
        requests=TRIES,
        sent=sum(PLACES[:TRIES]),
        code=ErrorCode.INCOMPLETE,
    )
    for name, behaviour in [
        ("without ranges", WITHOUT_RANGES),
        ("with nothing to tell the file by", File(BODY, etag=None)),
    ]
] + [
    Case(
        "breaks off here and there, each time another file",
        lambda request: cut(File(BODY, etag=f'"{request.number}"'), PLACES[request.number - 1])(
            request
        ),
        requests=TRIES,
        sent=sum(PLACES[:TRIES]),
        code=ErrorCode.INCOMPLETE,
    ),
    Case(
        "breaks off a little later each time, without ranges",
        in_turn(*(cut(WITHOUT_RANGES, at * 66_000) for at in (1, 2, 3)), WITHOUT_RANGES),
        requests=4,
        sent=(1 + 2 + 3) * 66_000 + SIZE,
    ),
]


@pytest.mark.parametrize("case", ENDLESS, ids=str)
async def test_server_that_never_gets_farther_is_not_asked_for_ever(
    case: Case, tmp_path: Path
) -> None:
    await check(case, tmp_path)
