"""Bodies that are too short, too long, or end in a way that they should not."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.engines.options import Options, Patience
from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import (
    File,
    behind,
    cut,
    endless,
    in_chunks,
    in_turn,
    on_range,
    paced,
    says,
    with_headers,
)
from tests.fakes.faults import Then
from tests.integration.services.engines.http.faults.cases import (
    BODY,
    HALF,
    ONE,
    SIZE,
    Case,
    check,
)

FILE = File(BODY)
ONE_ETAG = 'ETag: "one"'
NO_RANGES = File(BODY, has_ranges=False)
UNKNOWN = File(BODY, etag=None)  # nothing tells whether it is the same file later
INCOMPLETE = ErrorCode.INCOMPLETE
SLOW = Options(connections=1, patience=Patience(silence=0.5, total=0.1))

ENDS = [
    Case("empty file", File(b""), file=b""),
    Case("one byte", File(b"x"), file=b"x"),
    Case("empty file in chunks", in_chunks(b"0\r\n\r\n"), file=b""),
    Case(
        "empty file until the end", says("200 OK", "Connection: close", then=Then.CLOSE), file=b""
    ),
    Case(
        "file until the end of the connection",
        says("200 OK", "Connection: close", body=BODY, then=Then.CLOSE),
    ),
    Case("surprise behind the body", behind(FILE, b"HTTP/1.1 200 OK\r\n\r\nsurprise")),
    Case("junk behind the body", behind(FILE, b"\0" * 9_000)),
    Case("junk behind the body, then a reset", behind(FILE, b"\0" * 9_000, Then.RESET)),
    Case("connection held open behind the body", behind(FILE, b"", Then.HOLD)),
    Case("reset behind the body", behind(FILE, b"", Then.RESET)),
    Case(
        "body in blocks of a byte", paced(File(b"0123456789" * 30), 1, 0), file=b"0123456789" * 30
    ),
]

SHORT = [
    Case(
        "short once, then the rest",
        in_turn(cut(FILE, HALF), FILE),
        requests=2,
        sent=SIZE,
    ),
    Case("short by one byte", in_turn(cut(FILE, SIZE - 1), FILE), requests=2),
    Case("all but the first byte missing", in_turn(cut(FILE, 1), FILE), requests=2),
    Case("head alone, then the file", in_turn(cut(FILE, 0), FILE), requests=2),
    Case(
        "short every time, a little further each time",
        cut(FILE, 30_000),
        requests=7,
        sent=SIZE,
    ),
    Case(
        "reset every 20,000 bytes",
        cut(FILE, 20_000, Then.RESET),
        requests=10,
        sent=SIZE,
    ),
    Case("reset every 9,000 bytes", cut(FILE, 9_000, Then.RESET), requests=23, sent=SIZE),
    Case(
        "reset without a byte",
        cut(FILE, 0, Then.RESET),
        requests=TRIES,
        sent=0,
        code=INCOMPLETE,
    ),
    Case("short without a byte", cut(FILE, 0), requests=TRIES, sent=0, code=INCOMPLETE),
    Case(
        "short at the same place without ranges",
        cut(NO_RANGES, HALF),
        # The first attempt gets further than none did; those after it do not.
        requests=TRIES,
        sent=TRIES * HALF,
        code=INCOMPLETE,
    ),
    Case(
        "short once without ranges",
        in_turn(cut(NO_RANGES, HALF), NO_RANGES),
        requests=2,
        sent=HALF + SIZE,
    ),
    Case(
        "short once without a validator",
        in_turn(cut(UNKNOWN, HALF), UNKNOWN),
        requests=2,
        sent=HALF + SIZE,
    ),
    Case(
        "ranges break where whole answers do not",
        in_turn(cut(FILE, HALF), cut(FILE, 0), FILE),
        requests=3,
        sent=SIZE,
    ),
]

LONG = [
    Case(
        "longer than it said",
        with_headers(File(BODY + b"more"), f"Content-Length: {SIZE}"),
        sent=SIZE + 4,
    ),
    Case(
        "endless behind a length",
        endless(f"Content-Length: {SIZE}", ONE_ETAG, body=BODY),
        sent=SIZE + (16 << 20),
    ),
    Case(
        "longer than the metalink says",
        FILE,
        options=replace(ONE, size=SIZE - 1),
        sent=SIZE,
        code=ErrorCode.BAD_RESPONSE,
    ),
    Case(
        "endless where the size is filtered",
        endless("Connection: close", body=BODY),
        options=replace(SLOW, filters=replace(SLOW.filters, max_size=1_000_000)),
        sent=1_000_000 + (16 << 20),
        code=ErrorCode.FILTERED,
    ),
]

CHUNKS = [
    Case("in chunks", in_chunks(b"30d40\r\n" + BODY + b"\r\n0\r\n\r\n"), sent=SIZE + 14),
    Case(
        "in chunks with trailers",
        in_chunks(b"30d40\r\n" + BODY + b"\r\n0\r\nX-Sum: 1\r\n\r\n"),
        sent=SIZE + 24,
    ),
    Case(
        "in chunks with extensions",
        in_chunks(b"30d40;a=b\r\n" + BODY + b"\r\n0\r\n\r\n"),
        sent=SIZE + 18,
    ),
    Case(
        "in chunks without the last",
        in_chunks(b"30d40\r\n" + BODY + b"\r\n", then=Then.CLOSE),
        requests=TRIES,
        sent=TRIES * (SIZE + 9),
        code=INCOMPLETE,
    ),
    Case(
        "in chunks, cut in one of them",
        in_chunks(b"30d40\r\n" + BODY[:HALF], then=Then.CLOSE),
        requests=TRIES,
        sent=TRIES * (HALF + 7),
        code=INCOMPLETE,
    ),
    Case(
        "in chunks, cut once",
        in_turn(in_chunks(b"30d40\r\n" + BODY[:HALF], then=Then.CLOSE), FILE),
        requests=2,
        sent=SIZE + HALF + 7,
    ),
    Case(
        "size of a chunk that is no number",
        in_chunks(b"zz\r\n" + BODY, then=Then.CLOSE),
        requests=TRIES,
        sent=TRIES * (SIZE + 4),
        code=ErrorCode.BAD_RESPONSE,
    ),
    Case(
        "size of a chunk below zero",
        in_chunks(b"-5\r\nwhole\r\n0\r\n\r\n", then=Then.CLOSE),
        requests=TRIES,
        sent=TRIES * 100,
        code=ErrorCode.BAD_RESPONSE,
    ),
    Case(
        "chunk longer than it says",
        in_chunks(b"3\r\nwhole\r\n0\r\n\r\n", then=Then.CLOSE),
        requests=TRIES,
        sent=TRIES * 100,
        code=ErrorCode.BAD_RESPONSE,
    ),
    Case(
        "chunks and a length at once",
        in_chunks(b"5\r\nwhole\r\n0\r\n\r\n", "Content-Length: 3", then=Then.CLOSE),
        requests=TRIES,
        sent=TRIES * 100,
        code=ErrorCode.BAD_RESPONSE,
    ),
    Case(
        "range in chunks",
        on_range(
            says(
                "206 Partial Content",
                f"Content-Range: bytes {HALF}-{SIZE - 1}/{SIZE}",
                ONE_ETAG,
                "Transfer-Encoding: chunked",
                body=b"13880\r\n" + BODY[HALF:] + b"\r\n0\r\n\r\n",
            ),
            cut(FILE, HALF),
        ),
        requests=2,
        sent=SIZE + 14,
    ),
]


@pytest.mark.parametrize("case", [*ENDS, *SHORT, *LONG, *CHUNKS], ids=str)
async def test_body_ends_right_or_fails(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
