"""What the audit log keeps of each thing that somebody did, or tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.store.rows import Row, read_json, read_time

DONE = "OK"  # the outcome of what went well; of all else it is a code of errors
CANCELLED = "CANCELLED"  # the outcome of what was given up on the way: some may be done
LEFT_OUT = "left out"  # the action of an entry that stands for many of one actor
COMMAND_LINE = "command line"  # who acts there, as far as Argosy knows

MOST_TARGETS = 100
MOST_TRIED = (
    5  # of the targets to which nothing was done: whoever asks invents as many as they like
)
MOST_DETAILS = 2048  # bytes
VALUES = "values"  # in the details: what was given, under names that hold no secrets
GIVEN = "given"  # in the details: the names of all that was given
COUNT = "targetCount"  # in the details, where there were more
CUT = "cut"  # in the details, where there were more of them than fit
LONGEST_TARGET = 96


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry without its number."""

    at: datetime
    actor_id: int | None
    actor_name: str
    credential: str
    address: str
    action: str
    outcome: str
    targets: Sequence[str]
    details: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry(NewEntry):
    """Something that somebody did, or tried."""

    id: int = 0

    @property
    def target_count(self) -> int:
        """How many targets there were, of which `targets` has the first."""
        count = self.details.get(COUNT)
        return count if isinstance(count, int) else len(self.targets)

    @property
    def shown_details(self) -> dict[str, Any]:
        """The details, with the values of the input among them."""
        rest = {n: v for n, v in self.details.items() if n not in (COUNT, VALUES)}
        return {**rest, **self.details.get(VALUES, {})}


def read_entry(row: Row) -> AuditEntry:
    """Return the entry in a row of the table."""
    return AuditEntry(
        id=row["id"],
        at=read_time(row["at"]),
        actor_id=row["actor_id"],
        actor_name=row["actor_name"],
        credential=row["credential"],
        address=row["address"],
        action=row["action"],
        outcome=row["outcome"],
        targets=read_json(row["targets"]),
        details=read_json(row["details"]),
        request_id=row["request_id"],
    )
