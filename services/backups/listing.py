"""Pages of the list of backups, which all lie in one folder."""

from collections.abc import Sequence
from datetime import datetime

from services.backups.folder import order
from services.backups.records import Backup
from services.paging import cursors
from services.paging.pages import Page

LIST = "backups"


def page_of(backups: Sequence[Backup], first: int, after: str | None) -> Page[Backup]:
    """Return `first` of the backups that follow the cursor `after`; the newest come first.

    Raises `InvalidInput` for a cursor of another list.
    """
    start = None if after is None else _read(after)
    rest = [backup for backup in backups if start is None or order(backup) < start]
    items = list(rest[:first])
    return Page(items, [_cursor(backup) for backup in items], len(rest) > first)


def has_before(backups: Sequence[Backup], after: str | None) -> bool:
    """Whether any come before what follows the cursor."""
    if after is None:
        return False
    start = _read(after)
    return any(order(backup) >= start for backup in backups)


def _cursor(backup: Backup) -> str:
    return cursors.show(LIST, backup.created_at.isoformat(), backup.filename)


def _read(cursor: str) -> tuple[datetime, str]:
    at, filename = cursors.read(LIST, cursor, (str, str))
    try:
        time = datetime.fromisoformat(str(at))
    except ValueError:
        raise cursors.refusal() from None
    if time.tzinfo is None:
        raise cursors.refusal()
    return time, str(filename)
