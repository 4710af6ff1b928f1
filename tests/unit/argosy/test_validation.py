"""The bound on the time of a validation."""

import gc
from collections.abc import Iterator

import pytest
from graphql import build_schema, parse

from argosy.http.graphql.rules import validation
from argosy.http.graphql.rules.validation import check_validity
from services.errors import Unavailable

SCHEMA = build_schema("type Query { a: Query b: Int }")
DOCUMENT = parse("{ a { a { b } } }")


@pytest.fixture
def collections() -> Iterator[list[int]]:
    """The generations of garbage that are collected, as often as that can be."""
    found: list[int] = []

    def notice(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            found.append(info["generation"])

    before = gc.get_threshold()
    gc.set_threshold(1)
    gc.callbacks.append(notice)
    yield found
    gc.callbacks.remove(notice)
    gc.set_threshold(*before)


def test_validation_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "MOST_SECONDS", -1.0)

    with pytest.raises(Unavailable, match="took too long"):
        check_validity(SCHEMA, DOCUMENT, is_long=False)


def test_collecting_garbage_takes_no_time_of_a_validation(collections: list[int]) -> None:
    collections.clear()

    assert check_validity(SCHEMA, DOCUMENT, is_long=True) == []

    within = len(collections)
    assert gc.isenabled()
    _ = [[] for _ in range(1000)]
    assert (within < 10, len(collections) > within) == (True, True)
