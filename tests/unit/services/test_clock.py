"""The machine's clock."""

from datetime import UTC

from services.clock import SystemClock


def test_time_of_day_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_spans_never_go_back() -> None:
    clock = SystemClock()
    measured = [clock.monotonic() for _ in range(1000)]

    assert measured == sorted(measured)
