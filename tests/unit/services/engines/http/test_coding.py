"""Bodies that come coded although nobody asked."""

import gzip
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.engines.http.coding import Decoder, decodable, keeps_coding
from services.errors import ErrorCode, FetchFailed

BYTES = bytes(range(256)) * 1000


def raw_deflate(content: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(content) + made.flush()


CODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    " GZIP ": gzip.compress,
}


def decoded(name: str, pieces: Sequence[bytes]) -> bytes:
    decoder = Decoder(name)
    content = b"".join(made for piece in pieces for made in decoder.decode(piece))
    decoder.finish()
    return content


@pytest.mark.parametrize("name", CODERS)
@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
def test_body_is_decoded_however_it_is_cut(name: str, size: int) -> None:
    coded = CODERS[name](BYTES)

    content = decoded(name, [coded[at : at + size] for at in range(0, len(coded), size)])

    assert content == BYTES


@given(st.binary(max_size=2000), st.sampled_from(sorted(CODERS)), st.integers(1, 50))
def test_any_content_comes_back(content: bytes, name: str, size: int) -> None:
    coded = CODERS[name](content)

    pieces = [coded[at : at + size] for at in range(0, len(coded), size)]

    assert decoded(name, pieces) == content


def test_pieces_are_bounded() -> None:
    decoder = Decoder("gzip")

    sizes = [len(piece) for piece in decoder.decode(gzip.compress(bytes((3 << 20) + 5)))]

    assert sizes == [1 << 20, 1 << 20, 1 << 20, 5]
    assert decoder.decoded == (3 << 20) + 5


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_gzip_members_follow_each_other(size: int) -> None:
    coded = gzip.compress(b"one ") + gzip.compress(b"") + b"\x00" * 5 + gzip.compress(b"two")

    content = decoded("gzip", [coded[at : at + size] for at in range(0, len(coded), size)])

    assert content == b"one two"


@pytest.mark.parametrize("rest", [b"\x00" * 600, b"\x1f", b"rest", b"\x00rest\x1f\x8b"])
@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_what_follows_the_coded_body_is_no_part_of_it(name: str, rest: bytes) -> None:
    coded = CODERS[name](b"content")

    assert decoded(name, [coded + rest]) == b"content"
    assert decoded(name, [coded, rest, rest]) == b"content"


def test_empty_body_is_empty() -> None:
    assert decoded("gzip", []) == b""


@pytest.mark.parametrize("name", ["gzip", "deflate", "Deflate"])
@pytest.mark.parametrize("missing", [1, 4, 100])
def test_body_that_ends_early_is_incomplete(name: str, missing: int) -> None:
    coded = CODERS[name](BYTES)

    with pytest.raises(FetchFailed) as caught:
        decoded(name, [coded[:-missing]])

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.INCOMPLETE, True)


def test_body_of_one_byte_is_incomplete() -> None:
    with pytest.raises(FetchFailed) as caught:
        decoded("gzip", [b"\x1f"])

    assert caught.value.code == ErrorCode.INCOMPLETE


@pytest.mark.parametrize("coded", [b"not coded", gzip.compress(BYTES)[:-8] + bytes(8)])
def test_damaged_body_is_worth_another_try(coded: bytes) -> None:
    with pytest.raises(FetchFailed) as caught:
        decoded("gzip", [coded])

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.BAD_RESPONSE, True)


def test_bomb_is_refused_for_good() -> None:
    decoder = Decoder("gzip")
    bomb = gzip.compress(bytes(80 << 20), compresslevel=9)

    with pytest.raises(FetchFailed) as caught:
        for _ in decoder.decode(bomb):
            pass

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.BAD_RESPONSE, False)
    assert decoder.decoded == 65 << 20


def test_little_that_grows_much_is_harmless() -> None:
    content = bytes(8 << 20)

    assert decoded("gzip", [gzip.compress(content)]) == content


@pytest.mark.parametrize(
    ("name", "known"),
    [("gzip", True), ("X-GZIP", True), (" deflate", True), ("br", False), ("gzip, gzip", False)],
)
def test_codings_known_here(name: str, known: bool) -> None:
    assert decodable(name) is known


@pytest.mark.parametrize(
    ("name", "media_type", "keeps"),
    [
        ("a.tar.gz", "application/x-gzip", True),
        ("a.tgz", "application/x-tar", True),
        ("a.csv.gz", "text/csv; charset=utf-8", True),
        ("A.SVGZ", "image/svg+xml", True),
        ("a.gz", None, True),
        ("a", "Application/GZIP", True),
        ("a.tar.gz", "text/html; charset=utf-8", False),
        ("a.tar", "application/x-tar", False),
        ("a.html", "text/html", False),
        ("a.zip", "application/zip", False),
    ],
)
def test_gzip_that_is_the_file_is_kept(name: str, media_type: str | None, keeps: bool) -> None:
    assert keeps_coding(name, media_type, "gzip") is keeps


def test_other_codings_are_never_the_file() -> None:
    assert keeps_coding("a.tar.gz", "application/gzip", "deflate") is False
