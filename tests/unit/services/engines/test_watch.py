"""When a server has been too slow for too long."""

from uuid import UUID

import pytest

from services.engines.engine import Job, Meter
from services.engines.options import Options, Patience
from services.engines.rates import Rate
from services.engines.watch import Watch, silence, silent
from services.errors import ErrorCode
from services.files.places import Place


def a_watch(patience: Patience, *limits: int) -> Watch:
    """Return a watch that begins at 100 seconds, with 5000 bytes there."""
    place, options = Place.of("alice", "films"), Options(patience=patience)
    rates = tuple(Rate(limit) for limit in limits)
    job = Job(UUID(int=1), "ftp://a.example/a", place, Meter(), options=options, rates=rates)
    watch = Watch(job)
    watch.begin(100.0, 5000)
    return watch


def test_creeping_server_is_left_after_a_minute() -> None:
    watch = a_watch(Patience())

    early = watch.look(159.0, 5000)
    late = watch.look(160.0, 5000 + 4095)

    assert early is None
    assert late is not None
    assert (late.code, late.temporary) == (ErrorCode.TIMED_OUT, True)
    assert late.message == "Less than 4096 bytes came within 60 seconds."


def test_every_minute_counts_for_itself() -> None:
    watch = a_watch(Patience(lowest_speed=1000))

    first = watch.look(160.0, 65_000)
    second = watch.look(220.0, 65_000 + 59_999)

    assert first is None
    assert second is not None
    assert second.message == "Less than 60000 bytes came within 60 seconds."


@pytest.mark.parametrize(("came", "is_left"), [(92, True), (94, False)])
def test_part_of_a_limit_is_enough(came: int, is_left: bool) -> None:
    watch = a_watch(Patience(lowest_speed=1000), 100)

    assert (watch.look(160.0, 5000 + came) is not None) == is_left


def test_time_of_an_attempt_is_counted_from_its_beginning() -> None:
    watch = a_watch(Patience(total=30))
    watch.begin(120.0, 6000)

    early, late = watch.look(130.0, 6000), watch.look(130.1, 6000)

    assert watch.until == 130.0
    assert early is None
    assert late is not None
    assert late.message == "The download took longer than 30 seconds."


def test_silence_is_as_long_as_the_task_says() -> None:
    assert silence(Patience()) == 60.0
    assert silence(Patience(silence=5)) == 5.0
    assert silent(5.0).message == "Nothing came for 5 seconds."
