"""More connections, for as long as they make a file faster."""

import pytest

from services.engines.http.pace import AGAIN, ENOUGH, FAST, LONGEST, WINDOW, Pace

SPEED = 8 << 20  # bytes a second of one connection


class Line:
    """A file on its way, as a pace sees it: time goes by, bytes come, connections are added."""

    def __init__(self, most: int = 8) -> None:
        self.pace = Pace(most, 0.0)
        self.now = 0.0
        self.received = 0
        self.active = 1

    def go_on(self, speed: int, seconds: float = 1.01 * WINDOW) -> int:
        """Let bytes come for a while; have as many connections as may be, and return them."""
        self.now += seconds
        self.received += round(speed * seconds)
        self.pace.look(self.now, self.received, self.active)
        self.active = self.pace.allowed
        return self.active


def test_connections_double_as_long_as_that_helps() -> None:
    line = Line()

    assert [line.go_on(SPEED * line.active) for _ in range(5)] == [2, 4, 8, 8, 8]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_there_are_never_more_than_allowed(most: int) -> None:
    line = Line(most)

    for _ in range(10):
        line.go_on(SPEED * line.active)

    assert line.active == most


def test_new_ones_may_take_one_look_longer_to_come_up_to_speed() -> None:
    line = Line()

    assert [line.go_on(speed) for speed in (SPEED, SPEED, 2 * SPEED)] == [2, 2, 4]


def test_those_that_do_not_help_are_given_up() -> None:
    line = Line()

    assert [line.go_on(SPEED) for _ in range(5)] == [2, 2, 1, 1, 1]


def test_more_are_tried_again_after_a_while_and_then_after_twice_as_long() -> None:
    line = Line()
    for _ in range(3):
        line.go_on(SPEED)

    waits = []
    for _ in range(8):
        waits.append(_seconds_until_more(line))
        line.go_on(SPEED)
        line.go_on(SPEED)

    assert waits[:3] == pytest.approx([AGAIN, 2 * AGAIN, 4 * AGAIN], abs=3 * WINDOW)
    assert waits[-1] == pytest.approx(LONGEST, abs=3 * WINDOW)


def _seconds_until_more(line: Line) -> float:
    began = line.now
    while line.go_on(SPEED) == 1:
        pass
    return line.now - began


@pytest.mark.parametrize("speed", [FAST * 1.1, FAST * 4])
def test_fast_connection_stays_alone(speed: float) -> None:
    line = Line()

    assert [line.go_on(int(speed)) for _ in range(4)] == [1] * 4


def test_short_look_says_nothing() -> None:
    assert Line().go_on(SPEED, WINDOW / 2) == 1


def test_few_bytes_say_nothing_until_much_time_has_passed() -> None:
    line = Line()
    speed = int(ENOUGH / WINDOW / 20)

    assert [line.go_on(speed) for _ in range(9)] == [1] * 9
    assert line.go_on(speed) == 2


def test_what_was_there_before_is_no_speed() -> None:
    pace = Pace(8, 0.0, received=1 << 40)

    pace.look(1.0, (1 << 40) + ENOUGH, 1)

    assert pace.speed == ENOUGH


def test_nothing_is_added_where_nobody_is_at_work() -> None:
    line = Line()
    line.active = 0

    assert line.go_on(SPEED) == 1


def test_server_that_refuses_gets_no_more() -> None:
    line = Line()
    line.go_on(SPEED)

    line.pace.refuse(1)

    assert [line.go_on(SPEED * 2) for _ in range(4)] == [1] * 4


def test_one_connection_is_always_allowed() -> None:
    pace = Pace(8, 0.0)

    pace.refuse(0)

    assert (pace.most, pace.allowed) == (1, 1)
