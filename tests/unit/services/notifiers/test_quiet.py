"""Quiet hours."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest

from services.errors import InvalidInput
from services.notifiers.quiet import QuietHours, quiet_hours

NIGHT = QuietHours(22 * 60, 7 * 60, "Europe/Vienna")
LUNCH = QuietHours(12 * 60, 13 * 60 + 30, "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        (LUNCH, "2026-06-01T11:59:59", None),
        (LUNCH, "2026-06-01T12:00:00", "2026-06-01T13:30:00"),
        (LUNCH, "2026-06-01T13:29:59", "2026-06-01T13:30:00"),
        (LUNCH, "2026-06-01T13:30:00", None),
        # In summer, Vienna is two hours ahead.
        (NIGHT, "2026-06-01T19:59:59", None),
        (NIGHT, "2026-06-01T20:00:00", "2026-06-02T05:00:00"),
        (NIGHT, "2026-06-02T04:59:59", "2026-06-02T05:00:00"),
        (NIGHT, "2026-06-02T05:00:00", None),
        # The night in which the clocks go forward is an hour shorter, the other an hour longer.
        (NIGHT, "2026-03-28T21:00:00", "2026-03-29T05:00:00"),
        (NIGHT, "2026-10-24T20:00:00", "2026-10-25T06:00:00"),
        # 02:30 comes twice in that night: at 00:30 and at 01:30 UTC.
        (QuietHours(60, 150, "Europe/Vienna"), "2026-10-25T00:10:00", "2026-10-25T00:30:00"),
        (QuietHours(60, 150, "Europe/Vienna"), "2026-10-25T01:10:00", "2026-10-25T01:30:00"),
    ],
)
def test_what_comes_in_them_waits_until_their_end(
    hours: QuietHours, moment: str, end: str | None
) -> None:
    assert hours.end_after(at(moment)) == (None if end is None else at(end))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-06-01"])
def test_end_is_to_come_at_every_minute_of_odd_days(day: str) -> None:
    hours = (NIGHT, QuietHours(90, 150, "Europe/Vienna"), QuietHours(150, 90, "Europe/Vienna"))
    begin = at(f"{day}T00:00:00") - timedelta(hours=12)

    for moment in (begin + timedelta(minutes=n) for n in range(48 * 60)):
        ends = [each.end_after(moment) for each in hours]
        assert all(end is None or moment < end <= moment + timedelta(hours=25) for end in ends)


@pytest.mark.parametrize(
    ("begin", "end", "zone", "field"),
    [
        (time(7), time(7), "UTC", "quietHours.to"),
        (time(7), time(8), "Nowhere/Atall", "quietHours.timeZone"),
        (time(7), time(8), "/etc/passwd", "quietHours.timeZone"),
        (time(7, tzinfo=timezone(timedelta(hours=1))), time(8), "UTC", "quietHours.from"),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    begin: time, end: time, zone: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        quiet_hours(begin, end, zone)

    assert refusal.value.field == field
