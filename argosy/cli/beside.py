"""Work on the database from the command line, beside a running server or without one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from argosy.cli.recording import recorded
from argosy.logs import configure_logs
from argosy.settings import Settings
from services.logs.levels import LogLevel
from services.store.choose import make_store, migrate_beside_a_server
from services.store.store import Store

Migrate = Callable[[Path, str | None], Awaitable[object]]


def with_store(
    settings: Settings,
    work: Callable[[Store], Awaitable[None]],
    bring_up_to_date: Migrate = migrate_beside_a_server,
    *,
    action: str | None,
) -> None:
    """Do `work` with the open, migrated store.

    `action` is what the audit log calls it, such as `user create`; None is for what only reads.
    What `work` remarks on (`services.audit.remarks`) goes into the entry.
    """
    configure_logs(LogLevel.WARNING)  # standard output is for the answer alone

    async def run() -> None:
        await bring_up_to_date(settings.data_dir, settings.database)
        store: Store = make_store(settings.data_dir, settings.database)
        await store.open()
        try:
            if action is None:
                await work(store)
            else:
                await recorded(settings, store, action, work)
        finally:
            await store.close()

    asyncio.run(run())
