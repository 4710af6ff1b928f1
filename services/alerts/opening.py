"""Raising and restoring alerts within a transaction, with the event that tells of it.

Of a rule and a subject together at most one alert is open: the column `open` has both, and is
unique. So two servers that see the same raise it once.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import orjson

from services.alerts.issues import Level
from services.alerts.records import Alert, Issue, read_alert
from services.events.kinds import ServerEventKind
from services.ids import ALERT, new_id, show
from services.store.rows import write_json
from services.store.store import NewEvent, Transaction
from services.text import plain, plain_content

LONGEST_SUBJECT = 128
LONGEST_MESSAGE = 500
MOST_DETAILS = 4096  # bytes, as JSON
TRIES = 3  # of a row that another server closes in the same moment

BELOW = {
    Level.INFO: (),
    Level.WARNING: (Level.INFO,),
    Level.CRITICAL: (Level.INFO, Level.WARNING),
}

RAISE = """
    INSERT INTO alerts (id, owner_id, rule, subject, open, level, message, details, occurrences,
                        raised_at, seen_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
    ON CONFLICT (open) DO NOTHING RETURNING *
"""
# What got worse is news, also to whoever acknowledged that it was bad.
WORSEN = """
    UPDATE alerts SET level = ?, acknowledged_at = NULL, acknowledged_by = NULL
    WHERE open = ? AND level IN (?, ?) RETURNING id
"""
SEE = """
    UPDATE alerts SET message = ?, details = ?, seen_at = ?, occurrences = occurrences + 1
    WHERE open = ? RETURNING *
"""
RESTORE = "UPDATE alerts SET open = NULL, restored_at = ? WHERE open = ? RETURNING *"


def place(rule: str, subject: str) -> str:
    """Return what the column `open` has for a rule and a subject."""
    return f"{rule} {subject}"


def bounded_subject(subject: str) -> str:
    """Return `subject` as it fits its column; two that differ stay different."""
    if len(subject) <= LONGEST_SUBJECT and subject.isprintable():
        return subject
    digest = hashlib.sha256(subject.encode(errors="replace")).hexdigest()[:16]
    return f"{plain(subject)[: LONGEST_SUBJECT - 17]}#{digest}"


def bounded(issue: Issue) -> Issue:
    """Return `issue` as it fits its columns."""
    return replace(
        issue,
        subject=bounded_subject(issue.subject),
        message=plain(issue.message, most=LONGEST_MESSAGE),
        details=_bounded_details(issue.details),
    )


async def raise_alert(
    transaction: Transaction, issue: Issue, now: datetime, alert_id: UUID | None = None
) -> Alert | None:
    """Write that something is wrong; return the alert if that is news, or worse than it was.

    Whoever makes a transaction of their own and wants an alert with it calls this in it. One that
    is given its id is an alert of its own, whatever else is open.
    """
    issue = bounded(issue)
    if not await _has_owner(transaction, issue.owner_id):
        return None
    where = place(issue.rule, str(alert_id) if alert_id else issue.subject)
    details = write_json(issue.details)
    for _ in range(TRIES):
        rows = await transaction.fetch(
            RAISE,
            alert_id or new_id(),
            issue.owner_id,
            issue.rule,
            issue.subject,
            where,
            issue.level.value,
            issue.message,
            details,
            now,
            now,
        )
        if rows:
            return _told(transaction, rows[0], ServerEventKind.ALERT_RAISED, now)
        below = [level.value for level in BELOW[issue.level]] or [""]
        worse = await transaction.fetch(WORSEN, issue.level.value, where, below[0], below[-1])
        rows = await transaction.fetch(SEE, issue.message, details, now, where)
        if rows:
            raised = ServerEventKind.ALERT_RAISED
            return _told(transaction, rows[0], raised, now) if worse else None
    return None


async def restore_alert(
    transaction: Transaction, rule: str, subject: str, now: datetime
) -> Alert | None:
    """Write that something is not wrong any more; return the alert if there was one."""
    rows = await transaction.fetch(RESTORE, now, place(rule, bounded_subject(subject)))
    return _told(transaction, rows[0], ServerEventKind.ALERT_RESTORED, now) if rows else None


def tell(transaction: Transaction, alert: Alert, kind: ServerEventKind, now: datetime) -> None:
    """Record what happened to `alert`, in the transaction that makes it so."""
    data: dict[str, object] = {
        "alert": show(ALERT, alert.id),
        "rule": alert.rule,
        "subject": alert.subject,
        "level": alert.level.value,
        "message": alert.message,
    }
    transaction.record(NewEvent(alert.owner_id, None, kind.value, data, now))


def _told(
    transaction: Transaction, row: Mapping[str, object], kind: ServerEventKind, now: datetime
) -> Alert:
    alert = read_alert(row)
    tell(transaction, alert, kind, now)
    return alert


async def _has_owner(transaction: Transaction, owner_id: int | None) -> bool:
    """Return whether there is somebody to tell: users go, and what they had still ends."""
    if owner_id is None:
        return True
    return bool(await transaction.fetch("SELECT id FROM users WHERE id = ?", owner_id))


def _bounded_details(details: Mapping[str, object]) -> Mapping[str, object]:
    """Return `details` if it is JSON of a decent size, with its text made plain; else nothing."""
    try:
        text = orjson.dumps(plain_content(dict(details)), default=str)
    except TypeError:
        return {}
    return orjson.loads(text) if len(text) <= MOST_DETAILS else {}
