"""The database as it was at one moment, row by row: this is what a backup is made from."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from services.backups.format import Shape
from services.errors import Unavailable

T = TypeVar("T")

PAGES = 256  # of SQLite, copied at once: 1 MiB
PAUSE_SECONDS = 0.002  # between them, for those who need the disk
BATCH = 1000  # rows asked of PostgreSQL at once
CONNECT_SECONDS = 10
ANSWER_SECONDS = 300
APPLIED = "SELECT version FROM aerich WHERE app = 'argosy' ORDER BY id"

Told = Callable[[float], None]  # how much of something is done, from 0 to 1


class Source(Protocol):
    """A moment of the database."""

    dialect: str

    def schema(self) -> tuple[str, ...]:
        """Return the migrations that had been applied, oldest first."""
        ...

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        ...

    def rows(self, shape: Shape) -> Iterator[Sequence[Any]]:
        """Yield the rows of a table, with their values in the order of its columns."""
        ...


@contextmanager
def sqlite_source(path: Path, draft: Path, told: Told) -> Iterator[Source]:
    """Copy the database in `path` into the folder `draft`, and give the copy; then remove it."""
    copy = draft / "copy.db"
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    _copy(path, copy, told)
    with closing(sqlite3.connect(f"{copy.as_uri()}?immutable=1", uri=True)) as database:
        faults = [fault for (fault,) in database.execute("PRAGMA quick_check(3)")]
        if faults != ["ok"]:
            message = f"The database is damaged: {'; '.join(faults)}. Restore an earlier backup."
            raise Unavailable(message)
        yield _Sqlite(database)
    copy.unlink()


def _copy(path: Path, copy: Path, told: Told) -> None:
    source = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=30, isolation_level=None)
    with closing(source), closing(sqlite3.connect(copy)) as target:
        source.execute("PRAGMA query_only = ON")
        # A snapshot: without one, each write of others makes the copying begin again.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        target.execute("PRAGMA synchronous = OFF")  # it is no use after a crash anyway
        source.backup(
            target,
            pages=PAGES,
            progress=lambda _, left, total: told(1 - left / max(total, 1)),
            sleep=PAUSE_SECONDS,
        )
        with suppress(sqlite3.OperationalError):  # it has done nothing
            source.execute("ROLLBACK")


class _Sqlite:
    dialect = "sqlite"

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def schema(self) -> tuple[str, ...]:
        return tuple(version for (version,) in self._database.execute(APPLIED))

    def count(self, table: str) -> int:
        (found,) = self._database.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
        return int(found)

    def rows(self, shape: Shape) -> Iterator[Sequence[Any]]:
        yield from self._database.execute(_select(shape))


@contextmanager
def postgres_source(credentials: dict[str, Any]) -> Iterator[Source]:
    """Give the database as it is now, whatever others write meanwhile."""
    with closing(asyncio.new_event_loop()) as loop:
        source = _Postgres(loop)
        loop.run_until_complete(source.open(credentials))
        try:
            yield source
        finally:
            loop.run_until_complete(source.close())


class _Postgres:
    dialect = "postgres"

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._connection: Any = None

    async def open(self, credentials: dict[str, Any]) -> None:
        import asyncpg  # not for everybody

        try:
            self._connection = await asyncpg.connect(
                **credentials, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS
            )
        except (OSError, ValueError, TimeoutError, asyncpg.PostgresError) as error:
            reason = str(error) or "no answer"
            message = f"PostgreSQL cannot be used: {reason}. Look at ARGOSY_DATABASE_URL."
            raise Unavailable(message) from error
        await self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    async def close(self) -> None:
        try:
            await self._connection.close(timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError):
            self._connection.terminate()

    def schema(self) -> tuple[str, ...]:
        return tuple(row["version"] for row in self._run(self._connection.fetch(APPLIED)))

    def count(self, table: str) -> int:
        return int(self._run(self._connection.fetchval(f'SELECT count(*) FROM "{table}"')))  # noqa: S608

    def rows(self, shape: Shape) -> Iterator[Sequence[Any]]:
        cursor = self._run(self._connection.cursor(_select(shape)))
        while batch := self._run(cursor.fetch(BATCH)):
            yield from batch

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)


def _select(shape: Shape) -> str:
    columns = ", ".join(f'"{column}"' for column in shape.columns)
    return f'SELECT {columns} FROM "{shape.table}" ORDER BY "{shape.key}"'  # noqa: S608
