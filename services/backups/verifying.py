"""Checks backups, and remembers beside them what came of it."""

import asyncio
from dataclasses import replace
from datetime import datetime

from services.backups.folder import BackupFolder
from services.backups.maker import Maker
from services.backups.records import Check, Sidecar, Status


async def verify(folder: BackupFolder, maker: Maker, filename: str, now: datetime) -> Check:
    """Check each byte of a backup that lies in the folder.

    Raises `NotFound`, and `Unavailable` where it could not be checked.
    """
    backup = await asyncio.to_thread(folder.get, filename)
    problems = await maker.check(backup, lambda _phase, _percent: None)
    status = Status.DAMAGED if problems else Status.COMPLETED
    message = problems[0] if problems else None
    checked = replace(backup, status=status, message=message, checked_at=now)
    if checked.manifest is not None and checked.sha256 is not None:
        sidecar = Sidecar(checked.manifest, checked.size, checked.sha256, status, message, now)
        await asyncio.to_thread(folder.add_sidecar, filename, sidecar)
    return Check(checked, problems)
