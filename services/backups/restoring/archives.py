"""The archives of a server as what is restored from, and where the one of before goes."""

import asyncio
from pathlib import Path

from services.backups.backups import Backups
from services.backups.folder import BackupFolder
from services.backups.format import Kind
from services.backups.records import Wish
from services.store.store import Store


class KeptArchives:
    """Those that lie in the folder of backups."""

    def __init__(self, *, store: Store, backups: Backups, folder: BackupFolder) -> None:
        self._store = store
        self._backups = backups
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder.path

    async def find(self, filename: str) -> Path:
        """Return where an archive lies; raise `NotFound`."""
        return await asyncio.to_thread(self._folder.place, filename)

    async def save(self, description: str) -> Path | None:
        """Make an archive of now; None where nobody has used this database yet."""
        if not await self._store.fetch("SELECT 1 FROM users LIMIT 1"):
            return None
        wish = Wish(description, "before_restore", kind=Kind.BEFORE_RESTORE)
        backup = await self._backups.create_within(wish)
        return await self.find(backup.filename)


class ArchiveAt(KeptArchives):
    """One that lies anywhere, such as on a disk that came from another machine."""

    async def find(self, filename: str) -> Path:
        """Return where an archive lies: a path has a slash in it."""
        return Path(filename) if "/" in filename else await super().find(filename)
