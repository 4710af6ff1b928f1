"""What an alert is, read from its row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.alerts.issues import Level
from services.store.rows import Row, read_id, read_json, read_time, read_time_or_none


class AlertState(StrEnum):
    """Where an alert stands."""

    OPEN = "OPEN"  # it is wrong now
    ACKNOWLEDGED = "ACKNOWLEDGED"  # it is wrong now, and somebody knows
    RESTORED = "RESTORED"  # it was wrong


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that is wrong, as a part of the server tells it."""

    rule: str
    message: str
    level: Level
    subject: str = ""
    owner_id: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """One health issue. What is about the whole server has no owner."""

    id: UUID
    owner_id: int | None
    rule: str
    subject: str
    level: Level
    message: str
    details: Mapping[str, object]
    occurrences: int
    raised_at: datetime
    seen_at: datetime
    restored_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None

    @property
    def state(self) -> AlertState:
        """Where it stands."""
        if self.restored_at is not None:
            return AlertState.RESTORED
        return AlertState.OPEN if self.acknowledged_at is None else AlertState.ACKNOWLEDGED


def read_alert(row: Row) -> Alert:
    """Return the alert in a row of the table."""
    return Alert(
        id=read_id(row["id"]),
        owner_id=row["owner_id"],
        rule=row["rule"],
        subject=row["subject"],
        level=Level(row["level"]),
        message=row["message"],
        details=read_json(row["details"]),
        occurrences=row["occurrences"],
        raised_at=read_time(row["raised_at"]),
        seen_at=read_time(row["seen_at"]),
        restored_at=read_time_or_none(row["restored_at"]),
        acknowledged_at=read_time_or_none(row["acknowledged_at"]),
        acknowledged_by=row["acknowledged_by"],
    )
