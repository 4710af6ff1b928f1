"""What an HTTP answer says about the file in its body (RFC 9110)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from mimetypes import guess_extension

from aiohttp import ClientResponse
from aiohttp.multipart import content_disposition_filename, parse_content_disposition
from multidict import CIMultiDictProxy
from yarl import URL

from services.engines.http.journal import Source
from services.errors import ErrorCode, FetchFailed
from services.files.names import name_from_url, safe_name, split

CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.IGNORECASE)
LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Part:
    """Which bytes a 206 answer carries, and of how many (None if it does not say)."""

    start: int
    end: int  # one past the last
    total: int | None


def describe(response: ClientResponse, url: str) -> Source:
    """Return what a 200 answer says of the file."""
    headers = response.headers
    return Source(
        url=url,
        validator=validator(headers),
        total=content_length(headers),
        name=name_from_response(
            headers.get("Content-Disposition"), headers.get("Content-Type"), response.url
        ),
    )


def name_from_response(disposition: str | None, content_type: str | None, url: URL) -> str:
    """Return the name of a body: from Content-Disposition (RFC 6266), else from its URL."""
    if disposition:
        kind, parameters = parse_content_disposition(disposition)
        if kind and (given := content_disposition_filename(parameters)):
            return safe_name(given)
    name = name_from_url(url)
    if split(name)[1] == "" and content_type:
        kind = content_type.partition(";")[0].strip().lower()
        extension = guess_extension(kind) if kind != "application/octet-stream" else None
        return name + (extension or "")
    return name


def validator(headers: CIMultiDictProxy[str]) -> str | None:
    """Return what an `If-Range` may carry: a strong ETag, or a strong date.

    A date is strong when the answer was made at least a second after it (section 8.8.2.2).
    """
    etag = headers.get("ETag")
    if etag:
        return None if etag.startswith("W/") or not _is_plain(etag) else etag
    modified, date = headers.get("Last-Modified"), headers.get("Date")
    if not modified or not date:
        return None
    try:
        age = parsedate_to_datetime(date) - parsedate_to_datetime(modified)
    except (ValueError, TypeError, OverflowError):
        return None
    if not _is_plain(modified):
        return None
    return modified if age >= timedelta(seconds=1) else None


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def content_length(headers: CIMultiDictProxy[str]) -> int | None:
    """Return how long the body will be, if the answer says so."""
    if "Transfer-Encoding" in headers:
        return None
    text = headers.get("Content-Length")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST:
        message = "The server gives a length that cannot be. Try again later, or elsewhere."
        raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=False)
    return int(text)


def carried_part(headers: CIMultiDictProxy[str]) -> Part | None:
    """Return which bytes a 206 answer carries; None where it does not say, or several parts."""
    match = CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if match is None:
        return None
    start, last, total = match.groups()
    part = Part(int(start), int(last) + 1, None if total == "*" else int(total))
    in_order = part.start < part.end and (part.total is None or part.end <= part.total)
    return part if in_order else None


def refuse_coding(headers: CIMultiDictProxy[str]) -> None:
    """Raise `FetchFailed` if the body is coded, although we asked for it as it is."""
    coding = headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        message = f"The server sends the file coded as {coding[:32]}, which was not asked for."
        raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=False)
