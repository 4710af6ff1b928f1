"""When to try again."""

import random
from datetime import timedelta

from services.engines.engine import Meter

TRIES = 12  # failures in a row without progress between them, then the task is given up
FIRST = 2.0  # seconds
LONGEST = 300.0
LONGEST_ASKED = timedelta(hours=1)  # for which a server can ask to be left alone
AFTER_ASKED = 5.0  # seconds beyond that, so that tasks do not return in step
PROGRESS = 64 << 10  # bytes that are progress, or all that was missing


def delay(
    failures: int,
    *,
    first: float = FIRST,
    asked: timedelta | None = None,
    spread: float | None = None,
) -> timedelta:
    """Return how long to wait after that many failures in a row (one or more).

    The wait doubles from failure to failure, from `first` seconds on; `spread` (0 to 1, by
    chance if not given) moves it between half of that and all of it, so that tasks do not
    return in step. It is no shorter than the other side has `asked` for.
    """
    longest = min(max(LONGEST, first), first * 2 ** min(failures - 1, 16))
    chance = random.random() if spread is None else spread  # noqa: S311 - no secret
    wait = timedelta(seconds=longest * (0.5 + chance / 2))
    if asked is None:
        return wait
    return max(wait, min(asked, LONGEST_ASKED) + timedelta(seconds=AFTER_ASKED * chance))


def count(failures: int, meter: Meter, *, began: int, mark: int) -> tuple[int, int]:
    """Return how many failures in a row there are with this one, and the new mark.

    The attempt `began` with so many bytes; `mark` is how many there were when the count last
    began anew. It does so where there is progress beyond that. What is gone on from and grows
    below the mark leaves the count as it is: so a file comes through that changed on the way.
    All else counts, and a server that has no ranges and breaks off here and there is not asked
    for ever.
    """
    if is_progress(mark, meter.most, meter.total):
        return 1, meter.most
    if meter.least >= began and is_progress(began, meter.received, meter.total):
        return max(1, failures), mark
    return failures + 1, mark


def is_progress(before: int, now: int, total: int | None) -> bool:
    """Whether so many bytes are there beyond those `before` that a failure is a new one."""
    missing = PROGRESS if total is None else max(1, total - before)
    return now - before >= min(PROGRESS, missing)
