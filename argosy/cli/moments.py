"""Times as people type them, and how long ago something was."""

import re
from datetime import datetime, time, timedelta

from services import display
from services.errors import InvalidInput

NOW = "now"
IN = re.compile(r"\+(\d{1,6})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_moment(text: str, now: datetime) -> datetime | None:
    """Return the moment that is meant; None is at once.

    `22:30` is the next time that it is so late; what has no zone is told by the clock of `now`.
    Raises `InvalidInput`.
    """
    typed = text.strip()
    if typed.lower() == NOW:
        return None
    if match := IN.fullmatch(typed):
        return now + timedelta(**{UNITS[match[2]]: int(match[1])})
    try:
        if re.fullmatch(r"\d\d?:\d\d", typed):
            return _next(time.fromisoformat(typed.zfill(5)), now)
        moment = datetime.fromisoformat(typed)
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError) as error:
        message = f"{text[:40]!a} is no time; give 22:30, +2h, 2026-12-24 20:15 or now"
        raise InvalidInput(message) from error


def read_expiry(text: str, now: datetime) -> datetime:
    """Return the moment up to which something is good: `90d` is in ninety days.

    Raises `InvalidInput`.
    """
    typed = text.strip().lower()
    after = typed if typed.startswith("+") else f"+{typed}"
    moment = read_moment(after if IN.fullmatch(after) else typed, now)
    if moment is None or moment <= now:
        message = f"{text[:40]!a} is no time that is to come; give 90d, 12h or 2027-01-31"
        raise InvalidInput(message)
    return moment


def age(moment: str, now: datetime) -> str:
    """Return how long ago an ISO time was, in its greatest unit: `5m`."""
    return display.span(max(timedelta(), now - datetime.fromisoformat(moment))).split()[0]


def _next(hour: time, now: datetime) -> datetime:
    today = now.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0, tzinfo=None)
    moment = today.astimezone()
    return moment if moment > now else (today + timedelta(days=1)).astimezone()
