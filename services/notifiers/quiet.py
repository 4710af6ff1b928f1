"""Hours in which somebody does not want to be told, in their own time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.errors import InvalidInput

LONGEST_ZONE = 64  # letters


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` to `end`, minutes after midnight in `zone`; they may go over midnight."""

    begin: int
    end: int
    zone: str

    def end_after(self, at: datetime) -> datetime | None:
        """Return when the quiet hours in which `at` lies are over; None if it lies in none."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        is_over_midnight = self.begin > self.end
        if is_over_midnight:
            is_quiet = minute >= self.begin or minute < self.end
        else:
            is_quiet = self.begin <= minute < self.end
        if not is_quiet:
            return None
        ends_tomorrow = is_over_midnight and minute >= self.begin
        day = local.date() + timedelta(days=1 if ends_tomorrow else 0)
        until = datetime.combine(day, time(*divmod(self.end, 60)), ZoneInfo(self.zone))
        if until.astimezone(UTC) <= at:  # an hour that comes twice: the second is meant
            until = until.replace(fold=1)
        return until.astimezone(UTC)


def quiet_hours(begin: time, end: time, zone: str) -> QuietHours:
    """Return the quiet hours that somebody asked for, or raise `InvalidInput`."""
    if begin.tzinfo or end.tzinfo:
        message = "Give the hours without an offset; there is `timeZone` for that."
        raise InvalidInput(message, field="quietHours.from")
    first, last = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    if first == last:
        message = "Quiet hours end at another time than they begin."
        raise InvalidInput(message, field="quietHours.to")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{zone[:LONGEST_ZONE]!r} is no time zone that this machine knows."
        raise InvalidInput(message, field="quietHours.timeZone") from None
    return QuietHours(first, last, zone)
