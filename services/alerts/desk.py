"""What people do with alerts: acknowledge them, and raise some by hand."""

import hashlib
from datetime import datetime
from uuid import UUID

from services.access.identity import Identity
from services.alerts.catalog import Rule
from services.alerts.issues import Level
from services.alerts.listing import seen_by
from services.alerts.opening import LONGEST_MESSAGE, raise_alert, tell
from services.alerts.records import Alert, Issue, read_alert
from services.clock import Clock
from services.errors import Conflict, ErrorCode, InvalidInput, NotFound
from services.events.kinds import ServerEventKind
from services.ids import new_id
from services.metrics import Metrics
from services.paging.conditions import Condition, joined
from services.repetition import Key, check_key, repeated
from services.store.rows import write_json
from services.store.store import Store, Transaction

MOST_BY_HAND = 100  # that are open, of the server or of a user

ACKNOWLEDGE = """
    UPDATE alerts SET acknowledged_at = ?, acknowledged_by = ?
    WHERE {text} AND restored_at IS NULL AND acknowledged_at IS NULL RETURNING *
"""
# What somebody raised has no cause that goes away: whoever acknowledges it has dealt with it.
CLOSE = "UPDATE alerts SET open = NULL, restored_at = ? WHERE id = ? AND rule = ? RETURNING *"


class AlertDesk:
    """Takes what people say of alerts."""

    def __init__(self, *, store: Store, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics

    async def acknowledge(self, identity: Identity, alert_id: UUID) -> Alert:
        """Say that somebody knows of an alert; raise `NotFound`.

        It stays open until its cause is gone; one that was raised by hand ends with it. One that
        is acknowledged or restored already stays as it is.
        """
        now = self._clock.now()
        seen = joined([seen_by(identity), Condition("id = ?", (alert_id,))])

        async def write(transaction: Transaction) -> Alert:
            return await _acknowledge(transaction, identity, seen, now)

        return await self._store.write(write)

    async def trigger(
        self, identity: Identity, level: str, message: str, client_key: str | None = None
    ) -> Alert:
        """Raise an alert by hand: an administrator's is the server's, others' are their own.

        Raises `InvalidInput` and `Conflict`.
        """
        check_key(client_key)
        now, key = self._clock.now(), new_id()
        issue = _by_hand(identity, read_level(level), _read_message(message))
        fingerprint = _print(issue)

        async def write(transaction: Transaction) -> tuple[Alert, bool]:
            if client_key is not None:
                asked = Key(client_key, [fingerprint])
                ids = await repeated(transaction, identity.user_id, asked, [key], now)
                if ids is not None:
                    return await _raised_before(transaction, identity, ids[0]), False
            await _check_room(transaction, issue.owner_id)
            alert = await raise_alert(transaction, issue, now, key)
            if alert is None:  # whoever asks was removed this moment
                raise _no_such_alert()
            return alert, True

        alert, is_new = await self._store.write(write)
        if is_new:
            self._metrics.alerts_raised.labels(rule=Rule.MANUAL.value).inc()
        return alert


def read_level(text: str) -> Level:
    """Return the level that a word means; raise `InvalidInput` with all that there are."""
    try:
        return Level(text.lower())
    except ValueError:
        message = f"{text[:40]!r} is no level; take one of: {', '.join(Level)}."
        raise InvalidInput(message, field="level") from None


def _read_message(text: str) -> str:
    message = text.strip()
    if not 0 < len(message) <= LONGEST_MESSAGE:
        sentence = f"Say in 1 to {LONGEST_MESSAGE} letters what is wrong."
        raise InvalidInput(sentence, field="message")
    return message


def _by_hand(identity: Identity, level: Level, message: str) -> Issue:
    """Return what somebody says is wrong."""
    return Issue(
        rule=Rule.MANUAL.value,
        message=message,
        level=level,
        owner_id=None if identity.is_admin else identity.user_id,
        details={"raisedBy": identity.user_name},
    )


def _print(issue: Issue) -> str:
    """Return what tells this request from others."""
    content = write_json(["triggerAlert", issue.level.value, issue.message])
    return hashlib.sha256(content.encode()).hexdigest()


async def _acknowledge(
    transaction: Transaction, identity: Identity, seen: tuple[str, list[object]], now: datetime
) -> Alert:
    text, values = seen
    statement = ACKNOWLEDGE.format(text=text)
    rows = await transaction.fetch(statement, now, identity.user_name, *values)
    if not rows:
        known = f"SELECT * FROM alerts WHERE {text}"  # noqa: S608 - ours
        if rows := await transaction.fetch(known, *values):
            return read_alert(rows[0])
        raise _no_such_alert()
    alert = read_alert(rows[0])
    tell(transaction, alert, ServerEventKind.ALERT_ACKNOWLEDGED, now)
    closed = await transaction.fetch(CLOSE, now, alert.id, Rule.MANUAL.value)
    if closed:
        alert = read_alert(closed[0])
        tell(transaction, alert, ServerEventKind.ALERT_RESTORED, now)
    return alert


async def _check_room(transaction: Transaction, owner_id: int | None) -> None:
    whose, values = ("owner_id IS NULL", ()) if owner_id is None else ("owner_id = ?", (owner_id,))
    statement = f"SELECT COUNT(*) AS n FROM alerts WHERE open IS NOT NULL AND rule = ? AND {whose}"  # noqa: S608
    (row,) = await transaction.fetch(statement, Rule.MANUAL.value, *values)
    if row["n"] >= MOST_BY_HAND:
        message = f"{MOST_BY_HAND} alerts that were raised by hand are open. Acknowledge some."
        raise Conflict(message, code=ErrorCode.LIMIT_REACHED)


async def _raised_before(transaction: Transaction, identity: Identity, alert_id: UUID) -> Alert:
    text, values = joined([seen_by(identity), Condition("id = ?", (alert_id,))])
    rows = await transaction.fetch(f"SELECT * FROM alerts WHERE {text}", *values)  # noqa: S608
    if not rows:
        message = "What this request raised is forgotten. Take another idempotencyKey."
        raise Conflict(message, field="idempotencyKey")
    return read_alert(rows[0])


def _no_such_alert() -> NotFound:
    message = "There is no such alert."
    return NotFound(message, field="id")
