"""When to try again."""

import random
from datetime import timedelta

TRIES = 12  # failures in a row without progress between them, then the task is given up
FIRST = 2.0  # seconds
LONGEST = 300.0
LONGEST_ASKED = timedelta(hours=1)  # for which a server can ask to be left alone
AFTER_ASKED = 5.0  # seconds beyond that, so that tasks do not return in step
PROGRESS = 64 << 10  # bytes that begin the count anew, or all that was missing


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


def is_progress(before: int, now: int, total: int | None) -> bool:
    """Whether so many bytes have come since an attempt began that its failure is a new one."""
    missing = PROGRESS if total is None else max(1, total - before)
    return now - before >= min(PROGRESS, missing)
