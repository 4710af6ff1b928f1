"""When a server has been too slow for too long."""

import pytest

from services.engines.options import Patience
from services.engines.watch import Watch
from services.errors import ErrorCode, FetchFailed


def test_creeping_server_is_left_after_a_minute() -> None:
    watch = Watch(Patience())
    watch.count(4000, 59.0)

    with pytest.raises(FetchFailed) as caught:
        watch.count(95, 1.0)

    assert caught.value.code is ErrorCode.TIMED_OUT
    assert caught.value.message == "Less than 4096 bytes came within 60 seconds."


def test_every_minute_counts_for_itself() -> None:
    watch = Watch(Patience(lowest_speed=1000))
    watch.count(60_000, 60.0)
    watch.count(59_999, 59.0)

    with pytest.raises(FetchFailed) as caught:
        watch.count(0, 1.0)

    assert caught.value.message == "Less than 60000 bytes came within 60 seconds."


def test_silence_is_as_long_as_the_task_says() -> None:
    assert Watch(Patience()).silence == 60.0
    assert Watch(Patience(silence=5)).silent().message == "Nothing came for 5 seconds."
