"""How fast a client may send."""

from argosy.http.pace import Pace


def test_burst_is_free() -> None:
    pace = Pace(5.0, burst=10, rate=2)

    pace.spend(10, 5.0)

    assert pace.wait(5.0) == 0


def test_what_is_beyond_the_burst_is_waited_for() -> None:
    pace = Pace(5.0, burst=10, rate=2)

    pace.spend(14, 5.0)

    assert pace.wait(5.0) == 2
    assert pace.wait(6.0) == 1
    assert pace.wait(7.0) == 0


def test_time_gives_back_what_was_spent() -> None:
    pace = Pace(0.0, burst=10, rate=2)

    pace.spend(10, 0.0)
    pace.spend(6, 3.0)

    assert pace.wait(3.0) == 0
    pace.spend(2, 3.0)
    assert pace.wait(3.0) == 1


def test_no_more_is_saved_than_the_burst() -> None:
    pace = Pace(0.0, burst=10, rate=2)

    pace.spend(12, 1000.0)

    assert pace.wait(1000.0) == 1
