"""What an HTTP answer says about the file in its body (RFC 9110)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aiohttp import ClientResponse
from multidict import CIMultiDictProxy

from services.engines.http.naming import name_from_response
from services.engines.unfinished.journal import Source
from services.errors import ErrorCode, FetchFailed

CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.IGNORECASE)
LARGEST = 1 << 62
LONGEST = 1024  # letters of a header that is kept


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
        etag=_plain(headers.get("ETag")),
        modified=_date(headers.get("Last-Modified")),
        media_type=_plain(headers.get("Content-Type")),
    )


def validator(headers: CIMultiDictProxy[str]) -> str | None:
    """Return what an `If-Range` may carry: a strong ETag, or a strong date.

    A date is strong when the answer was made at least a second after it (section 8.8.2.2).
    """
    if "ETag" in headers:  # with a weak one, no date either (section 13.1.5)
        etag = _plain(headers["ETag"])
        return etag if etag is not None and etag.startswith('"') else None
    text = headers.get("Last-Modified")
    modified, date = _date(text), _date(headers.get("Date"))
    if text is None or modified is None or date is None or not _is_plain(text):
        return None
    return text if date - modified >= timedelta(seconds=1) else None


def _date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, OverflowError):
        return None
    if date is None:
        return None
    try:
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plain(text: str | None) -> str | None:
    return text if text and _is_plain(text) and len(text) <= LONGEST else None


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
