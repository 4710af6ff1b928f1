"""How long to wait before the next try."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.engines.engine import Meter
from services.tasks.running.retries import count, delay, is_progress


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (8, 256), (9, 300), (10, 300), (1_000_000, 300)],
)
def test_wait_doubles_up_to_five_minutes(failures: int, seconds: float) -> None:
    assert delay(failures, spread=1) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("spread", "seconds"), [(0, 4), (0.5, 6), (1, 8)])
def test_spread_moves_the_wait_between_half_and_all_of_it(spread: float, seconds: float) -> None:
    assert delay(3, spread=spread) == timedelta(seconds=seconds)


@given(failures=st.integers(min_value=1, max_value=100))
def test_chance_keeps_the_wait_within_its_bounds(failures: int) -> None:
    least, most = delay(failures, spread=0), delay(failures, spread=1)

    assert least <= delay(failures) <= most


def test_first_wait_is_the_one_that_was_asked_for() -> None:
    waits = [delay(failures, first=10, spread=1).total_seconds() for failures in (1, 2, 3, 9)]

    assert waits == [10, 20, 40, 300]


def test_no_wait_is_taken_where_none_is_wanted() -> None:
    assert delay(5, first=0) == timedelta()


@pytest.mark.parametrize(
    ("asked", "spread", "seconds"),
    [(1, 0, 1), (60, 0, 60), (60, 1, 65), (3600, 0, 3600), (86_400, 0, 3600)],
)
def test_wait_is_no_shorter_than_the_other_side_asks_for(
    asked: int, spread: float, seconds: float
) -> None:
    assert delay(1, asked=timedelta(seconds=asked), spread=spread) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("before", "now", "total", "expected"),
    [
        (0, 0, None, False),
        (0, 65_535, None, False),
        (0, 65_536, None, True),
        (100, 100, 200, False),
        (100, 199, 200, False),
        (100, 200, 200, True),
        (200, 200, 200, False),
        (5000, 0, 10_000, False),
        (0, 65_536, 1 << 40, True),
    ],
)
def test_progress_is_64_kib_or_all_that_was_missing(
    before: int, now: int, total: int | None, expected: bool
) -> None:
    assert is_progress(before, now, total) is expected


@pytest.mark.parametrize(
    ("mark", "came", "expected"),
    [
        (0, [100_000], (1, 500_000)),
        (480_000, [545_535], (6, 480_000)),
        (480_000, [545_536], (1, 545_536)),
        (500_000, [0, 499_999], (6, 500_000)),
        (500_000, [0, 565_536], (1, 565_536)),
        (500_000, [565_536, 0, 10], (1, 565_536)),
        (900_000, [565_536], (5, 900_000)),
        (900_000, [565_535], (6, 900_000)),
        (900_000, [0, 565_536], (6, 900_000)),
        (900_000, [965_535], (5, 900_000)),
        (900_000, [965_536], (1, 965_536)),
    ],
)
def test_only_progress_beyond_the_mark_begins_the_count_anew(
    mark: int, came: list[int], expected: tuple[int, int]
) -> None:
    meter = Meter(received=500_000)
    for received in came:
        meter.received = received

    assert count(5, meter, began=500_000, mark=mark) == expected


def test_small_progress_adds_up() -> None:
    failures, mark = 0, 0
    counts = []
    for began in range(0, 90_000, 9_000):
        meter = Meter(received=began)
        meter.received = began + 9_000
        failures, mark = count(failures, meter, began=began, mark=mark)
        counts.append(failures)

    assert counts == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3]


def test_there_is_never_less_than_one_failure() -> None:
    meter = Meter(received=100)
    meter.received = 100_000

    assert count(0, meter, began=100, mark=1_000_000) == (1, 1_000_000)
