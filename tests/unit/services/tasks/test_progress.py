"""How fast a running task goes."""

from dataclasses import replace

import pytest

from services.engines.engine import Meter, Phase
from services.tasks.records import TaskProgress
from services.tasks.running.claim import Claim
from services.tasks.running.progress import Gauge
from services.tasks.states import TaskState
from tests.fakes.clock import FakeClock
from tests.unit.services.tasks.examples import TASK


@pytest.fixture
def meter() -> Meter:
    return Meter(received=100, total=1000, name="film.mkv")


@pytest.fixture
def gauge(meter: Meter, clock: FakeClock) -> Gauge:
    return Gauge(claim=Claim(TASK, "alice", 0), meter=meter, clock=clock)


def test_speed_is_zero_before_it_is_measured(gauge: Gauge, meter: Meter) -> None:
    meter.received = 500

    assert gauge.read().speed == 0


def test_first_measurement_counts_what_came_since_the_start(
    gauge: Gauge, meter: Meter, clock: FakeClock
) -> None:
    meter.received = 400
    clock.advance(2)

    gauge.measure()

    assert gauge.read().speed == 150


def test_later_measurements_weigh_three_tenths(
    gauge: Gauge, meter: Meter, clock: FakeClock
) -> None:
    for received in (300, 800):
        meter.received = received
        clock.advance(1)
        gauge.measure()

    assert gauge.read().speed == 290  # 0.7 * 200 + 0.3 * 500


def test_speed_falls_while_nothing_comes(gauge: Gauge, meter: Meter, clock: FakeClock) -> None:
    meter.received = 1100
    speeds = []
    for _ in range(3):
        clock.advance(1)
        gauge.measure()
        speeds.append(gauge.read().speed)

    assert speeds == [1000, 700, 490]


def test_speed_is_not_negative_when_a_fetch_starts_over(
    gauge: Gauge, meter: Meter, clock: FakeClock
) -> None:
    meter.received = 0
    clock.advance(1)

    gauge.measure()

    assert gauge.read().speed == 0


def test_measuring_twice_at_once_changes_nothing(
    gauge: Gauge, meter: Meter, clock: FakeClock
) -> None:
    meter.received = 400
    clock.advance(1)
    gauge.measure()
    meter.received = 1000

    gauge.measure()

    assert gauge.read().speed == 300


def test_reading_tells_what_the_meter_says(gauge: Gauge, meter: Meter) -> None:
    meter.phase, meter.name, meter.received, meter.total = Phase.PROCESSING, "b.mkv", 900, 2000

    assert gauge.read() == replace(
        TaskProgress.of(TASK),
        phase=Phase.PROCESSING,
        name="b.mkv",
        received=900,
        total=2000,
        error_code=None,
        error_message=None,
    )


def test_reading_speaks_of_a_running_task(gauge: Gauge) -> None:
    assert gauge.read().state is TaskState.RUNNING


def test_news_are_told_once(gauge: Gauge, meter: Meter) -> None:
    first, again = gauge.news(), gauge.news()
    meter.received = 101
    changed = gauge.news()

    assert (first is None, again) == (False, None)
    assert changed is not None
    assert changed.received == 101
