"""The store that the settings name, and its migrations."""

import asyncio
import time
from pathlib import Path

from services.errors import Conflict, Unavailable
from services.store.folder import FolderLock
from services.store.migrations import (
    applied_to_sqlite,
    migrate_postgres,
    migrate_sqlite,
    pending,
)
from services.store.store import Store

DATABASE = "argosy.db"
STARTING = 10.0  # seconds a server may take to migrate before the command line gives up


async def migrate(data_dir: Path, database_url: str | None) -> list[str]:
    """Bring the tables up to date and return the migrations applied.

    For SQLite the caller holds the lock of the data folder.
    """
    if database_url is not None:
        return await migrate_postgres(database_url)
    return await migrate_sqlite(data_dir / DATABASE)


def make_store(data_dir: Path, database_url: str | None) -> Store:
    """Return the store: PostgreSQL at `database_url`, or SQLite in `data_dir`."""
    if database_url is not None:
        from services.store.postgres import PostgresStore  # asyncpg is not for everybody

        return PostgresStore(database_url)
    from services.store.sqlite import SqliteStore

    return SqliteStore(data_dir / DATABASE)


async def migrate_beside_a_server(data_dir: Path, database_url: str | None) -> None:
    """Bring the tables up to date from the command line, where a server may be running.

    Raises `Unavailable` when a running server stands in the way of a needed migration.
    """
    if database_url is not None:
        await migrate_postgres(database_url)
        return
    deadline = time.monotonic() + STARTING
    while pending(await asyncio.to_thread(applied_to_sqlite, data_dir / DATABASE)):
        try:
            with FolderLock(data_dir):
                await migrate_sqlite(data_dir / DATABASE)
        except Conflict as error:
            # Perhaps that server is just starting, and migrating.
            if time.monotonic() > deadline:
                message = (
                    "The database needs a migration, and a running server has it. "
                    "Restart that server: it migrates at its start."
                )
                raise Unavailable(message) from error
            await asyncio.sleep(0.1)
