"""Several connections for one file, and servers that do not want or do not keep them."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from services.engines.http import pace as pace_module
from services.engines.http import plan as plan_module
from services.engines.options import Algorithm, Checksum, Options, Patience
from tests.fakes.fault_behaviours import (
    File,
    behind,
    beyond,
    cut,
    endless,
    goes,
    in_turn,
    once,
    paced,
    raw,
    says,
    with_headers,
)
from tests.fakes.faults import Behaviour, Then
from tests.fakes.origin import content
from tests.integration.services.engines.http.faults.cases import Case, check

BODY = content(6 << 20)
OTHER_BODY = content(6 << 20, seed=2)
SIZE = len(BODY)
BLOCK = 64 << 10
FOUR = Options(connections=4, patience=Patience(silence=0.4))
GUARDED = replace(FOUR, checksums=(Checksum(Algorithm.SHA256, hashlib.sha256(BODY).hexdigest()),))
FILE = File(BODY)
SLOW = paced(FILE, BLOCK, 0.004)  # slow enough that more connections are tried
OTHER = paced(File(OTHER_BODY, etag='"two"'), BLOCK, 0.004)
MOST = 16  # requests; a file is not asked for in crumbs
# What was on its way when a segment ended is sent in vain.
SLACK = 3 << 20


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have connections added as soon as something is known of the speed."""
    monkeypatch.setattr(pace_module, "WINDOW", 0.02)
    monkeypatch.setattr(pace_module, "ENOUGH", 64 << 10)
    monkeypatch.setattr(plan_module, "SOON", 0.0)


def helped(name: str, helper: Behaviour, *, requests: int = MOST, sent: int = SIZE + SLACK) -> Case:
    """The first connection is honest, the others get that."""
    return Case(
        name,
        beyond(1, helper, SLOW),
        file=BODY,
        options=FOUR,
        requests=requests,
        fewest=2,
        sent=sent,
    )


def wrong_part(content_range: str) -> Behaviour:
    return with_headers(SLOW, f"Content-Range: {content_range}")


HELPERS = [
    helped("nothing wrong", SLOW),
    *(
        helped(f"another gets {status}", says(f"{status} No"))
        for status in [400, 403, 404, 408, 409, 410, 416, 421, 429, 500, 503, 520]
    ),
    helped("another gets 429 and has to wait", says("429 No", "Retry-After: 60")),
    helped("another gets 503 and has to wait", says("503 No", "Retry-After: 60")),
    helped("another gets no answer", raw(b"")),
    helped("another gets a reset", raw(b"", Then.RESET)),
    helped("another gets a reset behind the head", cut(FILE, 0, Then.RESET)),
    helped("another gets a reset in the middle", cut(SLOW, 200_000, Then.RESET)),
    helped("another gets less", cut(SLOW, 200_000)),
    helped("another gets one byte", cut(SLOW, 1)),
    helped("another gets garbage", raw(b"garbage\r\n\r\n")),
    helped("another hears nothing", raw(b"", Then.HOLD)),
    helped("another hears nothing behind the head", cut(FILE, 0, Then.HOLD)),
    helped("another hears nothing in the middle", cut(SLOW, 200_000, Then.HOLD)),
    helped("another gets more than it asked for", behind(SLOW, b"more" * 1000, Then.CLOSE)),
    helped("another gets a redirect that leads nowhere", goes("ftp://127.0.0.1/a.zip")),
    helped("another gets a redirect to the same", goes("/a.zip?again")),
    helped(
        "another gets a page",
        says("200 OK", "Content-Type: text/html", body=b"<h1>no</h1>"),
        requests=40,
        sent=3 * SIZE,
    ),
    helped("another gets the whole file", replace(FILE, has_ranges=False), sent=4 * SIZE),
    helped("another gets the first bytes", wrong_part(f"bytes 0-99/{SIZE}"), sent=4 * SIZE),
    helped("another gets no range", with_headers(SLOW, "Content-Range:"), sent=4 * SIZE),
    helped("another gets another total", wrong_part(f"bytes 0-{SIZE}/{SIZE + 1}"), sent=4 * SIZE),
    helped(
        "another gets several parts",
        says(
            "206 Partial Content", "Content-Type: multipart/byteranges; boundary=x", body=b"--x--"
        ),
        sent=4 * SIZE,
    ),
    helped("another gets it coded", with_headers(SLOW, "Content-Encoding: br"), sent=4 * SIZE),
]

FIRST = [
    Case(
        "second connection is slow",
        in_turn(SLOW, paced(FILE, 1024, 0.1), SLOW),
        file=BODY,
        options=FOUR,
        requests=MOST,
        fewest=3,
        sent=SIZE + SLACK,
    ),
    Case(
        "first connection is slow",
        once(lambda request: request.connection == 1, paced(FILE, 1024, 0.01), SLOW),
        file=BODY,
        options=FOUR,
        requests=40,
        fewest=2,
        sent=SIZE + SLACK,
    ),
    Case(
        "first connection falls silent",
        once(lambda request: request.connection == 1, cut(SLOW, 2 << 20, Then.HOLD), SLOW),
        file=BODY,
        options=FOUR,
        requests=MOST,
        fewest=2,
        sent=SIZE + SLACK,
    ),
    Case(
        "first connection is reset",
        once(lambda request: request.connection == 1, cut(SLOW, 2 << 20, Then.RESET), SLOW),
        file=BODY,
        options=FOUR,
        requests=MOST,
        fewest=2,
        sent=SIZE + SLACK,
    ),
    Case(
        "every connection is reset after 700,000 bytes",
        cut(SLOW, 700_000, Then.RESET),
        file=BODY,
        options=FOUR,
        requests=40,
        fewest=9,
        sent=SIZE + SLACK,
    ),
    Case(
        "every connection ends after 300,000 bytes",
        cut(SLOW, 300_000),
        file=BODY,
        options=FOUR,
        requests=60,
        fewest=21,
        sent=SIZE + SLACK,
    ),
]

ALONE = [
    *(
        Case(name, file, file=BODY, options=FOUR, requests=1, sent=SIZE)
        for name, file in [
            ("ranges denied", with_headers(SLOW, "Accept-Ranges: none")),
            ("weak ETag", paced(File(BODY, etag='W/"one"'), BLOCK, 0.004)),
            ("nothing to know the file by", paced(File(BODY, etag=None), BLOCK, 0.004)),
        ]
    ),
    Case(
        "one is all that is allowed",
        SLOW,
        file=BODY,
        options=replace(FOUR, connections=1),
        sent=SIZE,
    ),
    Case(
        "small file",
        paced(File(BODY[:500_000]), 16 << 10, 0.004),
        file=BODY[:500_000],
        options=FOUR,
        sent=500_000,
    ),
    Case(
        "length unknown",
        says("200 OK", "Connection: close", 'ETag: "one"', body=BODY, then=Then.CLOSE),
        file=BODY,
        options=FOUR,
        sent=SIZE,
    ),
    Case(
        "endless behind a length",
        endless(f"Content-Length: {SIZE}", body=BODY),
        file=BODY,
        options=FOUR,
        sent=SIZE + (16 << 20),
    ),
]

CHANGES = [
    *(
        Case(
            name,
            says,
            file=OTHER_BODY,
            or_file=BODY,  # of an answer that had begun before
            options=FOUR,
            requests=MOST,
            fewest=2,
            sent=3 * SIZE,
        )
        for name, says in [
            ("changes before the second request", in_turn(SLOW, OTHER)),
            (
                "changes before the second request, and sends parts of it",
                in_turn(
                    SLOW,
                    paced(File(OTHER_BODY, etag='"two"', heeds_if_range=False), BLOCK, 0.004),
                ),
            ),
            ("changes before the third request", in_turn(SLOW, SLOW, OTHER)),
        ]
    ),
    Case(
        "changes, and the first connection breaks",
        in_turn(cut(SLOW, 2 << 20), OTHER),
        file=OTHER_BODY,
        options=FOUR,
        requests=MOST,
        fewest=2,
        sent=3 * SIZE,
    ),
    Case(
        "changes when several connections have parts, and all of them break",
        in_turn(*[cut(SLOW, 1 << 20)] * 3, OTHER),
        file=OTHER_BODY,
        options=FOUR,
        requests=MOST,
        fewest=4,
        sent=3 * SIZE,
    ),
    Case(
        "every connection leads to a server with an ETag of its own",
        lambda request: paced(File(BODY, etag=f'"{request.connection}"'), BLOCK, 0.004)(request),
        file=BODY,
        options=FOUR,
        requests=MOST,
        sent=SIZE + SLACK,
        fewest=1,
    ),
    Case(
        "other bytes under the same ETag, told by the sum",
        in_turn(
            SLOW,
            paced(File(OTHER_BODY), BLOCK, 0.004),
            *[SLOW] * 20,
        ),
        file=BODY,
        options=GUARDED,
        requests=2 * MOST,
        fewest=3,
        sent=2 * SIZE + 2 * SLACK,
    ),
]


@pytest.mark.parametrize("case", HELPERS, ids=str)
async def test_file_is_fetched_whatever_other_connections_get(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", FIRST, ids=str)
async def test_other_connections_make_up_for_a_bad_one(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", ALONE, ids=str)
async def test_one_connection_is_made_where_more_make_no_sense(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", CHANGES, ids=str)
async def test_segments_of_two_files_are_never_mixed(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
