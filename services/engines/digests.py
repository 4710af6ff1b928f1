"""Checksums: how they are written, what an answer promises, and what a file comes to."""

import hashlib
import os
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping, Sequence
from threading import Event

from services.engines.options import Algorithm, Checksum
from services.errors import ErrorCode, FetchFailed, InvalidInput

LETTERS = {  # of a digest in hexadecimal
    Algorithm.SHA512: 128,
    Algorithm.SHA256: 64,
    Algorithm.SHA1: 40,
    Algorithm.MD5: 32,
}
STRENGTH = tuple(LETTERS)  # the strongest first
NAMES = {
    "md5": Algorithm.MD5,
    "sha": Algorithm.SHA1,
    "sha1": Algorithm.SHA1,
    "sha256": Algorithm.SHA256,
    "sha512": Algorithm.SHA512,
}
GIVEN = re.compile(r"(?:([a-z0-9-]{1,16})\s*[:=]\s*)?([0-9a-f]{1,256})", re.IGNORECASE)
STRUCTURED = re.compile(r"([a-z*][a-z0-9_.*-]{0,31})=:([A-Za-z0-9+/=]{1,200}):")  # RFC 9651
LISTED = re.compile(r"([A-Za-z0-9-]{1,32})=([A-Za-z0-9+/=]{1,200})")  # RFC 3230
LONGEST_HEADER = 4096  # letters; no list of digests needs more
READ_SIZE = 1 << 20  # bytes


def algorithm_named(name: str) -> Algorithm | None:
    """Return the algorithm that `sha-256`, `SHA256` and the like stand for."""
    return NAMES.get(name.strip().lower().replace("-", ""))


def checksum(algorithm: Algorithm, digest: str) -> Checksum | None:
    """Return the checksum with the hexadecimal `digest`, or None if it cannot be one."""
    digest = digest.strip().lower()
    is_whole = len(digest) == LETTERS[algorithm] and set(digest) <= set("0123456789abcdef")
    return Checksum(algorithm, digest) if is_whole else None


def parse_checksum(text: str, *, field: str | None = None) -> Checksum:
    """Return the checksum in `sha256:…`, `sha-256=…` or a bare digest, told by its length.

    Raises `InvalidInput` about the argument `field`.
    """
    match = GIVEN.fullmatch(text.strip())
    if match is None:
        message = "A checksum looks like sha256:9f86d081…, its digest in hexadecimal."
        raise InvalidInput(message, field=field)
    name, digest = match.groups()
    algorithm = algorithm_named(name) if name else _algorithm_by_length(digest)
    if algorithm is None:
        what = f"{name} is" if name else f"{len(digest)} letters are"
        message = f"{what} no checksum known here. Give one of md5, sha1, sha256 or sha512."
        raise InvalidInput(message, field=field)
    found = checksum(algorithm, digest)
    if found is None:
        message = (
            f"The digest has {len(digest)} letters; one of {algorithm.lower()} has "
            f"{LETTERS[algorithm]}. Copy it whole."
        )
        raise InvalidInput(message, field=field)
    return found


def _algorithm_by_length(digest: str) -> Algorithm | None:
    return next((known for known in STRENGTH if LETTERS[known] == len(digest)), None)


def promised(headers: Mapping[str, str]) -> tuple[Checksum, ...]:
    """Return what an answer says that the whole representation comes to, the strongest first.

    Reads `Repr-Digest` (RFC 9530) and the older `Digest` (RFC 3230). Both are of the bytes
    with their content coding, whatever range of them is sent. What is malformed is ignored.
    """
    found = _of_list(headers, "Digest", LISTED) | _of_list(headers, "Repr-Digest", STRUCTURED)
    return _by_strength(found)


def promised_content(headers: Mapping[str, str]) -> tuple[Checksum, ...]:
    """Return what an answer says that the bytes in it come to, the strongest first.

    Reads `Content-Digest` (RFC 9530) and the older `Content-MD5` (RFC 1864). In a 206 answer
    they are of the part. What is malformed is ignored.
    """
    found: dict[Algorithm, Checksum] = {}
    for value in _values(headers, "Content-MD5"):
        if (old := _decoded(Algorithm.MD5, value.strip())) is not None:
            found[Algorithm.MD5] = old
    return _by_strength(found | _of_list(headers, "Content-Digest", STRUCTURED))


def _of_list(
    headers: Mapping[str, str], name: str, member: re.Pattern[str]
) -> dict[Algorithm, Checksum]:
    """Return the checksums in a list of `name=digest`; the last of a kind counts (RFC 9651)."""
    found: dict[Algorithm, Checksum] = {}
    for value in _values(headers, name):
        for item in value[:LONGEST_HEADER].split(","):
            match = member.fullmatch(item.partition(";")[0].strip())
            algorithm = algorithm_named(match[1]) if match else None
            if match is None or algorithm is None:
                continue
            if (given := _decoded(algorithm, match[2])) is not None:
                found[algorithm] = given
    return found


def _values(headers: Mapping[str, str], name: str) -> list[str]:
    return [value for key, value in headers.items() if key.lower() == name.lower()]


def _decoded(algorithm: Algorithm, text: str) -> Checksum | None:
    """Return the checksum whose digest is `text` in base64; padding may be missing."""
    try:
        digest = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (Base64Error, ValueError):  # the latter where there are letters beyond ASCII
        return None
    return checksum(algorithm, digest.hex())


def _by_strength(found: Mapping[Algorithm, Checksum]) -> tuple[Checksum, ...]:
    return tuple(found[algorithm] for algorithm in STRENGTH if algorithm in found)


class Hasher:
    """Several algorithms over the same bytes."""

    def __init__(self, algorithms: Iterable[Algorithm]) -> None:
        # MD5 and SHA-1 find accidents, not attackers; a host in FIPS mode lets them for that.
        self._hashes = {
            algorithm: hashlib.new(algorithm.lower(), usedforsecurity=False)
            for algorithm in dict.fromkeys(algorithms)
        }

    @property
    def algorithms(self) -> frozenset[Algorithm]:
        """What is made."""
        return frozenset(self._hashes)

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Take the bytes that come next."""
        for made in self._hashes.values():
            made.update(data)

    def digests(self) -> dict[Algorithm, str]:
        """Return what all bytes so far come to, in small hexadecimal letters."""
        return {algorithm: made.hexdigest() for algorithm, made in self._hashes.items()}


def digest_file(
    descriptor: int, start: int, end: int, algorithms: Iterable[Algorithm], abandoned: Event
) -> dict[Algorithm, str]:
    """Return what the bytes from `start` up to `end` of an open file come to.

    Blocks: it is for a thread. Stops soon after `abandoned` is set and then returns nothing,
    which matches no checksum. Raises `FetchFailed` where the file ends before `end`.
    """
    hasher = Hasher(algorithms)
    read_into(hasher, descriptor, start, end, abandoned)
    return {} if abandoned.is_set() else hasher.digests()


def read_into(hasher: Hasher, descriptor: int, start: int, end: int, abandoned: Event) -> None:
    """Give `hasher` the bytes from `start` up to `end` of an open file, like `digest_file`."""
    view = memoryview(bytearray(max(0, min(READ_SIZE, end - start))))
    while start < end and not abandoned.is_set():
        count = os.preadv(descriptor, [view[: end - start]], start)
        if count == 0:
            message = f"The file on the disk ends {end - start} bytes early. Fetch it again."
            raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
        hasher.update(view[:count])
        start += count


def mismatch(expected: Sequence[Checksum], found: Mapping[Algorithm, str]) -> Checksum | None:
    """Return the first of `expected` that is not in `found`, be it other or missing there."""
    return next((one for one in expected if found.get(one.algorithm) != one.digest), None)
