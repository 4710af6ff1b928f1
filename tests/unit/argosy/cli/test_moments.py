"""Times as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from argosy.cli.moments import age, read_expiry, read_moment
from services.errors import InvalidInput

NOW = datetime(2026, 2, 6, 21, 30, 15).astimezone()


def test_now_is_at_once() -> None:
    assert read_moment(" NOW", NOW) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [("+90m", timedelta(minutes=90)), ("+2h", timedelta(hours=2)), ("+1d", timedelta(days=1))],
)
def test_span_is_counted_from_now(text: str, span: timedelta) -> None:
    assert read_moment(text, NOW) == NOW + span


@pytest.mark.parametrize(
    ("text", "day", "hour"), [("22:30", 6, 22), ("9:30", 7, 9), ("21:30", 7, 21)]
)
def test_hour_is_the_next_such(text: str, day: int, hour: int) -> None:
    assert read_moment(text, NOW) == datetime(2026, 2, day, hour, 30).astimezone()


def test_time_without_a_zone_is_local() -> None:
    assert read_moment("2026-12-24 20:15", NOW) == datetime(2026, 12, 24, 20, 15).astimezone()


def test_zone_is_kept() -> None:
    assert read_moment("2026-12-24T20:15:00Z", NOW) == datetime(2026, 12, 24, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "+2w", "2026-13-01", "\x1b[31m"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no time; give 22:30"):
        read_moment(text, NOW)


@pytest.mark.parametrize(
    ("text", "span"),
    [("90d", timedelta(days=90)), ("+12H", timedelta(hours=12)), (" 30m ", timedelta(minutes=30))],
)
def test_expiry_is_counted_from_now(text: str, span: timedelta) -> None:
    assert read_expiry(text, NOW) == NOW + span


def test_expiry_may_be_a_date() -> None:
    assert read_expiry("2027-01-31", NOW) == datetime(2027, 1, 31).astimezone()


@pytest.mark.parametrize("text", ["now", "0d", "2026-02-06", "2001-01-01 10:00"])
def test_expiry_is_to_come(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no time that is to come; give 90d"):
        read_expiry(text, NOW)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-5, "0s"), (59, "59s"), (3599, "59m"), (7200, "2h"), (200_000, "2d")]
)
def test_age_has_one_unit(seconds: int, shown: str) -> None:
    moment = NOW - timedelta(seconds=seconds)

    assert age(moment.isoformat(), NOW) == shown
