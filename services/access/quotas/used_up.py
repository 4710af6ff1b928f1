"""Quotas that are used up: what is said of each, and when to come back."""

from datetime import UTC, datetime, time, timedelta

from services import display
from services.access.quotas.tiers import Tier
from services.errors import QuotaExceeded

LATER = timedelta(minutes=1)  # when it is worth asking again where no time is known


def no_downloads(tier: Tier, added: int, asked: int, now: datetime) -> QuotaExceeded:
    """Return the error that says that so many downloads are too many today."""
    what = f"{tier.downloads_per_day} downloads a day; {added} are used and {asked} were asked for"
    return _until_midnight(tier, what, now)


def midnight_after(now: datetime) -> datetime:
    """Return the next midnight of UTC: then the quotas of a day begin anew."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def spent(tier: Tier, received: int, now: datetime) -> QuotaExceeded:
    """Return the error that says that no more bytes may come in today."""
    allowed = display.size(tier.bytes_per_day or 0)
    return _until_midnight(tier, f"{allowed} a day; {display.size(received)} have come in", now)


def full(tier: Tier, stored: int) -> QuotaExceeded:
    """Return the error that says that no more bytes may lie there."""
    message = (
        f"The tier {tier.name} allows files of {display.size(tier.stored_bytes or 0)} together; "
        f"with what is on its way there are {display.size(stored)}. Remove tasks with their files."
    )
    return QuotaExceeded(message, retry_after=LATER)


def _until_midnight(tier: Tier, what: str, now: datetime) -> QuotaExceeded:
    resets_at = midnight_after(now)
    message = (
        f"The tier {tier.name} allows {what}. It begins anew at {resets_at:%Y-%m-%d %H:%M} UTC."
    )
    return QuotaExceeded(message, retry_after=resets_at - now)


def too_many_tasks(tier: Tier) -> QuotaExceeded:
    """Return the error that says that no more tasks may wait or run."""
    message = (
        f"The tier {tier.name} allows {tier.tasks_at_once} tasks at once that are not finished. "
        "Wait until some are, or cancel some."
    )
    return QuotaExceeded(message, retry_after=LATER)


def together(refusals: list[QuotaExceeded]) -> QuotaExceeded:
    """Return one error that says all."""
    message = " ".join(refusal.message for refusal in refusals)
    return QuotaExceeded(message, retry_after=max(refusal.retry_after for refusal in refusals))
