"""What stands in FTP URLs and replies (RFC 959, 1738, 3659)."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from yarl import URL

from services.errors import ErrorCode, FetchFailed

TYPE = re.compile(r";type=[aid]$", re.IGNORECASE)
TIME = re.compile(r"([0-9]{14})(?:\.[0-9]{1,9})?")
NEVER = re.compile(rb"[\x00\r\n]")  # what would end a command and begin another
LARGEST = 1 << 62
# RFC 2428, section 3, and RFC 1123, section 4.1.2.6: what stands around the numbers varies.
EPSV = re.compile(r"\((.)\1\1([0-9]{1,5})\1\)")
PASV = re.compile(r"(?:[0-9]{1,3},){4}([0-9]{1,3}),([0-9]{1,3})")


def bytes_as_text(content: bytes) -> str:
    """Return text whose letters stand for the bytes as they are: names have no known coding."""
    return content.decode("latin-1")


def path_of(url: URL) -> str:
    """Return the path of `url` as it is sent: below the folder of the login, `%2F` above it.

    Raises `FetchFailed` where it names no file.
    """
    path = unquote_to_bytes(TYPE.sub("", url.raw_path).removeprefix("/"))
    if NEVER.search(path):
        message = "The path has a line break in it, which FTP cannot ask for. Check the link."
        raise FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False)
    if not path.strip(b"/ ") or path.endswith(b"/"):
        message = "The URL names a folder. Give the URL of a file in it."
        raise FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False)
    return bytes_as_text(path)


def login_text(text: str) -> str:
    """Return a name or password as it is sent; raise `FetchFailed` where it cannot be."""
    content = text.encode()
    if NEVER.search(content):
        message = "The login has a line break in it, which FTP cannot send. Correct it."
        raise FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False)
    return bytes_as_text(content)


def read_size(reply: str) -> int:
    """Return the bytes that a reply to SIZE speaks of; raise `ValueError` for nonsense."""
    text = reply.strip()
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST:
        message = f"no size: {text[:32]}"
        raise ValueError(message)
    return int(text)


def read_epsv(reply: str) -> int:
    """Return the port that a reply to EPSV speaks of; raise `ValueError` for nonsense."""
    match = EPSV.search(reply)
    return _port(int(match[2]) if match else 0)


def read_pasv(reply: str) -> int:
    """Return the port that a reply to PASV speaks of; raise `ValueError` for nonsense.

    The address in it is of no interest.
    """
    match = PASV.search(reply)
    return _port(int(match[1]) << 8 | int(match[2]) if match and int(match[2]) < 256 else 0)


def _port(number: int) -> int:
    if not 0 < number < 1 << 16:
        message = f"no port: {number}"
        raise ValueError(message)
    return number


def read_time(reply: str) -> datetime | None:
    """Return the time that a reply to MDTM speaks of, None for nonsense."""
    match = TIME.fullmatch(reply.strip())
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
