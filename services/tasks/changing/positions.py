"""Places in a queue: numbers with room between them, so that moving one task changes one row.

A task that is added comes last: its position grows with the time, by 2^20 each millisecond, and
with its place in the call. The greatest is reached in the year 2248.
"""

from datetime import datetime

PER_MILLISECOND = 1 << 20
GAP = 1 << 10  # between two tasks of one call; 1,000 of them fill a millisecond
LEAST, GREATEST = -(1 << 63), (1 << 63) - 1


def last_position(now: datetime, index: int = 0) -> int:
    """Return the position behind all others of the `index`-th of what is added now."""
    return int(now.timestamp() * 1000) * PER_MILLISECOND + index * GAP


def between(before: int | None, after: int | None) -> int | None:
    """Return a position between two neighbours (None: there is none); None if there is no room."""
    if before is None:
        return None if after is None else after - PER_MILLISECOND
    if after is None:
        return before + PER_MILLISECOND
    return (before + after) // 2 if after - before > 1 else None


def spread(before: int, after: int, count: int) -> list[int] | None:
    """Return that many positions at equal distances between two; None if there is no room."""
    step = (after - before) // (count + 1)
    return [before + step * (n + 1) for n in range(count)] if step > 0 else None
