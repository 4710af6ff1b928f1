"""Ranges of bytes, against a set of all bytes as the model."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.engines.unfinished.ranges import Ranges, Span

TOTAL = 40

numbers = st.integers(0, TOTAL)
spans = st.tuples(numbers, numbers)
steps = st.lists(st.tuples(st.booleans(), spans), max_size=20)


def built(changes: list[tuple[bool, Span]]) -> tuple[Ranges, set[int]]:
    """Return ranges and the bytes that should be in them: True adds, False removes."""
    ranges, model = Ranges(), set[int]()
    for is_added, (start, end) in changes:
        if is_added:
            ranges.add(start, end)
            model |= set(range(start, end))
        else:
            ranges.remove(start, end)
            model -= set(range(start, end))
    return ranges, model


def inside(found: list[Span]) -> set[int]:
    return {byte for start, end in found for byte in range(start, end)}


@given(steps)
def test_ranges_hold_what_was_added_and_not_removed(changes: list[tuple[bool, Span]]) -> None:
    ranges, model = built(changes)

    assert inside(list(ranges)) == model
    assert ranges.size == len(model)


@given(steps)
def test_ranges_are_in_order_and_do_not_touch(changes: list[tuple[bool, Span]]) -> None:
    found = list(built(changes)[0])

    assert all(start < end for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(steps, numbers)
def test_missing_is_all_the_rest(changes: list[tuple[bool, Span]], total: int) -> None:
    ranges, model = built(changes)
    ranges.clip(total)

    missing = ranges.missing(total)

    assert inside(missing) == set(range(total)) - model
    assert all(start < end for start, end in missing)
    assert missing == sorted(missing)


@given(steps, numbers)
def test_clipping_takes_out_what_lies_behind(changes: list[tuple[bool, Span]], length: int) -> None:
    ranges, model = built(changes)

    ranges.clip(length)

    expected = {byte for byte in model if byte < length}
    assert inside(list(ranges)) == expected
    assert ranges.size == len(expected)


@given(steps)
def test_prefix_and_end_are_those_of_the_bytes(changes: list[tuple[bool, Span]]) -> None:
    ranges, model = built(changes)

    assert ranges.prefix == min(set(range(TOTAL + 1)) - model)
    assert ranges.end == max(model, default=-1) + 1


@given(steps, spans)
def test_copy_does_not_change_with_the_original(
    changes: list[tuple[bool, Span]], span: Span
) -> None:
    ranges, model = built(changes)
    copy = ranges.copy()

    ranges.remove(0, TOTAL)
    ranges.add(*span)

    assert inside(list(copy)) == model


@given(st.lists(spans, max_size=10))
def test_order_of_adding_makes_no_difference(added: list[Span]) -> None:
    assert Ranges(added) == Ranges(reversed(added))


def test_ranges_that_touch_become_one() -> None:
    assert list(Ranges([(0, 10), (20, 30), (10, 20)])) == [(0, 30)]


def test_ranges_with_a_gap_of_one_byte_stay_two() -> None:
    assert list(Ranges([(0, 10), (11, 20)])) == [(0, 10), (11, 20)]


def test_no_ranges_lack_everything() -> None:
    assert (Ranges().missing(10), Ranges().missing(0)) == ([(0, 10)], [])


def test_other_things_are_not_equal_to_ranges() -> None:
    assert Ranges([(0, 10)]) != [(0, 10)]
