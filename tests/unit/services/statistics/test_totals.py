"""What sums say."""

import pytest

from services.statistics.totals import Totals


@pytest.mark.parametrize(
    ("count", "milliseconds", "speed"),
    [(0, 0, 0), (5_000_000, 0, 0), (5_000_000, 1000, 5_000_000), (1, 3, 333), (0, 1000, 0)],
)
def test_average_speed_is_over_the_time_spent_transferring(
    count: int, milliseconds: int, speed: int
) -> None:
    totals = Totals(downloads=1, today=1, failures=0, bytes=count, milliseconds=milliseconds)

    assert totals.average_speed == speed
