"""Metalinks: one file at several addresses, with what it comes to (RFC 5854)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

# It has no types of its own.
from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]
from yarl import URL

from services.engines.digests import STRENGTH, algorithm_named, checksum
from services.engines.options import Algorithm, Checksum, Pieces
from services.errors import InvalidInput
from services.files.names import safe_name

LARGEST = 1_000_000  # bytes
MOST_FILES = 1000
MOST_URLS = 100  # of a file
MOST_PIECES = 65_536
LARGEST_SIZE = 1 << 62
LONGEST_URL = 8192
SCHEMES = frozenset({"http", "https", "ftp", "ftpes", "ftps", "sftp"})
BLANKS = re.compile(r"[\x00-\x20\x7f\\]")

NAMESPACE = "{urn:ietf:params:xml:ns:metalink}"
NAMESPACE_3 = "{http://www.metalinker.org/}"
LAST_PRIORITY = 999_999  # where none is given (RFC 5854, section 4.2.16.2)
BEST_PREFERENCE = 100  # of version 3, where the highest is the first


@dataclass(frozen=True, slots=True)
class MetalinkFile:
    """One file of a metalink. `size` in bytes, None if it is not said; the best URL first."""

    name: str
    size: int | None
    urls: tuple[str, ...]
    checksums: tuple[Checksum, ...]
    pieces: Pieces | None


def parse_metalink(content: bytes | str) -> tuple[MetalinkFile, ...]:
    """Return the files of a metalink, version 4 (RFC 5854) or 3, that have a URL known here.

    Of a path in a name only the last component is kept, made safe. What is malformed in one
    file (a URL, a digest, a size) is left out. Raises `InvalidInput` where the whole is no
    metalink, is larger than 1 MB, has more than 1,000 files, or none that can be fetched.
    """
    root = _parsed(content)
    if root.tag == f"{NAMESPACE}metalink":
        files, read = root.findall(f"{NAMESPACE}file"), _file
    elif root.tag == f"{NAMESPACE_3}metalink":
        files, read = root.findall(f"{NAMESPACE_3}files/{NAMESPACE_3}file"), _file_3
    else:
        message = "This is XML, but no metalink of version 3 or 4."
        raise InvalidInput(message)
    if len(files) > MOST_FILES:
        message = f"The metalink has {len(files):,} files. At most {MOST_FILES:,} are taken."
        raise InvalidInput(message)
    found = tuple(file for file in map(read, files) if file.urls)
    if not found:
        message = "The metalink names no file with an http, https, ftp, ftps, ftpes or sftp URL."
        raise InvalidInput(message)
    return found


def _parsed(content: bytes | str) -> Element:
    if len(content) > LARGEST:
        message = f"The metalink is larger than {LARGEST:,} bytes."
        raise InvalidInput(message)
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    # Of an encoding that Python does not know, expat says LookupError or ValueError.
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        message = "This is no metalink: it is not well-formed XML, or it defines entities."
        raise InvalidInput(message) from error
    return root


def _file(element: Element) -> MetalinkFile:
    size = _number(element.findtext(f"{NAMESPACE}size"), most=LARGEST_SIZE)
    urls = [
        (_number(url.get("priority"), most=LAST_PRIORITY) or LAST_PRIORITY, _text(url))
        for url in element.findall(f"{NAMESPACE}url")
    ]
    return MetalinkFile(
        name=safe_name(element.get("name", "")),
        size=size,
        urls=_ordered(urls),
        checksums=_checksums(element.findall(f"{NAMESPACE}hash")),
        pieces=_pieces(element.findall(f"{NAMESPACE}pieces"), f"{NAMESPACE}hash", size),
    )


def _file_3(element: Element) -> MetalinkFile:
    size = _number(element.findtext(f"{NAMESPACE_3}size"), most=LARGEST_SIZE)
    urls = [
        (BEST_PREFERENCE - (_number(url.get("preference"), most=BEST_PREFERENCE) or 0), _text(url))
        for url in element.findall(f"{NAMESPACE_3}resources/{NAMESPACE_3}url")
        if url.get("type", "http") in SCHEMES  # "bittorrent" has the URL of a torrent
    ]
    checks = f"{NAMESPACE_3}verification/{NAMESPACE_3}"
    return MetalinkFile(
        name=safe_name(element.get("name", "")),
        size=size,
        urls=_ordered(urls),
        checksums=_checksums(element.findall(f"{checks}hash")),
        pieces=_pieces(element.findall(f"{checks}pieces"), f"{NAMESPACE_3}hash", size),
    )


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _number(text: str | None, *, most: int) -> int | None:
    """Return the whole number from 0 to `most` in `text`, or None."""
    text = (text or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    return int(text) if int(text) <= most else None


def _ordered(urls: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Return the usable URLs, those of the lowest number first, each once."""
    usable = [url for _, url in sorted(urls, key=lambda pair: pair[0]) if _is_usable(url)]
    return tuple(dict.fromkeys(usable))[:MOST_URLS]


def _is_usable(text: str) -> bool:
    """Say whether it is worth trying. A URL with a login in it is not taken from others."""
    if len(text) > LONGEST_URL or BLANKS.search(text):
        return False
    try:
        url = URL(text)
        has_login = url.raw_user is not None or url.raw_password is not None
        return url.scheme in SCHEMES and bool(url.host) and url.port != 0 and not has_login
    except ValueError:
        return False


def _checksums(elements: Iterable[Element]) -> tuple[Checksum, ...]:
    """Return one checksum of each algorithm known here, the strongest first."""
    found: dict[Algorithm, Checksum] = {}
    for element in elements:
        algorithm = algorithm_named(element.get("type", ""))
        given = checksum(algorithm, _text(element)) if algorithm else None
        if given is not None:
            found.setdefault(given.algorithm, given)
    return tuple(found[algorithm] for algorithm in STRENGTH if algorithm in found)


def _pieces(elements: Iterable[Element], hashes: str, size: int | None) -> Pieces | None:
    """Return the pieces by the strongest algorithm, or None if no set of them is sound."""
    sets = [made for element in elements if (made := _piece_set(element, hashes, size))]
    return min(sets, key=lambda made: STRENGTH.index(made.algorithm), default=None)


def _piece_set(element: Element, hashes: str, size: int | None) -> Pieces | None:
    algorithm = algorithm_named(element.get("type", ""))
    length = _number(element.get("length"), most=LARGEST_SIZE)
    if algorithm is None or not length:
        return None
    found = _in_order(element.findall(hashes))
    digests = tuple(_text(one).lower() for one in found)
    is_sound = all(checksum(algorithm, digest) for digest in digests)
    if not digests or not is_sound or len(digests) > MOST_PIECES:
        return None
    if size is not None and len(digests) != -(-size // length):
        return None
    return Pieces(algorithm, length, digests)


def _in_order(elements: list[Element]) -> list[Element]:
    """Return the hashes of pieces, which version 3 numbers and version 4 has in order."""
    numbered = {_number(element.get("piece"), most=MOST_PIECES): element for element in elements}
    if None in numbered:
        return elements if len(numbered) == 1 else []
    is_whole = len(numbered) == len(elements) and set(numbered) == set(range(len(elements)))
    return [numbered[number] for number in range(len(elements))] if is_whole else []
