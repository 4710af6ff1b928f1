"""Work on the database from the command line, beside a running server or without one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from argosy.cli.recording import recorded
from argosy.logs import configure_logs
from argosy.settings import Settings
from services.logs.levels import LogLevel
from services.notifiers.notices import note
from services.store.choose import make_store, migrate_beside_a_server
from services.store.store import Store
from services.webhooks.outbox import Outbox

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
        # What happens here is told as well: by the server, which looks for what is to be sent.
        store.accompany(note)
        store.accompany(Outbox(_tell_nobody).accompany)
        await store.open()
        try:
            if action is None:
                await work(store)
            else:
                await recorded(settings, store, action, work)
        finally:
            await store.close()

    asyncio.run(run())


def _tell_nobody() -> None:
    """Leave it to the server, which is another process or starts later."""
