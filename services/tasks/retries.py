"""When to try again."""

import random
from datetime import timedelta

TRIES = 12  # failures in a row without a byte between them, then the task is given up
FIRST = 2.0  # seconds
LONGEST = 300.0


def delay(failures: int, *, spread: float | None = None) -> timedelta:
    """Return how long to wait after that many failures in a row (one or more).

    The wait doubles from failure to failure; `spread` (0 to 1, by chance if not given)
    moves it between half of that and all of it, so that tasks do not return in step.
    """
    longest = min(LONGEST, FIRST * 2 ** min(failures - 1, 16))
    chance = random.random() if spread is None else spread  # noqa: S311 - no secret
    return timedelta(seconds=longest * (0.5 + chance / 2))
