"""Hours of the week in which another speed limit holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.errors import ArgosyError, InvalidInput, InvalidInputs

MOST_WINDOWS = 50
GREATEST = 1 << 53  # bytes a second


class Weekday(StrEnum):
    """A day of the week, in the order of `datetime.weekday`."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


DAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class Window:
    """From `begin` to `end` on each of `days`; one that ends no later than it begins ends the day
    after, at that time.

    `limit` is bytes a second; None is none.
    """

    days: frozenset[Weekday]
    begin: time
    end: time
    limit: int | None

    def holds(self, local: datetime) -> bool:
        """Whether this is the hour of it; `local` is the time where the schedule is kept."""
        today, now = DAYS[local.weekday()], local.time()
        yesterday = DAYS[(local - timedelta(days=1)).weekday()]
        if self.begin < self.end:
            return today in self.days and self.begin <= now < self.end
        return (today in self.days and now >= self.begin) or (
            yesterday in self.days and now < self.end
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """Windows, the first that holds counts, in a time zone (None: that of the machine)."""

    windows: tuple[Window, ...] = ()
    zone: str | None = None

    def limit(self, now: datetime, usual: int | None) -> int | None:
        """Return what holds at `now`: the limit of a window, or else the usual one."""
        local = now.astimezone(ZoneInfo(self.zone) if self.zone else None)
        found = (window.limit for window in self.windows if window.holds(local))
        return next(found, usual)


NO_SCHEDULE = Schedule()


def check_schedule(schedule: Schedule) -> None:
    """Raise `InvalidInputs` with one error for each part that makes no sense."""
    errors: list[ArgosyError] = []
    if len(schedule.windows) > MOST_WINDOWS:
        errors.append(InvalidInput(f"Give up to {MOST_WINDOWS} windows.", field="windows"))
    for position, window in enumerate(schedule.windows[:MOST_WINDOWS]):
        errors += _wrong(window, f"windows.{position}")
    try:
        ZoneInfo(schedule.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{(schedule.zone or '')[:64]!r} is no time zone that this machine knows."
        errors.append(InvalidInput(message, field="timeZone"))
    if errors:
        raise InvalidInputs(errors)


def _wrong(window: Window, name: str) -> Sequence[ArgosyError]:
    errors: list[ArgosyError] = []
    if window.begin.tzinfo or window.end.tzinfo:
        message = "Give the hours without an offset; the schedule has a time zone."
        errors.append(InvalidInput(message, field=f"{name}.from"))
    if window.limit is not None and not 0 < window.limit <= GREATEST:
        message = "Give a limit of 1 byte a second or more, or null for none."
        errors.append(InvalidInput(message, field=f"{name}.bytesPerSecond"))
    return errors


def write_schedule(schedule: Schedule) -> dict[str, object]:
    """Return the document for storage."""
    return {
        "zone": schedule.zone,
        "windows": [
            {
                "days": sorted(window.days),
                "begin": window.begin.isoformat(),
                "end": window.end.isoformat(),
                "limit": window.limit,
            }
            for window in schedule.windows
        ],
    }


def read_schedule(document: Any) -> Schedule:
    """Return the schedule in a document that `write_schedule` gave; none for anything else."""
    if not isinstance(document, dict):
        return NO_SCHEDULE
    windows = (
        Window(
            days=frozenset(map(Weekday, window["days"])),
            begin=time.fromisoformat(window["begin"]),
            end=time.fromisoformat(window["end"]),
            limit=window["limit"],
        )
        for window in document["windows"]
    )
    return Schedule(tuple(windows), document["zone"])
