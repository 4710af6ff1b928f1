"""What the commands about backups do, beside a running server or without one."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import orjson
import typer

from argosy.cli.beside import with_store
from argosy.cli.ends import SOME_NOT
from argosy.keeping import with_kept
from argosy.logs import configure_logs
from argosy.parts.backups import make_backups, make_maker
from argosy.settings import Settings
from argosy.version import VERSION
from services import display
from services.alerts.alerts import Alerts
from services.audit.remarks import remark
from services.backups import verifying
from services.backups.backups import Backups
from services.backups.folder import BackupFolder
from services.backups.format import portable_time
from services.backups.maker import check_file
from services.backups.progress import ProgressBoard
from services.backups.records import Backup, Wish
from services.clock import SystemClock
from services.errors import NotFound
from services.logs.levels import LogLevel
from services.metrics import Metrics
from services.store.store import Store


def create(settings: Settings, name: str | None, description: str, passphrase: str | None) -> None:
    """Make a backup and print its path."""

    async def work(store: Store) -> None:
        backups = backups_of(settings, store)
        try:
            made = await backups.create(Wish(description, name, passphrase=passphrase))
        finally:
            await backups.close()
        typer.echo(settings.backups / made.filename)

    with_store(settings, work, action="backup create")


def show_all(settings: Settings, *, as_json: bool) -> None:
    """Print a line for each backup in the folder."""
    for backup in BackupFolder(settings.backups).all():
        typer.echo(_json(backup) if as_json else _line(backup))


def verify(settings: Settings, file: str) -> None:
    """Print what is wrong with a backup, or that nothing is."""
    configure_logs(LogLevel.WARNING)
    problems = asyncio.run(_elsewhere(Path(file)) if "/" in file else _listed(settings, file))
    for problem in problems:
        typer.echo(problem)
    if problems:
        typer.echo("This backup is not as it was made. Keep another, and make a new one.", err=True)
        raise typer.Exit(SOME_NOT)
    typer.echo("All of it is as it was written.")


def prune(settings: Settings) -> None:
    """Remove what is not to be kept."""

    async def work(store: Store) -> None:
        now = await with_kept(settings)  # how many are kept may have been set while a server ran
        gone = [backup.filename for backup in await backups_of(now, store).prune()]
        remark(backups=gone)
        for filename in gone:
            typer.echo(filename)

    with_store(settings, work, action="backup prune")


async def _listed(settings: Settings, filename: str) -> list[str]:
    folder = BackupFolder(settings.backups)
    now = SystemClock().now()
    return (await verifying.verify(folder, make_maker(settings, folder), filename, now)).problems


def _elsewhere(path: Path) -> Coroutine[Any, Any, list[str]]:
    if not path.is_file():
        message = f"There is no file {path}."
        raise NotFound(message)
    return check_file(path.absolute())


def backups_of(settings: Settings, store: Store) -> Backups:
    """Return the backups of a server that is set up so, for the command line."""
    clock, metrics = SystemClock(), Metrics(version=VERSION)
    return make_backups(
        settings,
        store=store,
        clock=clock,
        issues=Alerts(store=store, clock=clock, metrics=metrics),
        board=ProgressBoard(clock),
        metrics=metrics,
    )


def _line(backup: Backup) -> str:
    fields = (
        backup.filename,
        display.size(backup.size),
        backup.status.value,
        backup.kind.value if backup.kind else "unknown",
        backup.description,
    )
    return "\t".join(fields)


def _json(backup: Backup) -> str:
    shown = {
        "filename": backup.filename,
        "sizeBytes": backup.size,
        "createdAt": portable_time(backup.created_at),
        "status": backup.status,
        "kind": backup.kind,
        "description": backup.description,
        "sha256": backup.sha256,
        "message": backup.message,
    }
    return orjson.dumps(shown).decode()
