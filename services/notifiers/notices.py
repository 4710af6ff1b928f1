"""Notices written with the event that they are about, in one transaction: none is ever missed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.access.identity import Role
from services.alerts.issues import Level
from services.events.kinds import ServerEventKind
from services.notifiers.records import WEIGHTS, read_quiet
from services.store.rows import Row
from services.store.store import NewEvent, Transaction

MOST_WAITING = 1000  # of one notifier; what comes then is not told, and the next message says so
TOLD = frozenset({ServerEventKind.ALERT_RAISED.value, ServerEventKind.ALERT_RESTORED.value})

WANTING = """
    SELECT notifiers.id, notifiers.level, notifiers.tells_restored, notifiers.quiet_from,
           notifiers.quiet_until, notifiers.time_zone, notifiers.digest_seconds,
           (SELECT COUNT(*) FROM notices WHERE notices.notifier_id = notifiers.id) AS waiting
    FROM notifiers JOIN users ON users.id = notifiers.owner_id
    WHERE notifiers.is_active AND users.is_active AND users.removed_at IS NULL AND {whose}
"""
OF_THE_SERVER = WANTING.format(whose="users.role = ?")
OF_A_USER = WANTING.format(
    whose="(notifiers.owner_id = ? OR (notifiers.tells_others AND users.role = ?))"
)
INSERT = """
    INSERT INTO notices (notifier_id, level, title, body, tries, created_at, due_at)
    VALUES (?, ?, ?, ?, 0, ?, ?)
"""


async def note(transaction: Transaction, events: Sequence[NewEvent]) -> None:
    """Write a notice of each alert among `events` for each notifier that is to tell it.

    It goes with `Store.accompany`.
    """
    for event in events:
        if event.kind in TOLD:
            await _note(transaction, event)


async def _note(transaction: Transaction, event: NewEvent) -> None:
    level, is_restored = Level(str(event.data["level"])), event.kind != ServerEventKind.ALERT_RAISED
    if event.owner_id is None:
        rows = await transaction.fetch(OF_THE_SERVER, Role.ADMIN.value)
    else:
        rows = await transaction.fetch(OF_A_USER, event.owner_id, Role.ADMIN.value)
    title, body = _words(event, level, is_restored=is_restored)
    urgent = level is Level.CRITICAL and not is_restored
    await transaction.execute_many(
        INSERT,
        [
            (row["id"], level.value, title, body, event.at, _due(row, event.at, urgent=urgent))
            for row in rows
            if WEIGHTS[Level(row["level"])] <= WEIGHTS[level]
            and (row["tells_restored"] or not is_restored)
            and row["waiting"] < MOST_WAITING
        ],
    )


def _due(row: Row, at: datetime, *, urgent: bool) -> datetime:
    """Return when it is to be told: what is urgent does not wait for the end of quiet hours."""
    quiet = None if urgent else read_quiet(row)
    until = quiet.end_after(at) if quiet else None
    return max(at + timedelta(seconds=row["digest_seconds"]), until or at)


def _words(event: NewEvent, level: Level, *, is_restored: bool) -> tuple[str, str]:
    subject = str(event.data.get("subject") or "")
    about = f"{event.data['rule']}{f' ({subject})' if subject else ''}"
    message = str(event.data["message"])
    if is_restored:
        return f"Restored: {about}", f"It is well again. It was: {message}"
    return f"{level.value.capitalize()}: {about}", message
