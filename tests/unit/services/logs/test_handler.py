"""The handler gives lines on, and what goes wrong there never reaches who logs."""

import logging

import pytest

from services.logs.handler import MOST_EARLY, LogHandler


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("a", logging.INFO, "a.py", 1, message, None, None)


def test_what_came_early_comes_first() -> None:
    handler = LogHandler()
    taken: list[str] = []
    for number in range(MOST_EARLY + 5):
        handler.handle(record(f"early {number}"))

    handler.attach(lambda _, text: taken.append(text))
    handler.handle(record("late"))
    handler.detach()
    handler.handle(record("later"))

    assert taken == [*(f"early {n}" for n in range(5, MOST_EARLY + 5)), "late"]


def test_failure_is_counted_and_told_to_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    handler = LogHandler()

    def fail(_: int, text: str) -> None:
        raise ValueError(text)

    handler.attach(fail)
    handler.handle(record("secret"))

    assert handler.failures == 1
    assert capfd.readouterr() == ("", "")
