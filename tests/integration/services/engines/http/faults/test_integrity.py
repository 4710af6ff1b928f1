"""Bytes that are not those that somebody spoke of: the user, the server or a metalink."""

import hashlib
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from services.engines.options import Algorithm, Checksum, Options, Pieces
from services.errors import ErrorCode
from tests.fakes.fault_behaviours import File, cut, in_turn, on_range, with_headers
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
WRONG = ErrorCode.CHECKSUM_MISMATCH
PIECE = 50_000


def sum_of(algorithm: Algorithm, body: bytes = BODY) -> str:
    return hashlib.new(algorithm.lower(), body).hexdigest()


def base64_of(algorithm: Algorithm, body: bytes = BODY) -> str:
    return b64encode(hashlib.new(algorithm.lower(), body).digest()).decode()


def given(*checksums: Checksum) -> Options:
    return replace(ONE, checksums=checksums)


def spoiled(start: int, body: bytes = BODY) -> bytes:
    """Return the body with one bit of the byte at `start` turned."""
    return body[:start] + bytes([body[start] ^ 1]) + body[start + 1 :]


RIGHT = given(Checksum(Algorithm.SHA256, sum_of(Algorithm.SHA256)))
ALL = given(*(Checksum(algorithm, sum_of(algorithm)) for algorithm in Algorithm))
PIECES = replace(
    ONE,
    pieces=Pieces(
        Algorithm.SHA256,
        PIECE,
        tuple(sum_of(Algorithm.SHA256, BODY[at : at + PIECE]) for at in range(0, SIZE, PIECE)),
    ),
)
SHA256 = base64_of(Algorithm.SHA256)
BAD_SHA256 = base64_of(Algorithm.SHA256, OTHER_BODY)

USERS = [
    *(
        Case(
            f"right {algorithm}",
            FILE,
            options=given(Checksum(algorithm, sum_of(algorithm))),
        )
        for algorithm in Algorithm
    ),
    *(
        Case(
            f"wrong {algorithm}",
            FILE,
            options=given(Checksum(algorithm, sum_of(algorithm, OTHER_BODY))),
            requests=2,
            sent=2 * SIZE,
            code=WRONG,
        )
        for algorithm in Algorithm
    ),
    Case("all four right", FILE, options=ALL),
    Case(
        "three right, one wrong",
        FILE,
        options=given(*ALL.checksums[:3], Checksum(Algorithm.SHA512, "0" * 128)),
        requests=2,
        sent=2 * SIZE,
        code=WRONG,
    ),
    Case(
        "bad, then good",
        in_turn(File(OTHER_BODY), FILE),
        options=RIGHT,
        requests=2,
        sent=2 * SIZE,
    ),
    Case(
        "one bit turned",
        File(spoiled(SIZE - 1)),
        options=RIGHT,
        requests=2,
        sent=2 * SIZE,
        code=WRONG,
    ),
    Case(
        "one bit turned behind a break, then good",
        in_turn(cut(FILE, HALF), File(spoiled(SIZE - 1)), FILE),
        options=RIGHT,
        requests=3,
        sent=2 * SIZE,
    ),
    Case(
        "an empty file in its place",
        File(b""),
        options=RIGHT,
        requests=2,
        sent=0,
        code=WRONG,
    ),
    Case(
        "other bytes under the same ETag",
        in_turn(cut(FILE, HALF), File(OTHER_BODY), FILE),
        options=RIGHT,
        requests=3,
        sent=2 * SIZE,
    ),
    Case(
        "a page in place of the file, and no such length",
        File(b"<html>sorry</html>", headers=("Content-Type: text/html",)),
        options=replace(RIGHT, size=SIZE),
        sent=18,
        code=ErrorCode.BAD_RESPONSE,
    ),
]


def promised(name: str, *headers: str, right: bool = True) -> Case:
    """A digest that the server gives along with the file."""
    file = with_headers(FILE, *headers)
    if right:
        return Case(name, file)
    return Case(name, file, requests=2, sent=2 * SIZE, code=WRONG)


PROMISED = [
    promised("Repr-Digest", f"Repr-Digest: sha-256=:{SHA256}:"),
    promised("wrong Repr-Digest", f"Repr-Digest: sha-256=:{BAD_SHA256}:", right=False),
    promised("sha-512", f"Repr-Digest: sha-512=:{base64_of(Algorithm.SHA512)}:"),
    promised(
        "wrong sha-512",
        f"Repr-Digest: sha-512=:{base64_of(Algorithm.SHA512, OTHER_BODY)}:",
        right=False,
    ),
    promised("Content-Digest", f"Content-Digest: sha-256=:{SHA256}:"),
    promised("wrong Content-Digest", f"Content-Digest: sha-256=:{BAD_SHA256}:", right=False),
    promised("Digest", f"Digest: SHA-256={SHA256}"),
    promised("wrong Digest", f"Digest: SHA-256={BAD_SHA256}", right=False),
    promised("Digest with md5", f"Digest: MD5={base64_of(Algorithm.MD5)}"),
    promised("wrong Digest with md5", f"Digest: MD5={base64_of(Algorithm.MD5, b'')}", right=False),
    promised("Content-MD5", f"Content-MD5: {base64_of(Algorithm.MD5)}"),
    promised("wrong Content-MD5", f"Content-MD5: {base64_of(Algorithm.MD5, b'')}", right=False),
    promised(
        "two, both right", f"Repr-Digest: sha-256=:{SHA256}:, md5=:{base64_of(Algorithm.MD5)}:"
    ),
    promised(
        "two, one wrong",
        f"Repr-Digest: sha-256=:{SHA256}:",
        f"Content-MD5: {base64_of(Algorithm.MD5, b'')}",
        right=False,
    ),
    promised("unknown algorithm", "Repr-Digest: crc32c=:AAAAAA==:"),
    promised("no base64", "Repr-Digest: sha-256=:!!!:"),
    promised("too short", "Repr-Digest: sha-256=:AAAA:"),
    promised("garbage", "Repr-Digest: ;;;", "Digest: =", "Content-MD5: \udcff"),
    Case(
        "wrong once",
        in_turn(with_headers(FILE, f"Repr-Digest: sha-256=:{BAD_SHA256}:"), FILE),
        requests=2,
        sent=2 * SIZE,
    ),
    Case(
        "other bytes under the same ETag, told by the digest",
        in_turn(
            cut(with_headers(FILE, f"Repr-Digest: sha-256=:{SHA256}:"), HALF),
            with_headers(File(OTHER_BODY), f"Repr-Digest: sha-256=:{BAD_SHA256}:"),
        ),
        requests=3,
        sent=2 * SIZE,
        file=OTHER_BODY,
    ),
    Case(
        "digest of the part with the part",
        in_turn(
            cut(FILE, HALF),
            with_headers(
                FILE,
                f"Content-MD5: {base64_of(Algorithm.MD5, BODY[HALF:])}",
                f"Repr-Digest: sha-256=:{SHA256}:",
            ),
        ),
        requests=2,
    ),
    Case(
        "wrong digest of the part",
        in_turn(
            cut(FILE, HALF),
            with_headers(FILE, f"Content-MD5: {base64_of(Algorithm.MD5, b'')}"),
            FILE,
        ),
        requests=3,
        sent=2 * SIZE,
    ),
]

IN_PIECES = [
    Case("all right", FILE, options=PIECES),
    *(
        Case(
            f"piece {number} bad once",
            in_turn(File(spoiled(number * PIECE + 7)), FILE),
            options=PIECES,
            requests=2,
            sent=SIZE + PIECE,
        )
        for number in range(4)
    ),
    Case(
        "two pieces bad once",
        in_turn(File(spoiled(7, spoiled(SIZE - 7))), FILE),
        options=PIECES,
        requests=3,
        sent=SIZE + 2 * PIECE,
    ),
    Case(
        "piece bad always",
        File(spoiled(PIECE)),
        options=PIECES,
        requests=2,
        sent=SIZE + PIECE,
        code=WRONG,
    ),
    Case(
        "piece bad once, without ranges",
        in_turn(File(spoiled(PIECE), has_ranges=False), File(BODY, has_ranges=False)),
        options=PIECES,
        requests=3,
        fewest=2,
        sent=3 * SIZE,
    ),
    Case(
        "piece bad once, and then the connection breaks",
        in_turn(File(spoiled(PIECE)), cut(FILE, 10_000), FILE),
        options=PIECES,
        requests=3,
        sent=SIZE + PIECE,
    ),
    Case(
        "piece bad once, and then another part comes",
        on_range(
            with_headers(FILE, f"Content-Range: bytes 0-49999/{SIZE}"),
            in_turn(File(spoiled(PIECE)), FILE),
        ),
        options=PIECES,
        requests=3,
        sent=2 * SIZE + PIECE,
    ),
]


@pytest.mark.parametrize("case", USERS, ids=str)
async def test_checksum_of_the_user_decides(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", PROMISED, ids=str)
async def test_digest_of_the_server_is_kept_to(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", IN_PIECES, ids=str)
async def test_bad_piece_alone_is_fetched_again(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
