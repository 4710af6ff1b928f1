"""`backup.overdue`: the newest backup is older than it should be."""

from collections.abc import Awaitable, Callable, Collection

from services.alerts.catalog import Rule
from services.alerts.issues import Level
from services.alerts.records import Issue
from services.alerts.rules.rule import Found, ServersRule
from services.backups.records import Standing

EVERY_SECONDS = 300.0  # the whole folder is read


class BackupOverdue(ServersRule):
    """Looks at when there was a backup last."""

    name = Rule.BACKUP_OVERDUE.value
    every = EVERY_SECONDS

    def __init__(self, standing: Callable[[], Awaitable[Standing]]) -> None:
        self._standing = standing

    async def look(self, known: Collection[str]) -> Found:
        standing = await self._standing()
        if not standing.is_overdue:
            return []
        newest = standing.newest_at
        last = f"The newest is of {newest:%Y-%m-%d %H:%M} UTC" if newest else "There is none"
        message = f"No backup was made when it should have been. {last}."
        details = {"newestAt": newest.isoformat() if newest else None}
        return [Issue(self.name, message, Level.CRITICAL, details=details)]
