"""Mirrors: other URLs of the same file, some of which have another one or none."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.engines.options import Algorithm, Checksum, Patience
from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import (
    File,
    cut,
    goes,
    in_chunks,
    in_turn,
    raw,
    says,
    with_headers,
)
from tests.fakes.faults import Behaviour, Then
from tests.integration.services.engines.http.faults.cases import (
    BODY,
    HALF,
    ONE,
    OTHER_BODY,
    SIZE,
    Case,
    check,
)

FILE = File(BODY)
GONE = says("404 Not Found")
SHA256 = (Checksum(Algorithm.SHA256, hashlib.sha256(BODY).hexdigest()),)
WITH_MIRROR = replace(ONE, mirrors=("{here}/b.zip",), patience=Patience(silence=0.5))
GUARDED = replace(WITH_MIRROR, checksums=SHA256)


def fails_over(name: str, first: Behaviour, *, requests: int = 2, sent: int = SIZE) -> Case:
    """The first URL does that, and the mirror is honest. The name is where the bytes are from."""
    return Case(
        name,
        first,
        others={"/b.zip": FILE},
        options=WITH_MIRROR,
        called="b.zip",
        requests=requests,
        fewest=2,
        sent=sent,
    )


FIRST_IS_BAD = [
    *(
        fails_over(f"first says {status}", says(f"{status} No"))
        for status in [403, 404, 410, 429, 451, 500, 503]
    ),
    fails_over("first wants a login", says("401 Unauthorized")),
    fails_over("first resets", raw(b"", Then.RESET)),
    fails_over("first says nothing", raw(b"")),
    fails_over("first is silent", raw(b"", Then.HOLD)),
    fails_over("first says garbage", raw(b"garbage\r\n\r\n")),
    fails_over("first redirects in a circle", goes("/a.zip"), requests=7),
    fails_over("first redirects to another scheme", goes("ftp://127.0.0.1/a.zip")),
    fails_over(
        "first sends another coding", with_headers(FILE, "Content-Encoding: br"), sent=2 * SIZE
    ),
    fails_over(
        "first gives a length that cannot be",
        says("200 OK", f"Content-Length: {1 << 70}", then=Then.CLOSE),
    ),
    fails_over(
        "first ends chunks early", in_chunks(b"5\r\nwhole\r\n", then=Then.CLOSE), sent=SIZE + 10
    ),
    Case(
        "nobody listens at the mirrors before the last",
        GONE,
        others={"/b.zip": FILE},
        options=replace(ONE, mirrors=("{dead}/x.zip", "{here}/none.zip", "{here}/b.zip")),
        called="b.zip",
        requests=3,
    ),
    Case(
        "mirror of another origin gets no secrets",
        GONE,
        others={"/b.zip": FILE},
        options=replace(ONE, mirrors=("{other}/b.zip",)),
        called="b.zip",
        requests=2,
        sends={"authorization": None, "cookie": None},
    ),
]

JOINED = [
    Case(
        "first breaks off, mirror has the same file",
        in_turn(cut(FILE, HALF), GONE),
        others={"/b.zip": FILE},
        options=GUARDED,
        requests=3,
        fewest=2,
        sent=SIZE,
    ),
    Case(
        "first breaks off, mirror has another of that length, and no sum guards it",
        in_turn(cut(FILE, HALF), GONE),
        others={"/b.zip": File(OTHER_BODY, etag='"x"')},
        options=WITH_MIRROR,
        called="b.zip",
        file=OTHER_BODY,
        requests=4,
        fewest=2,
        sent=3 * SIZE,
    ),
    Case(
        "first breaks off, mirror has a shorter one",
        in_turn(cut(FILE, HALF), GONE),
        others={"/b.zip": File(OTHER_BODY[:1_000])},
        options=WITH_MIRROR,
        called="b.zip",
        file=OTHER_BODY[:1_000],
        requests=5,
        fewest=2,
        sent=3 * SIZE,
    ),
    Case(
        "mirror has other bytes than the sum says",
        GONE,
        others={"/b.zip": File(OTHER_BODY)},
        options=GUARDED,
        requests=6,
        fewest=2,
        sent=3 * SIZE,
        code=ErrorCode.CHECKSUM_MISMATCH,
    ),
    Case(
        "first has other bytes than the sum says, the mirror has not",
        File(OTHER_BODY),
        others={"/b.zip": FILE},
        options=GUARDED,
        called="b.zip",
        requests=2,
        sent=2 * SIZE,
    ),
    Case(
        "all are gone",
        GONE,
        others={"/b.zip": says("410 Gone")},
        options=WITH_MIRROR,
        requests=2,
        sent=0,
        code=ErrorCode.HTTP_STATUS,
    ),
    Case(
        "first is gone, the mirror may come back",
        GONE,
        others={"/b.zip": in_turn(says("503 No"), says("503 No"), FILE)},
        options=WITH_MIRROR,
        called="b.zip",
        requests=6,
    ),
    Case(
        "none may come back",
        says("503 No"),
        others={"/b.zip": says("503 No")},
        options=WITH_MIRROR,
        requests=2 * TRIES,
        sent=0,
        code=ErrorCode.HTTP_STATUS,
    ),
]


@pytest.mark.parametrize("case", FIRST_IS_BAD, ids=str)
async def test_next_mirror_takes_over(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", JOINED, ids=str)
async def test_bytes_of_two_files_are_not_joined(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


STRONG = replace(ONE, checksums=SHA256, patience=Patience(silence=0.5))
WEAK = replace(
    STRONG,
    checksums=(Checksum(Algorithm.SHA1, hashlib.sha1(BODY, usedforsecurity=False).hexdigest()),),
)


def named(name: str, *links: str, **changes: Any) -> Case:
    """The first URL breaks off and is gone; it has named others, of which /b.zip is honest."""
    first = with_headers(cut(FILE, HALF), *(f"Link: {link}" for link in links))
    case = Case(
        name,
        in_turn(first, GONE),
        others={"/b.zip": FILE},
        options=STRONG,
        requests=2,
        sent=SIZE,
    )
    return replace(case, **changes)


NAMED = [
    named("by the server", "<{here}/b.zip>; rel=duplicate"),
    named("by the server as a path", "</b.zip>; rel=duplicate"),
    named("by another origin", "<{other}/b.zip>; rel=duplicate", sends={"authorization": None}),
    named(
        "the best first",
        "</none.zip>; rel=duplicate; pri=2, </c.css>; rel=preload",
        '</b.zip>; pri=1; rel="duplicate"',
    ),
    named(
        "where the first one is forbidden",
        "<http://127.0.0.2/b.zip>; rel=duplicate; pri=1, </b.zip>; rel=duplicate; pri=2",
    ),
    named(
        "which has other bytes",
        "</b.zip>; rel=duplicate",
        others={"/b.zip": File(OTHER_BODY)},
        requests=3,
        code=ErrorCode.HTTP_STATUS,
    ),
    named(
        "which has other bytes, and the first one comes back",
        "</b.zip>; rel=duplicate",
        says=in_turn(with_headers(cut(FILE, HALF), "Link: </b.zip>; rel=duplicate"), FILE),
        others={"/b.zip": File(OTHER_BODY)},
        requests=3,
        sent=2 * SIZE,
    ),
    named(
        "and no checksum was given",
        "</b.zip>; rel=duplicate",
        options=ONE,
        requests=2,
        code=ErrorCode.HTTP_STATUS,
    ),
    named(
        "and the checksum is weak",
        "</b.zip>; rel=duplicate",
        options=WEAK,
        requests=2,
        code=ErrorCode.HTTP_STATUS,
    ),
    named(
        "which names more and more",
        "</more0.zip>; rel=duplicate",
        others={
            f"/more{n}.zip": cut(with_headers(FILE, f"Link: </more{n + 1}.zip>; rel=duplicate"), 1)
            for n in range(100)
        },
        says=cut(with_headers(FILE, "Link: </more0.zip>; rel=duplicate"), 1),
        attempts=1,
        requests=1 + 10,
        sent=11,
        code=ErrorCode.INCOMPLETE,
    ),
    named(
        "a hundred, none of which is there",
        *(f"</none{n}.zip>; rel=duplicate" for n in range(100)),
        requests=1 + 10,
        code=ErrorCode.HTTP_STATUS,
    ),
]


@pytest.mark.parametrize("case", NAMED, ids=str)
async def test_mirror_that_is_named_is_asked_where_a_checksum_guards_it(
    case: Case, tmp_path: Path
) -> None:
    await check(case, tmp_path)
