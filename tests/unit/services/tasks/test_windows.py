"""Hours of the week in which another speed limit holds."""

from datetime import UTC, datetime, time

import pytest

from services.errors import InvalidInputs
from services.tasks.limits.windows import (
    DAYS,
    NO_SCHEDULE,
    Schedule,
    Weekday,
    Window,
    check_schedule,
    read_schedule,
    write_schedule,
)

NIGHT = Window(frozenset(DAYS), time(23), time(7), None)
OFFICE = Window(
    frozenset({Weekday.MONDAY, Weekday.FRIDAY}), time(9), time(17, 30), 1000
)  # 2026-11-23 is a Monday


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (at(23, 9), True),
        (at(23, 17, 29), True),
        (at(23, 17, 30), False),
        (at(23, 8, 59), False),
        (at(24, 12), False),
        (at(27, 12), True),
    ],
)
def test_window_holds_on_its_days_from_its_begin_to_before_its_end(
    now: datetime, holds: bool
) -> None:
    assert OFFICE.holds(now) is holds


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (at(23, 22, 59), False),
        (at(23, 23), True),
        (at(24, 6, 59), True),
        (at(24, 7), False),
        (at(23, 6), False),
        (at(25, 1), False),
    ],
)
def test_window_over_midnight_belongs_to_the_day_on_which_it_begins(
    now: datetime, holds: bool
) -> None:
    monday_night = Window(frozenset({Weekday.MONDAY}), time(23), time(7), None)

    assert monday_night.holds(now) is holds


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_window_that_ends_when_it_begins_is_a_whole_day(hour: int) -> None:
    assert Window(frozenset(DAYS), time(12), time(12), 1).holds(at(23, hour))


def test_first_window_that_holds_counts() -> None:
    late = Window(frozenset(DAYS), time(16), time(18), 5)
    schedule = Schedule((OFFICE, late), "UTC")

    assert [schedule.limit(at(23, hour), 7) for hour in (8, 16, 17, 18)] == [7, 1000, 1000, 7]
    assert schedule.limit(at(23, 17, 45), 7) == 5


def test_hours_are_those_of_the_time_zone() -> None:
    schedule = Schedule((NIGHT,), "America/New_York")  # five hours behind in November

    assert [schedule.limit(at(23, hour), 7) for hour in (3, 4, 11, 12)] == [7, None, None, 7]


def test_day_on_which_the_clocks_change_has_its_window() -> None:
    schedule = Schedule((Window(frozenset(DAYS), time(2, 30), time(4), 1),), "Europe/Vienna")

    # On 2026-03-29 the hour from 2 to 3 is left out: half past two is half past three.
    assert [
        schedule.limit(datetime(2026, 3, 29, hour, 59, tzinfo=UTC), 7) for hour in (0, 1, 2)
    ] == [
        7,
        1,
        7,
    ]


def test_schedule_comes_back_as_it_was_stored() -> None:
    schedule = Schedule((NIGHT, OFFICE), "Europe/Vienna")

    assert read_schedule(write_schedule(schedule)) == schedule
    assert read_schedule(None) is NO_SCHEDULE


def test_all_that_is_wrong_is_told_at_once() -> None:
    zoned = time(1, tzinfo=UTC)
    windows = (Window(frozenset(DAYS), zoned, time(2), 0),) + (NIGHT,) * 50

    with pytest.raises(InvalidInputs) as caught:
        check_schedule(Schedule(windows, "Middle/Earth"))

    assert [error.field for error in caught.value.errors] == [
        "windows",
        "windows.0.from",
        "windows.0.bytesPerSecond",
        "timeZone",
    ]


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/localtime", "a\0b", ""])
def test_what_is_no_name_of_a_zone_reads_no_file(zone: str) -> None:
    if zone == "":
        check_schedule(Schedule((), zone))  # that of the machine
        return
    with pytest.raises(InvalidInputs):
        check_schedule(Schedule((), zone))
