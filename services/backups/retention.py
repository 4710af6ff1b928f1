"""Which backups are kept.

Only those of the schedule go by themselves, and those that were made before a restore. What
somebody asked for stays until somebody removes it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.backups.format import Kind
from services.backups.records import Backup, Status

BEFORE_RESTORE = 3  # backups made before a restore that are kept


@dataclass(frozen=True, slots=True)
class Retention:
    """How many backups of the schedule are kept.

    Kept are the newest `last`, and of each of the newest `daily` days and `weekly` weeks (by ISO)
    that have any the newest. Days and weeks are those of the server's machine.
    """

    last: int = 7
    daily: int = 7
    weekly: int = 4


def superfluous(backups: Iterable[Backup], retention: Retention) -> list[Backup]:
    """Return those that are not to be kept, the newest first."""
    sound = sorted(
        (backup for backup in backups if backup.status is Status.COMPLETED),
        key=lambda backup: (backup.created_at, backup.filename),
        reverse=True,
    )
    scheduled = [backup for backup in sound if backup.kind is Kind.SCHEDULED]
    before_restore = [backup for backup in sound if backup.kind is Kind.BEFORE_RESTORE]
    kept = {backup.filename for backup in scheduled[: max(1, retention.last)]}
    kept |= _newest_of(scheduled, retention.daily, lambda at: at.date())
    kept |= _newest_of(scheduled, retention.weekly, lambda at: at.isocalendar()[:2])
    kept |= {backup.filename for backup in before_restore[:BEFORE_RESTORE]}
    return [backup for backup in scheduled + before_restore if backup.filename not in kept]


def _newest_of(
    backups: Sequence[Backup], most: int, span: Callable[[datetime], Hashable]
) -> set[str]:
    """Return the newest backup of each of the newest `most` spans of time that have any."""
    found: dict[Hashable, str] = {}
    for backup in backups:
        found.setdefault(span(backup.created_at.astimezone()), backup.filename)
    return set(list(found.values())[:most])
