"""How long to wait before the next try."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.retries import delay


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
