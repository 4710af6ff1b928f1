"""What a notifier is, read from its row, and what it is to tell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.alerts.issues import Level
from services.notifiers.quiet import QuietHours
from services.store.rows import Row, read_id, read_time, read_time_or_none

WEIGHTS = {level: weight for weight, level in enumerate(Level)}  # the last is the worst


@dataclass(frozen=True, slots=True)
class Notifier:
    """One way to reach a user. Its URL is a secret; `shown` is what may be seen of it."""

    id: UUID
    owner_id: int
    name: str
    service: str
    shown: str
    level: Level
    is_active: bool
    tells_restored: bool
    tells_others: bool
    quiet: QuietHours | None
    digest_seconds: int
    failures: int
    last_error: str | None
    retry_at: datetime | None
    last_sent_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a notifier is to tell."""

    id: int
    level: Level
    title: str
    body: str
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What a service is sent."""

    level: Level
    title: str
    body: str


def read_notifier(row: Row) -> Notifier:
    """Return the notifier in a row of the table."""
    return Notifier(
        id=read_id(row["id"]),
        owner_id=row["owner_id"],
        name=row["name"],
        service=row["service"],
        shown=row["shown"],
        level=Level(row["level"]),
        is_active=bool(row["is_active"]),
        tells_restored=bool(row["tells_restored"]),
        tells_others=bool(row["tells_others"]),
        quiet=read_quiet(row),
        digest_seconds=row["digest_seconds"],
        failures=row["failures"],
        last_error=row["last_error"],
        retry_at=read_time_or_none(row["retry_at"]),
        last_sent_at=read_time_or_none(row["last_sent_at"]),
        created_at=read_time(row["created_at"]),
    )


def read_quiet(row: Row) -> QuietHours | None:
    """Return the quiet hours in a row, if there are any."""
    if row["quiet_from"] is None or row["quiet_until"] is None:
        return None
    return QuietHours(row["quiet_from"], row["quiet_until"], row["time_zone"])


def read_notice(row: Row) -> Notice:
    """Return the notice in a row of the table."""
    return Notice(
        id=row["id"],
        level=Level(row["level"]),
        title=row["title"],
        body=row["body"],
        tries=row["tries"],
        created_at=read_time(row["created_at"]),
    )
