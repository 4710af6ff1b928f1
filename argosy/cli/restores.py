"""What `argosy backup preview` and `argosy backup restore` do."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from argosy.cli.backups import backups_of
from argosy.cli.beside import with_store
from argosy.settings import Settings
from services.backups.folder import BackupFolder
from services.backups.restoring.archives import ArchiveAt
from services.backups.restoring.preview import Preview
from services.backups.restoring.restoring import Restored, RestoreWish, Restoring
from services.backups.restoring.standstill import NothingRuns
from services.backups.restoring.target import make_target
from services.clock import SystemClock
from services.errors import Conflict
from services.sealing import Sealer
from services.store.choose import migrate as migrate_store
from services.store.folder import FolderLock
from services.store.store import Store
from services.text import plain


def preview(settings: Settings, file: str) -> None:
    """Print what restoring a backup would change."""

    async def work(store: Store) -> None:
        _show(await _restoring(settings, store).preview(file))

    with_store(settings, work, action=None)


def restore(settings: Settings, file: str, passphrase: str | None, *, is_sure: bool) -> None:
    """Restore a backup where no server runs, after asking; print what came of it.

    Raises `Conflict` while a server has the data folder.
    """

    async def work(store: Store) -> None:
        restoring = _restoring(settings, store)
        found = await restoring.preview(file)
        _show(found)
        if not is_sure:
            typer.confirm("Put this in the place of all that there is?", abort=True, err=True)
        wish = RestoreWish(file, found.confirmation, passphrase)
        _tell(settings, await restoring.restore(wish))

    with _alone(settings):
        with_store(settings, work, migrate_store, action="backup restore")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    try:
        with FolderLock(settings.data_dir):
            yield
    except Conflict as error:
        message = (
            f"{error.message} While it runs, restore with the mutation restoreBackup of its API: "
            "see docs/backups.md."
        )
        raise Conflict(message) from error


def _restoring(settings: Settings, store: Store) -> Restoring:
    archives = ArchiveAt(
        store=store, backups=backups_of(settings, store), folder=BackupFolder(settings.backups)
    )
    return Restoring(
        store=store,
        clock=SystemClock(),
        sealer=Sealer(settings.key_file),
        target=make_target(store, settings.data_dir, settings.database),
        archives=archives,
        standstill=NothingRuns(),
        data_dir=settings.data_dir,
    )


def _show(found: Preview) -> None:
    typer.echo(f"Made {found.made_at:%Y-%m-%d %H:%M} UTC by Argosy {plain(found.manifest.version)}")
    for table in found.tables:
        if table.is_any:
            counts = f"+{table.added} ~{table.changed} -{table.removed}"
            typer.echo(f"{table.table}\t{counts}\tthen {table.rows}")
    if not any(table.is_any for table in found.tables):
        typer.echo("It is what there is: nothing would change.")
    for warning in found.warnings:
        typer.echo(warning)


def _tell(settings: Settings, restored: Restored) -> None:
    typer.echo(f"Restored {plain(restored.filename)}: {restored.rows} rows.")
    if restored.before is not None:
        typer.echo(f"What there was before is in {settings.backups / restored.before}")
    for name in restored.placed:
        typer.echo(f"Look at {settings.data_dir / name}")
    if restored.keys:
        typer.echo(f"Keys for secrets that were taken on: {restored.keys}.")
