"""Cursors of events: what they say, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import InvalidInput
from services.events.cursors import Place, read_place

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@given(st.text(LETTERS, min_size=8, max_size=8), st.integers(0, 10**18 - 1))
def test_what_is_written_is_read(log: str, seq: int) -> None:
    place = Place(log, seq)

    assert read_place(str(place)) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4711",
        "abcdefgh",
        "abcdefgh.",
        "abcdefgh.-1",
        "abcdefgh.01",
        "abcdefgh.1\n",
        "abcdefgh.1.2",
        "abcdefg.1",
        "ABCDEFGH.1",
        "abcdefgh.\u0661",
        "abcdefgh.9999999999999999999",
        "x" * 10_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_place(text, field="after")

    assert refused.value.field == "after"
    assert len(refused.value.message) < 200
