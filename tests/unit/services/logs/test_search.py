"""Rows are found from any number on, in both directions, whatever stands between them."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hypothesis import given
from hypothesis import strategies as st

from services.logs.search import BLOCK, Budget, backwards, forwards, oldest

MUCH = 1 << 40

# Numbers grow; between them stands what is none of ours, and rows are short or long.
NUMBERS = st.lists(st.integers(1, 10**17), unique=True, max_size=60).map(sorted)
PADDING = st.sampled_from([0, 5, 300, 5000, BLOCK, BLOCK + 7])
ALIEN = st.sampled_from([b"", b"\n", b"what is this\n", b'{"seq":}\n'])


@contextmanager
def written(contents: list[bytes]) -> Iterator[list[int]]:
    """Write files, and give them opened: the first is the newest."""
    with ExitStack() as stack:
        files = []
        for content in contents:
            file = stack.enter_context(tempfile.TemporaryFile())
            file.write(content)
            file.flush()
            files.append(file.fileno())
        yield files


def row(seq: int, padding: int) -> bytes:
    return b'{"seq":%d,"a":"%b"}\n' % (seq, b"x" * padding)


@given(NUMBERS, st.data())
def test_rows_are_what_a_reader_of_everything_finds(
    numbers: list[int], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(numbers)))
    place = data.draw(st.sampled_from([0, 1, 10**18, *numbers, *(n + 1 for n in numbers)]))
    parts = [
        b"".join(data.draw(ALIEN) + row(n, data.draw(PADDING)) for n in part)
        for part in (numbers[cut:], numbers[:cut])
    ]

    with written(parts) as files:
        older = [seq for seq, _ in backwards(files, place, Budget(MUCH))]
        newer = [seq for seq, _ in forwards(files, place, Budget(MUCH))]
        everything = [seq for seq, _ in backwards(files, None, Budget(MUCH))]
        first = oldest(files)

    assert older == [n for n in reversed(numbers) if n < place]
    assert newer == [n for n in numbers if n > place]
    assert everything == numbers[::-1]
    assert first == (numbers[0] if numbers else None)


def test_no_more_is_read_than_may_be() -> None:
    content = b"".join(row(n, 1000) for n in range(1, 1001))
    budget = Budget(4 * BLOCK)

    with written([content]) as files:
        found = [seq for seq, _ in backwards(files, None, budget)]

    assert budget.is_spent
    assert found[0] == 1000
    assert 200 < len(found) < 300


def test_file_without_an_end_of_a_line_costs_little_memory() -> None:
    with written([b"x" * (40 * BLOCK) + b"\n" + row(7, 1)]) as files:
        found = [seq for seq, _ in backwards(files, None, Budget(MUCH))]
        after = [seq for seq, _ in forwards(files, 1, Budget(MUCH))]

    assert found == [7]
    assert after == [7]


def test_row_that_is_being_written_is_left_out() -> None:
    with written([row(1, 1) + b'{"seq":2,"ev']) as files:
        found = [seq for seq, _ in forwards(files, 0, Budget(MUCH))]

    assert found == [1]
