"""Taking notices to be sent, and writing what came of it. Of several servers, one has them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.notifiers.notices import MOST_WAITING
from services.notifiers.records import Notice, Notifier, read_notice, read_notifier
from services.store.rows import read_id
from services.store.store import Reader, Transaction

LEASE = timedelta(minutes=2)  # longer than a message can take
MOST_TRIES = 10
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
JITTER = 0.2
KEPT = timedelta(days=7)  # of users who may not use the server now

DUE = """
    SELECT DISTINCT notices.notifier_id AS id
    FROM notices JOIN notifiers ON notifiers.id = notices.notifier_id
        JOIN users ON users.id = notifiers.owner_id
    WHERE notices.due_at <= ? AND (notices.lease_until IS NULL OR notices.lease_until < ?)
        AND (notifiers.retry_at IS NULL OR notifiers.retry_at <= ?)
        AND notifiers.is_active AND users.is_active AND users.removed_at IS NULL
    LIMIT 100
"""
LEASED = "SELECT id FROM notices WHERE notifier_id = ? AND lease_until >= ? LIMIT 1"
TAKE = """
    UPDATE notices SET lease_until = ?, tries = tries + 1
    WHERE notifier_id = ? AND due_at <= ? AND (lease_until IS NULL OR lease_until < ?)
    RETURNING *
"""
OURS = "notifier_id = ? AND lease_until = ?"
SENT = f"DELETE FROM notices WHERE {OURS}"  # noqa: S608 - ours
GIVE_UP = f"DELETE FROM notices WHERE {OURS} AND tries >= ? RETURNING id"  # noqa: S608 - ours
GIVE_BACK = f"UPDATE notices SET lease_until = NULL, tries = tries - ? WHERE {OURS}"  # noqa: S608
WORKED = """
    UPDATE notifiers SET failures = 0, last_error = NULL, retry_at = NULL, last_sent_at = ?
    WHERE id = ?
"""
FAILED = """
    UPDATE notifiers SET failures = failures + 1, last_error = ?, retry_at = ? WHERE id = ?
"""
RELEASE = "UPDATE notices SET lease_until = NULL WHERE lease_until IS NOT NULL"
OLD = "DELETE FROM notices WHERE created_at < ? RETURNING id"


@dataclass(frozen=True, slots=True)
class Taken:
    """Notices of one notifier, which nobody else sends until `lease`."""

    notifier: Notifier
    url: str
    notices: Sequence[Notice]
    lease: datetime

    @property
    def is_cut(self) -> bool:
        """Whether there may have been more than could be kept."""
        return len(self.notices) >= MOST_WAITING


async def due(reader: Reader, now: datetime) -> list[UUID]:
    """Return the notifiers that have something to tell now."""
    return [read_id(row["id"]) for row in await reader.fetch(DUE, now, now, now)]


async def take(transaction: Transaction, notifier_id: UUID, now: datetime) -> Taken | None:
    """Take what is to be told, with what would be soon; None if somebody else does."""
    rows = await transaction.fetch("SELECT * FROM notifiers WHERE id = ?", notifier_id)
    if not rows or await transaction.fetch(LEASED, notifier_id, now):
        return None
    notifier, lease = read_notifier(rows[0]), now + LEASE
    soon = now + timedelta(seconds=notifier.digest_seconds)
    found = await transaction.fetch(TAKE, lease, notifier_id, soon, now)
    if not found:
        return None
    notices = sorted(map(read_notice, found), key=lambda notice: notice.id)
    return Taken(notifier, rows[0]["url"], notices, lease)


async def sent(transaction: Transaction, taken: Taken, now: datetime) -> None:
    """Write that a message was sent."""
    await transaction.execute(SENT, taken.notifier.id, taken.lease)
    await transaction.execute(WORKED, now, taken.notifier.id)


async def failed(transaction: Transaction, taken: Taken, reason: str, now: datetime) -> int:
    """Write that one was not, and when it is tried again; return how many are given up."""
    notifier = taken.notifier
    gone = await transaction.fetch(GIVE_UP, notifier.id, taken.lease, MOST_TRIES)
    await transaction.execute(GIVE_BACK, 0, notifier.id, taken.lease)
    await transaction.execute(FAILED, reason, now + pause_after(notifier.failures), notifier.id)
    return len(gone)


async def give_back(transaction: Transaction, taken: Taken) -> None:
    """Write that nothing came of it, for somebody else to try."""
    await transaction.execute(GIVE_BACK, 1, taken.notifier.id, taken.lease)


async def release(transaction: Transaction) -> None:
    """Give back what a server that was killed had taken, where there is no other."""
    await transaction.execute(RELEASE)


async def forget_old(transaction: Transaction, now: datetime) -> int:
    """Remove what nobody could tell for long; return how many."""
    return len(await transaction.fetch(OLD, now - KEPT))


def pause_after(failures: int) -> timedelta:
    """Return how long to wait after one more failure than these."""
    pause: timedelta = min(FIRST_PAUSE * (1 << min(failures, 20)), LONGEST_PAUSE)
    return pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
