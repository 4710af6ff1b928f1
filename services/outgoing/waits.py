"""For how long a server wants to be left alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = timedelta(hours=1)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """Return how long a server wants to be left alone (RFC 9110, section 10.2.3).

    At most `LONGEST_RETRY_AFTER`; None where it does not say, or nothing that makes sense. A
    time of day is compared with the server's own, where it tells it: clocks differ.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        # Of a number with more digits, the first are enough to say that it is too long.
        return min(timedelta(seconds=int(text[:9])), LONGEST_RETRY_AFTER)
    until = _moment(text)
    if until is None:
        return None
    since = _moment(headers.get("Date", "")) or now or datetime.now(UTC)
    return min(max(until - since, timedelta()), LONGEST_RETRY_AFTER)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
