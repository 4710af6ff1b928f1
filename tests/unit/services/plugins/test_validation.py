"""Settings of plugins are checked against schemas that somebody else has written."""

from typing import Any

import pytest

from services.plugins.validation import errors_in

SLOW = "^(a+)+$"  # each letter more takes twice as long, where it does not fit
TEXT = "a" * 40 + "!"


def schema(**about: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"word": {"type": "string", **about}}}


@pytest.mark.parametrize(
    "slow", [schema(pattern=SLOW), {"type": "object", "patternProperties": {SLOW: {}}}]
)
def test_pattern_that_takes_for_ever_is_given_up(slow: dict[str, Any]) -> None:
    (error,) = errors_in(slow, {"word": TEXT, TEXT: 1}, seconds=2)

    assert error.field == "settings"
    assert "took over 2 seconds" in error.message


def test_pattern_is_matched() -> None:
    wanted = schema(pattern="^[a-z]+$")

    (error,) = errors_in(wanted, {"word": "5"}, seconds=30)

    assert (error.field, error.message) == ("settings.word", "'5' does not match '^[a-z]+$'")
    assert errors_in(wanted, {"word": "five"}, seconds=30) == []


def test_secret_that_does_not_match_is_not_repeated() -> None:
    (error,) = errors_in(schema(pattern="^x", secret=True), {"word": "hunter2"}, seconds=30)

    assert "hunter2" not in error.message


def test_pattern_that_is_none_is_told() -> None:
    (error,) = errors_in(schema(pattern="("), {"word": "x"}, seconds=30)

    assert error.message.startswith("Its schema of settings is none")
