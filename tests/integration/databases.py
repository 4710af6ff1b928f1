"""Databases that tests have for themselves, copied from one that was migrated once."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
from tortoise.backends.base.executor import EXECUTOR_CACHE

from services.store.choose import DATABASE, make_store
from services.store.migrations import migrate_postgres, migrate_sqlite
from services.store.store import Store
from tests.needs import needs_variable

SQLITE, POSTGRES = "sqlite", "postgres"

DISCONNECT_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
OUR_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'aerich'
"""


class Databases:
    """Makes databases; those on PostgreSQL are dropped by whoever asked for them."""

    def __init__(self, folder: Path) -> None:
        self._sqlite = folder / "template.db"
        self._postgres: str | None = None
        self._idle: list[str] = []

    async def sqlite(self, folder: Path) -> Path:
        """Put a migrated database into `folder` and return its path."""
        if not self._sqlite.exists():
            with own_statements():
                await migrate_sqlite(self._sqlite)
        return Path(shutil.copy(self._sqlite, folder / DATABASE))

    async def postgres(self) -> str:
        """Make a migrated database and return its URL."""
        if self._postgres is None:
            made = await self.empty_postgres()
            with own_statements():
                await migrate_postgres(made)
            self._postgres = made
        return await _create(f"TEMPLATE {_name(self._postgres)}")

    async def empty_postgres(self) -> str:
        """Make a database without tables and return its URL."""
        return await _create("")

    async def lend_postgres(self) -> str:
        """Return the URL of a migrated database without rows; give it back with its shape."""
        return self._idle.pop() if self._idle else await self.postgres()

    async def take_back(self, url: str) -> None:
        """Empty a database for whoever asks next: that is quicker than to make another."""
        async with _server(url) as server:
            await server.execute(DISCONNECT_OTHERS)
            names = ", ".join(row["tablename"] for row in await server.fetch(OUR_TABLES))
            await server.execute(f"TRUNCATE {names} RESTART IDENTITY")
        self._idle.append(url)

    async def drop(self, url: str) -> None:
        """Remove a database on PostgreSQL."""
        async with _server() as server:
            await server.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    async def close(self) -> None:
        """Remove what is left."""
        for url in (self._postgres, *self._idle):
            if url is not None:
                await self.drop(url)


@contextmanager
def databases_in(folder: Path) -> Iterator[Databases]:
    """Give databases for all tests of a run."""
    databases = Databases(folder)
    try:
        yield databases
    finally:
        asyncio.run(databases.close())


@asynccontextmanager
async def open_store(databases: Databases, kind: str, folder: Path) -> AsyncIterator[Store]:
    """Give an open store with a migrated database of its own."""
    if kind == SQLITE:
        await databases.sqlite(folder)
        async with opened(make_store(folder, None)) as store:
            yield store
        return
    url = await databases.lend_postgres()
    try:
        async with opened(make_store(folder, url)) as store:
            yield store
    finally:
        await databases.take_back(url)


@asynccontextmanager
async def opened(store: Store) -> AsyncIterator[Store]:
    """Open a store, and close it."""
    with own_statements():
        await store.open()
        try:
            yield store
        finally:
            await store.close()


@contextmanager
def own_statements() -> Iterator[None]:
    """Forget the statements that Tortoise made for the other dialect, and those made within.

    It remembers them by the name of the connection, which is the same for both. A server
    has one dialect for as long as it lives.
    """
    EXECUTOR_CACHE.clear()
    try:
        yield
    finally:
        EXECUTOR_CACHE.clear()


@asynccontextmanager
async def _server(url: str | None = None) -> AsyncIterator[asyncpg.Connection]:
    server = await asyncpg.connect(url or needs_variable("ARGOSY_TEST_POSTGRES_URL"))
    try:
        yield server
    finally:
        await server.close()


async def _create(options: str) -> str:
    name = f"argosy_test_{uuid4().hex}"
    async with _server() as server:
        await server.execute(f"CREATE DATABASE {name} {options}")
    return urlsplit(needs_variable("ARGOSY_TEST_POSTGRES_URL"))._replace(path=f"/{name}").geturl()


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
