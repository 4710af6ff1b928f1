"""Cursors of events: the name of the log and the number of an event, such as `qhzkwvbn.17`.

The name is made once for each database, so that a cursor from one that was replaced is noticed.
"""

import re

TEXT = re.compile(r"([a-z]{8})\.([0-9]{1,19})")
GREATEST = (1 << 63) - 1


def show(log: str, seq: int) -> str:
    """Return the cursor of an event."""
    return f"{log}.{seq}"


def read(text: str) -> tuple[str, int] | None:
    """Return the log and the number in a cursor; None if it is none."""
    found = TEXT.fullmatch(text)
    if found is None or int(found[2]) > GREATEST:
        return None
    return found[1], int(found[2])
