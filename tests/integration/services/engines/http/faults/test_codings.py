"""Bodies that come coded, although they were asked for as they are."""

import gzip
import zlib
from pathlib import Path

import pytest

from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import File, cut, in_turn, says
from tests.fakes.faults import Behaviour
from tests.integration.services.engines.http.faults.cases import BODY, SIZE, Case, check

FILE = File(BODY)
NONSENSE = ErrorCode.BAD_RESPONSE
PACKED = gzip.compress(BODY, 1, mtime=0)
ROOM = 2_000  # what is left is random: it grows a little when it is packed
BOMB = zlib.compressobj(9, wbits=31)
BOMB_BODY = b"".join(
    [*(BOMB.compress(bytes(1 << 20)) for _ in range(200)), BOMB.flush()]
)  # 200 MiB in 200 KB


def coded(coding: str, body: bytes, *headers: str) -> Behaviour:
    return says("200 OK", f"Content-Encoding: {coding}", *headers, body=body)


CODED = [
    Case("identity", coded("identity", BODY)),
    Case("identity in capitals", coded("IDENTITY", BODY)),
    Case("empty coding", coded("", BODY)),
    Case("gzip", coded("gzip", PACKED), sent=SIZE + ROOM),
    Case("x-gzip", coded("x-gzip", PACKED), sent=SIZE + ROOM),
    Case("GZIP", coded("GZIP", PACKED), sent=SIZE + ROOM),
    Case("deflate", coded("deflate", zlib.compress(BODY)), sent=SIZE + ROOM),
    Case(
        "deflate without its frame", coded("deflate", zlib.compress(BODY)[2:-4]), sent=SIZE + ROOM
    ),
    Case(
        "gzip in two members",
        coded("gzip", PACKED + gzip.compress(BODY)),
        sent=2 * (SIZE + ROOM),
        file=BODY + BODY,
    ),
    Case("gzip of nothing", coded("gzip", gzip.compress(b"")), file=b""),
    Case("empty body coded as gzip", coded("gzip", b""), file=b""),
    Case(
        "file that is packed itself",
        coded("gzip", PACKED, "Content-Type: application/x-gzip"),
        path="/a.tar.gz",
        called="a.tar.gz",
        file=PACKED,
        sent=len(PACKED),
    ),
    *(
        Case(f"{coding}, which nobody asked for", coded(coding, BODY), sent=SIZE, code=NONSENSE)
        for coding in [
            "br",
            "zstd",
            "compress",
            "x-unheard-of",
            "gzip, gzip",
            "aws-chunked",
            "\udcff",
        ]
    ),
    Case(
        "bomb",
        coded("gzip", BOMB_BODY),
        sent=len(BOMB_BODY),
        code=NONSENSE,
    ),
    Case(
        "no gzip at all",
        coded("gzip", b"<html>hello</html>"),
        requests=TRIES,
        sent=TRIES * 18,
        code=NONSENSE,
    ),
    Case(
        "damaged in the middle",
        coded("gzip", PACKED[:1_000] + bytes(100) + PACKED[1_100:]),
        requests=3 * TRIES,
        fewest=1,
        sent=TRIES * 3 * (SIZE + ROOM),
        code=NONSENSE,
    ),
    Case(
        "sum at the end is wrong",
        coded("gzip", PACKED[:-8] + bytes(8)),
        requests=TRIES,
        sent=TRIES * (SIZE + ROOM),
        code=NONSENSE,
    ),
    Case(
        "damaged once",
        in_turn(coded("gzip", PACKED[:1_000] + bytes(100) + PACKED[1_100:]), FILE),
        requests=2,
        sent=2 * SIZE + ROOM,
    ),
    Case(
        "coding ends before the body says so",
        coded("gzip", PACKED[:-20]),
        requests=TRIES,
        sent=TRIES * (SIZE + ROOM),
        code=ErrorCode.INCOMPLETE,
    ),
    Case(
        "cut off once, which is no place to go on from",
        in_turn(cut(coded("gzip", PACKED, 'ETag: "one"'), 100_000), FILE),
        requests=2,
        sent=100_000 + SIZE,
    ),
    Case(
        "coded for the connection",
        says("200 OK", "Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
        requests=TRIES,
        fewest=1,
        sent=TRIES * 5,
        file=b"",
    ),
]


@pytest.mark.parametrize("case", CODED, ids=str)
async def test_coded_body_is_undone_or_refused(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
