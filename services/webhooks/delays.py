"""When something is sent again: after longer and longer waits, for three days."""

import random
from datetime import datetime, timedelta

FIRST = 5.0  # seconds
LONGEST = 4 * 3600.0
KEPT_TRYING = timedelta(hours=72)
FAILING = timedelta(days=5)  # without one success: then the endpoint is switched off


def next_at(
    tries: int,
    *,
    now: datetime,
    since: datetime,
    asked: timedelta | None = None,
    spread: float | None = None,
) -> datetime | None:
    """Return when to send again what was sent `tries` times `since` then; None is never.

    The wait doubles from try to try; `spread` (0 to 1, by chance if not given) moves it between
    half of that and all of it. It is no shorter than the receiver `asked` for. The last try is
    right at the end of the time.
    """
    end = since + KEPT_TRYING
    if now >= end:
        return None
    longest = min(LONGEST, FIRST * 2 ** min(tries - 1, 16))
    chance = random.random() if spread is None else spread  # noqa: S311 - no secret
    wait = timedelta(seconds=longest * (0.5 + chance / 2))
    if asked is not None:
        wait = max(wait, asked + timedelta(seconds=chance))
    return min(now + wait, end)
