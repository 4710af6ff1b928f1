"""Levels, from the least important on, and which of them are kept."""

import logging
from collections.abc import Iterator

import pytest

from services.logs.levels import FOREIGN, LogLevel, level_of, set_threshold, threshold


@pytest.fixture(autouse=True)
def levels() -> Iterator[None]:
    loggers = [logging.getLogger(), *map(logging.getLogger, FOREIGN)]
    before = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def test_success_stands_between_info_and_warning() -> None:
    numbers = [level.number for level in LogLevel]

    assert numbers == sorted(numbers)
    assert list(LogLevel)[1:4] == [LogLevel.INFO, LogLevel.SUCCESS, LogLevel.WARNING]


@pytest.mark.parametrize("level", list(LogLevel))
def test_threshold_is_what_was_set(level: LogLevel) -> None:
    set_threshold(level)

    assert threshold() is level
    assert logging.getLogger("asyncio").getEffectiveLevel() == max(30, level.number)


@pytest.mark.parametrize(
    ("number", "level"), [(0, "DEBUG"), (15, "DEBUG"), (27, "SUCCESS"), (99, "CRITICAL")]
)
def test_number_of_a_library_is_the_level_below(number: int, level: str) -> None:
    assert level_of(number) == level
