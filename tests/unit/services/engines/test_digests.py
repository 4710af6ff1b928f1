"""Checksums: how they are written, what an answer promises, and what a file comes to."""

import hashlib
from base64 import b64encode
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from services.engines.digests import (
    READ_SIZE,
    Hasher,
    digest_file,
    mismatch,
    parse_checksum,
    promised,
    promised_content,
)
from services.engines.options import Algorithm, Checksum
from services.errors import ErrorCode, FetchFailed, InvalidInput

MD5 = Checksum(Algorithm.MD5, hashlib.md5(b"content").hexdigest())  # noqa: S324
SHA1 = Checksum(Algorithm.SHA1, hashlib.sha1(b"content").hexdigest())  # noqa: S324
SHA256 = Checksum(Algorithm.SHA256, hashlib.sha256(b"content").hexdigest())
SHA512 = Checksum(Algorithm.SHA512, hashlib.sha512(b"content").hexdigest())
ALL = (SHA512, SHA256, SHA1, MD5)


def coded(checksum: Checksum) -> str:
    return b64encode(bytes.fromhex(checksum.digest)).decode()


@pytest.mark.parametrize("expected", ALL)
def test_bare_digest_is_told_by_its_length(expected: Checksum) -> None:
    assert parse_checksum(f" {expected.digest.upper()}\n") == expected


@pytest.mark.parametrize("prefix", ["sha256:", "SHA256=", "sha-256=", "Sha-256 : "])
def test_checksum_names_its_algorithm(prefix: str) -> None:
    assert parse_checksum(prefix + SHA256.digest) == SHA256


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "A checksum looks like sha256:9f86d081…, its digest in hexadecimal."),
        ("sha256:xyz", "A checksum looks like sha256:9f86d081…, its digest in hexadecimal."),
        ("a" * 500, "A checksum looks like sha256:9f86d081…, its digest in hexadecimal."),
        (
            "crc32:cafebabe",
            "crc32 is no checksum known here. Give one of md5, sha1, sha256 or sha512.",
        ),
        (
            "cafebabe",
            "8 letters are no checksum known here. Give one of md5, sha1, sha256 or sha512.",
        ),
        ("sha1:cafebabe", "The digest has 8 letters; one of sha1 has 40. Copy it whole."),
    ],
)
def test_what_is_no_checksum_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_checksum(text, field="checksum")

    assert (caught.value.message, caught.value.field) == (message, "checksum")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Repr-Digest", f"sha-256=:{coded(SHA256)}:"),
        ("repr-digest", f"sha-256=:{coded(SHA256)}:;note=1"),
        ("Repr-Digest", f"unknown=:AAAA:, sha-256=:{coded(SHA256).rstrip('=')}: "),
        ("Digest", f"SHA-256={coded(SHA256)}"),
        ("DIGEST", f"unixsum=30637,sha-256={coded(SHA256)};q=0.3"),
    ],
)
def test_answer_promises_what_the_whole_comes_to(name: str, value: str) -> None:
    assert promised({name: value}) == (SHA256,)
    assert promised_content({name: value}) == ()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Content-MD5", coded(MD5), MD5),
        ("content-md5", f" {coded(MD5)} ", MD5),
        ("Content-Digest", f"sha-512=:{coded(SHA512)}:", SHA512),
    ],
)
def test_answer_promises_what_its_bytes_come_to(name: str, value: str, expected: Checksum) -> None:
    assert promised_content({name: value}) == (expected,)
    assert promised({name: value}) == ()


def test_strongest_promise_comes_first() -> None:
    values = f"md5={coded(MD5)}, sha={coded(SHA1)}, SHA-512={coded(SHA512)}"

    assert promised({"Digest": values}) == (SHA512, SHA1, MD5)


def test_fields_sent_several_times_are_one_list() -> None:
    headers = CIMultiDict(
        [("repr-digest", f"sha=:{coded(SHA1)}:"), ("Repr-Digest", f"sha-256=:{coded(SHA256)}:")]
    )

    assert promised(headers) == (SHA256, SHA1)


def test_newer_field_counts_where_the_older_says_otherwise() -> None:
    other = b64encode(bytes(32)).decode()
    headers = {"Repr-Digest": f"sha-256=:{coded(SHA256)}:", "Digest": f"sha-256={other}"}

    assert promised(headers) == (SHA256,)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sha-256",
        "sha-256=::",
        "sha-256=:AAAA:",
        f"sha-256=:{SHA256.digest}:",
        f"sha-256={coded(SHA256)}",
        f"sha-256=:{coded(SHA256)}",
        f"sha-256=:{coded(SHA256)[:-2]}=é:",
        f"crc32c=:{coded(SHA256)}:",
        "," * 100_000,
    ],
)
def test_malformed_promise_is_none(value: str) -> None:
    assert promised({"Repr-Digest": value}) == ()
    assert promised_content({"Content-Digest": value, "Content-MD5": value}) == ()


@given(st.text())
def test_any_field_is_read(value: str) -> None:
    headers = {"Repr-Digest": value, "Digest": value, "Content-MD5": value}

    assert promised(headers) == ()
    assert promised_content(headers) == ()


def test_several_algorithms_go_over_the_same_bytes() -> None:
    hasher = Hasher([Algorithm.SHA256, Algorithm.MD5, Algorithm.SHA256])

    hasher.update(b"con")
    hasher.update(memoryview(bytearray(b"tent")))

    assert hasher.digests() == {Algorithm.SHA256: SHA256.digest, Algorithm.MD5: MD5.digest}


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 0), (0, 7), (3, 2 * READ_SIZE), (READ_SIZE - 1, READ_SIZE + 1), (0, 3 * READ_SIZE)],
)
def test_part_of_a_file_is_digested(tmp_path: Path, start: int, end: int) -> None:
    content = bytes(range(251)) * (3 * READ_SIZE // 251 + 1)
    path = tmp_path / "file"
    path.write_bytes(content)

    with path.open("rb") as file:
        found = digest_file(file.fileno(), start, end, [Algorithm.SHA1], Event())

    expected = hashlib.sha1(content[start:end]).hexdigest()  # noqa: S324
    assert found == {Algorithm.SHA1: expected}


def test_file_that_is_too_short_is_fetched_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")

    with path.open("rb") as file, pytest.raises(FetchFailed) as caught:
        digest_file(file.fileno(), 0, 10, [Algorithm.MD5], Event())

    assert caught.value.message == "The file on the disk ends 3 bytes early. Fetch it again."
    assert (caught.value.code, caught.value.temporary) == (ErrorCode.INCOMPLETE, True)


def test_abandoned_file_comes_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    abandoned = Event()
    abandoned.set()

    with path.open("rb") as file:
        found = digest_file(file.fileno(), 0, 7, [Algorithm.MD5], abandoned)

    assert found == {}
    assert mismatch([MD5], found) == MD5


def test_first_checksum_that_differs_is_told() -> None:
    found = {Algorithm.SHA256: SHA256.digest, Algorithm.MD5: "0" * 32}

    assert mismatch([SHA256, MD5], found) == MD5
    assert mismatch([SHA256], found) is None
    assert mismatch([], found) is None
