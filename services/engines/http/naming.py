"""How a server names a body: Content-Disposition (RFC 6266), read as browsers do, else the URL.

Servers send far more than the grammar allows; whatever comes, the name is safe.
"""

import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header
from mimetypes import MimeTypes
from urllib.parse import unquote_to_bytes

from yarl import URL

from services.files.names import name_from_url, safe_name, shortened, split

LONGEST_HEADER = 16384  # letters; the rest is not read
MOST_CONTINUATIONS = 64
ITEM = re.compile(r'(?:[^;"]++|"(?:[^"\\]|\\.?)*+(?:"|$))+', re.DOTALL)
QUOTED = re.compile(r'"((?:[^"\\]|\\.?)*+)', re.DOTALL)
ESCAPED = re.compile(r'\\(["\\])')
ESCAPED_BYTE = re.compile(r"[\udc80-\udcff]")  # no UTF-8; as aiohttp reads headers
STRAY = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")  # halves of letters that no byte becomes
BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
ENCODED_WORD = re.compile(r"=\?[^?\s]{1,40}\?[BbQq]\?[^?\s]*\?=")
# Of the codecs that Python has, some are slow and some give no text at all.
CHARSET = re.compile(
    r"utf-?8|us-ascii|iso-?8859-[0-9]{1,2}|windows-[0-9]{3,4}|koi8-[ru]|shift_jis|euc-(jp|kr)"
    r"|gbk|gb2312|gb18030|big5",
    re.IGNORECASE,
)
BUILT_IN = MimeTypes()  # not what the machine adds to it: a name is the same everywhere
PREFERRED = {
    "application/gzip": ".gz",
    "application/ogg": ".ogg",
    "application/vnd.rar": ".rar",
    "application/x-7z-compressed": ".7z",
    "application/x-bittorrent": ".torrent",
    "application/x-bzip2": ".bz2",
    "application/x-gzip": ".gz",
    "application/x-rar-compressed": ".rar",
    "application/x-xz": ".xz",
    "application/x-zip-compressed": ".zip",
    "application/epub+zip": ".epub",
    "application/xml": ".xml",
    "application/zstd": ".zst",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "image/avif": ".avif",
    "image/webp": ".webp",
    "video/mpeg": ".mpg",
    "video/ogg": ".ogv",
    "video/x-flv": ".flv",
    "video/x-matroska": ".mkv",
}


def name_from_response(disposition: str | None, content_type: str | None, url: URL) -> str:
    """Return a safe name for a body: what Content-Disposition gives, else one from its URL.

    A name that the server gives stays as it is: `README` is not meant to be `README.txt`. One
    from the URL that has no extension gets that of the content type.
    """
    if disposition and (given := given_name(disposition)):
        # Cut first: what makes it safe cuts, too, and keeps no extension.
        return safe_name(shortened(given.replace("\\", "/").rsplit("/", 1)[-1]))
    name = name_from_url(url)
    return name if split(name)[1] else shortened(name + _extension(content_type))


def _extension(content_type: str | None) -> str:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind == "application/octet-stream":  # it says nothing
        return ""
    return PREFERRED.get(kind) or BUILT_IN.guess_extension(kind) or ""


def given_name(disposition: str) -> str | None:
    """Return the name in a Content-Disposition as it was meant, not yet safe; None: no name."""
    found = _parameters(STRAY.sub("_", disposition[:LONGEST_HEADER]))
    extended = _extended(found.get("filename*", ""))
    return extended or _continued(found) or _plain(found.get("filename", "")) or None


def _parameters(disposition: str) -> dict[str, str]:
    """Return the parameters by their names in small letters; the first of a name counts."""
    found: dict[str, str] = {}
    for item in ITEM.findall(disposition):
        name, sign, value = item.partition("=")
        if sign:
            found.setdefault(name.strip().lower(), _unquoted(value.strip()))
    return found


def _unquoted(value: str) -> str:
    """Return what a quoted value holds. A backslash before a letter is one of Windows' paths."""
    match = QUOTED.match(value)
    return ESCAPED.sub(r"\1", match[1]) if match else value


def _extended(value: str) -> str:
    """Return what `UTF-8'en'%e2%82%ac` stands for (RFC 8187); empty if it is malformed."""
    charset, _, rest = value.partition("'")
    _, mark, text = rest.partition("'")
    if not mark or BAD_PERCENT.search(text):
        return ""
    with suppress(UnicodeError):
        return _decoded(unquote_to_bytes(text), charset)
    return ""


def _decoded(content: bytes, charset: str) -> str:
    """Return `content` as text; raises `UnicodeError` where it, or `charset`, is none."""
    with suppress(LookupError):
        if CHARSET.fullmatch(charset or "utf-8"):
            return content.decode(charset or "utf-8")
    message = "no charset that names are written in"
    raise UnicodeError(message)


def _continued(found: dict[str, str]) -> str:
    """Return the name that comes in pieces, `filename*0=a; filename*1*=%20b` (RFC 2231)."""
    charset, content = "", b""
    for number in range(MOST_CONTINUATIONS):
        coded, bare = found.get(f"filename*{number}*"), found.get(f"filename*{number}")
        if coded is None and bare is None:
            break
        if coded is not None and number == 0:
            charset, _, rest = coded.partition("'")
            coded = rest.partition("'")[2]
        content += _bytes(bare or "") if coded is None else unquote_to_bytes(_bytes(coded))
    with suppress(UnicodeError):
        return _decoded(content, charset)
    return ""


def _bytes(text: str) -> bytes:
    """Return the bytes that came: what is no UTF-8 in a header arrives as surrogates."""
    return text.encode("utf-8", "surrogateescape")


def _plain(value: str) -> str:
    """Return what a plain `filename` stands for: raw bytes of some encoding, or RFC 2047."""
    if value.isascii():
        return _words(value) if ENCODED_WORD.search(value) else value
    if ESCAPED_BYTE.search(value):
        return _bytes(value).decode("cp1252", "ignore")
    # Latin-1 that reads as UTF-8 too was UTF-8 before somebody took it for Latin-1.
    with suppress(UnicodeError):
        return value.encode("latin-1").decode()
    return value


def _words(value: str) -> str:
    """Return `=?UTF-8?B?…?=` as text (RFC 2047); as it is where it is malformed."""
    with suppress(HeaderParseError, UnicodeError):
        return "".join(
            piece if isinstance(piece, str) else _decoded(piece, charset or "us-ascii")
            for piece, charset in decode_header(value)
        )
    return value
