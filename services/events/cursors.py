"""Places in the log of events: the log's own letters and a number, such as `kdmwqzxv.4711`.

The letters are made once for each database: in another one, the same number is another event.
"""

import re
from dataclasses import dataclass

from services.errors import InvalidInput

CURSOR = re.compile(r"([a-z]{8})\.(0|[1-9][0-9]{0,17})")  # what a BIGINT holds, and no more


@dataclass(frozen=True, slots=True)
class Place:
    """Right after the event number `seq` of the log called `log`; 0 is before all of them."""

    log: str
    seq: int

    def __str__(self) -> str:
        return f"{self.log}.{self.seq}"


def read_place(text: str, *, field: str = "after") -> Place:
    """Return the place that `text` names; raise `InvalidInput` about the argument `field`."""
    found = CURSOR.fullmatch(text)
    if found is None:
        message = f"{text!r:.60} is no cursor of an event. Take one from `cursor`."
        raise InvalidInput(message, field=field)
    return Place(found[1], int(found[2]))
