"""Numbers in words, letter by letter as the older systems' documents show them."""

from datetime import timedelta

import pytest

from services import display


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (12_500_000, "12.5 MB"),
        (45_200_000, "45.2 MB"),
        (1_200_000_000, "1.2 GB"),
        (2_500_000_000, "2.5 GB"),
        (125_500_000_000, "125.5 GB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (3_000_000_000_000, "3.0 TB"),
    ],
)
def test_size_has_one_digit_after_the_point(count: int, text: str) -> None:
    assert display.size(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B/s"), (3_500_000, "3.5 MB/s"), (5_200_000, "5.2 MB/s")],
)
def test_speed_is_a_size_each_second(count: int, text: str) -> None:
    assert display.speed(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.4, "0s"),
        (0.6, "1s"),
        (59, "59s"),
        (59.6, "1m 0s"),
        (195, "3m 15s"),
        (330, "5m 30s"),
        (510, "8m 30s"),
        (3600, "1h 0m"),
        (7500, "2h 5m"),
        (7559, "2h 5m"),
        (3 * 86400 + 4 * 3600 + 59 * 60, "3d 4h"),
        (-5, "0s"),
    ],
)
def test_span_has_its_two_greatest_units(seconds: float, text: str) -> None:
    assert display.span(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=61), "1 minute, 1 second"),
        (timedelta(hours=1, seconds=59), "1 hour, 0 minutes"),
        (timedelta(days=1, hours=1), "1 day, 1 hour"),
        (timedelta(days=5, hours=3, minutes=25), "5 days, 3 hours"),
        (timedelta(days=400), "400 days, 0 hours"),
    ],
)
def test_uptime_has_its_two_greatest_units_in_words(time: timedelta, text: str) -> None:
    assert display.uptime(time) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0%"), (45, "45%"), (45.2, "45%"), (45.7, "46%"), (100.0, "100%")]
)
def test_percentage_is_whole(value: float, text: str) -> None:
    assert display.percent(value) == text
