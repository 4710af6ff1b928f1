"""How long to wait before the next try."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.retries import delay, is_progress


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
