"""Reading lines of files, backwards or forwards from any number, and never too many at once."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.logs.lines import number_of

BLOCK = 64 * 1024
PROBE = 4096  # bytes; most rows are shorter
LONGEST_ROW = 1024 * 1024  # bytes; what is longer is none of ours


@dataclass(slots=True)
class Budget:
    """How many bytes may still be read."""

    left: int

    @property
    def is_spent(self) -> bool:
        """Whether no more may be read."""
        return self.left <= 0


Row = tuple[int, bytes]  # a number, and the line


def backwards(files: Sequence[int], before: int | None, budget: Budget) -> Iterator[Row]:
    """Yield the rows of `files` (the newest first) from the end, or right before a number."""
    for file in files:
        size = os.fstat(file).st_size
        end = size if before is None else place_of(file, size, before)
        for row in _rows_back(file, end, budget):
            seq = number_of(row)
            if seq is not None and (before is None or seq < before):
                yield seq, row


def forwards(files: Sequence[int], after: int, budget: Budget) -> Iterator[Row]:
    """Yield the rows of `files` (the newest first) that come after a number, the oldest first."""
    for file in reversed(files):
        size = os.fstat(file).st_size
        for row in _rows_on(file, place_of(file, size, after + 1), size, budget):
            seq = number_of(row)
            if seq is not None and seq > after:
                yield seq, row


def oldest(files: Sequence[int]) -> int | None:
    """Return the number of the oldest row; None where there is none."""
    for file in reversed(files):
        size = os.fstat(file).st_size
        for row in _rows_on(file, 0, size, Budget(LONGEST_ROW)):
            if (seq := number_of(row)) is not None:
                return seq
    return None


def place_of(file: int, size: int, seq: int) -> int:
    """Return where the first row of a file begins whose number is not less than `seq`."""
    # All rows that begin before `low` are less, and all that begin from `high` on are not.
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        found = _row_from(file, middle, high, size)
        if found is not None and found[0] < seq:
            low = found[1]
        else:
            high = middle
    return low


def _row_from(file: int, place: int, before: int, size: int) -> tuple[int, int] | None:
    """Return the number and the end of the first row that begins from `place` on."""
    if place > 0:  # from the end of the row before
        place -= 1
        place += len(_line_at(file, place, size))
    while place < before:
        row = _line_at(file, place, size)
        if (seq := number_of(row)) is not None:
            return seq, place + len(row)
        if not row:
            return None
        place += len(row)
    return None


def _line_at(file: int, place: int, size: int) -> bytes:
    """Return what there is from `place` to the end of the line, with that end."""
    found = b""
    while place + len(found) < size and len(found) < LONGEST_ROW:
        block = os.pread(file, min(PROBE, size - place - len(found)), place + len(found))
        head, mark, _ = block.partition(b"\n")
        found += head + mark
        if mark or not block:
            break
    return found


def _rows_back(file: int, end: int, budget: Budget) -> Iterator[bytes]:
    rest = b""
    while end > 0:
        if budget.is_spent:
            return
        start = max(0, end - BLOCK)
        block = os.pread(file, end - start, start)
        budget.left -= BLOCK
        rows = (block + rest).split(b"\n")
        rest = rows[0] if len(rows[0]) <= LONGEST_ROW else b""
        yield from (row for row in reversed(rows[1:]) if row)
        end = start
    if rest:
        yield rest


def _rows_on(file: int, place: int, size: int, budget: Budget) -> Iterator[bytes]:
    rest = b""
    while place < size:
        if budget.is_spent:
            return
        block = os.pread(file, min(BLOCK, size - place), place)
        if not block:
            return
        budget.left -= BLOCK
        *rows, rest = (rest + block).split(b"\n")
        rest = rest if len(rest) <= LONGEST_ROW else b""
        yield from (row for row in rows if row)
        place += len(block)
