"""Ranges of bytes: which of a file are there, and which are missing."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Span = tuple[int, int]  # the first byte, and one past the last


class Ranges:
    """Ranges in order that neither touch nor overlap."""

    __slots__ = ("_ends", "_starts", "size")

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.size = 0  # bytes in all of them
        for start, end in spans:
            self.add(start, end)

    def __iter__(self) -> Iterator[Span]:
        return zip(self._starts, self._ends, strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranges) and list(self) == list(other)

    def __hash__(self) -> int:
        message = "ranges change"
        raise TypeError(message)

    def __repr__(self) -> str:
        return f"Ranges({list(self)})"

    def copy(self) -> "Ranges":
        """Return the same ranges, free to change."""
        return Ranges(self)

    def add(self, start: int, end: int) -> None:
        """Add the bytes from `start` to before `end`; some may be there already."""
        if start >= end:
            return
        first = bisect_left(self._ends, start)  # the first that `start` touches, or lies before
        last = bisect_right(self._starts, end)
        if first < last:
            start = min(start, self._starts[first])
            end = max(end, self._ends[last - 1])
            gone = zip(self._starts[first:last], self._ends[first:last], strict=True)
            self.size -= sum(b - a for a, b in gone)
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
        self.size += end - start

    def remove(self, start: int, end: int) -> None:
        """Take out the bytes from `start` to before `end`."""
        kept = [(a, min(b, start)) for a, b in self if a < start]
        kept += [(max(a, end), b) for a, b in self if b > end]
        self._starts, self._ends, self.size = [], [], 0
        for a, b in kept:
            self.add(a, b)

    def clip(self, length: int) -> None:
        """Take out what lies behind the first `length` bytes."""
        if self._ends and self._ends[-1] > length:
            self.remove(length, self._ends[-1])

    def missing(self, total: int) -> list[Span]:
        """Return what a file of `total` bytes still lacks."""
        gaps, at = [], 0
        for start, end in self:
            if start > at:
                gaps.append((at, start))
            at = end
        return [*gaps, (at, total)] if at < total else gaps

    @property
    def prefix(self) -> int:
        """How many bytes there are from the first on without a gap."""
        return self._ends[0] if self._starts and self._starts[0] == 0 else 0

    @property
    def end(self) -> int:
        """One past the last byte that is there."""
        return self._ends[-1] if self._ends else 0
