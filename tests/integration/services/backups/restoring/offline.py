"""Backups and restores without a server around them, as on the command line."""

from dataclasses import dataclass
from pathlib import Path

from argosy.cli.backups import backups_of
from argosy.settings import Settings
from services.backups.backups import Backups
from services.backups.folder import BackupFolder
from services.backups.restoring.archives import ArchiveAt
from services.backups.restoring.restoring import Restoring
from services.backups.restoring.standstill import NothingRuns
from services.backups.restoring.steps import Tell, tell_nobody
from services.backups.restoring.target import make_target
from services.clock import SystemClock
from services.sealing import Sealer
from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Offline:
    """What makes and restores the backups of an open store."""

    settings: Settings
    backups: Backups
    restoring: Restoring


def offline(
    store: Store, data_dir: Path, database_url: str | None = None, tell: Tell = tell_nobody
) -> Offline:
    """Return what makes and restores backups of `store`, told of each step by `tell`."""
    settings = Settings.model_validate({"data_dir": data_dir, "database_url": database_url})
    backups = backups_of(settings, store)
    folder = BackupFolder(settings.backups)
    restoring = Restoring(
        store=store,
        clock=SystemClock(),
        sealer=Sealer(settings.key_file),
        target=make_target(store, data_dir, settings.database),
        archives=ArchiveAt(store=store, backups=backups, folder=folder),
        standstill=NothingRuns(),
        data_dir=data_dir,
        tell=tell,
    )
    return Offline(settings, backups, restoring)
