"""Commands that work on the database, beside a running server or without one."""

import asyncio
from contextlib import ExitStack

import typer

from argosy import presence
from argosy.cli.beside import with_store
from argosy.logs import configure_logs
from argosy.settings import Settings
from services.access.keys.keys import Keys
from services.access.keys.one_time import OneTimeTokens
from services.access.logins.passwords import Passwords
from services.access.people.users import Users
from services.access.setup import Setup, link
from services.audit.remarks import remark
from services.clock import SystemClock
from services.errors import Conflict
from services.logs.levels import LogLevel
from services.remembered import Remembered
from services.sealing import Sealer
from services.store.choose import migrate as migrate_store
from services.store.choose import migrate_beside_a_server
from services.store.folder import FolderLock
from services.store.store import Store
from services.tasks.sealed import reseal


def migrate(settings: Settings) -> None:
    """Migrate; raise `Conflict` while a server is running on the same SQLite."""
    configure_logs(LogLevel.WARNING)
    with FolderLock(settings.data_dir):
        done = asyncio.run(migrate_store(settings.data_dir, settings.database))
    for name in done:
        typer.echo(f"applied {name}")
    if not done:
        typer.echo("The database is up to date.")


def print_setup_link(settings: Settings) -> None:
    """Print a link for the first password, alone."""

    async def issue(store: Store) -> None:
        clock = SystemClock()
        setup = Setup(
            store=store,
            users=Users(store=store, clock=clock),
            keys=Keys(store=store, clock=clock),
            passwords=Passwords(),
            tokens=OneTimeTokens(store=store, clock=clock),
            remembered=Remembered(store=store, clock=clock),
            clock=clock,
        )
        typer.echo(link(_address(settings), await setup.another_token()))

    with_store(settings, issue, action="setup-link")


def _address(settings: Settings) -> str:
    """Return where people reach the server."""
    if settings.public_url:
        return str(settings.public_url)
    running = presence.find(settings.data_dir)
    return running.url if running else f"http://{settings.host}:{settings.port}"


def rotate_secrets(settings: Settings) -> None:
    """Seal the secrets of tasks and users with a new key, and say how many."""
    sealer = Sealer(settings.key_file)

    async def rotate(store: Store) -> None:
        done = await reseal(store, sealer)
        remark(tasks=done.tasks, lost=done.lost)
        typer.echo(f"A new key seals now. Downloads whose secrets are under it: {done.tasks}.")
        if done.users:
            typer.echo(f"Users whose second factors are under it: {done.users}.")
        if done.plugins:
            typer.echo(f"Secrets of plugins that are under it: {done.plugins}.")
        if done.notifiers:
            typer.echo(f"Notifiers whose addresses are under it: {done.notifiers}.")
        if done.lost:
            typer.echo(f"Sealed with a key that is not in the file, and left alone: {done.lost}.")

    with ExitStack() as stack:
        is_alone = _enter_alone(stack, settings)
        bring_up_to_date = migrate_store if is_alone else migrate_beside_a_server
        with_store(settings, rotate, bring_up_to_date, action="secrets rotate")
        # Others may share a PostgreSQL and the key, and not the data folder.
        is_unused = is_alone and settings.database is None
        sealer.drop(kept=0 if is_unused else 1)
    if not is_unused:
        typer.echo(
            "A server may be using the key before it: that stays in the file until the next time."
        )


def _enter_alone(stack: ExitStack, settings: Settings) -> bool:
    """Whether no server has the data folder; then none can have it while `stack` lasts."""
    try:
        stack.enter_context(FolderLock(settings.data_dir))
    except Conflict:
        return False
    return True
