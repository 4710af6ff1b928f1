"""PostgreSQL as what is restored into: rows are copied beside the tables, and swapped at once.

All of it is done in a thread with a loop of its own: whole tables go through Python here.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import structlog

from services.backups.restoring.differences import (
    NAMES,
    Change,
    Dialect,
    read_difference,
    read_example,
)
from services.backups.restoring.staging import Staged, Table
from services.backups.restoring.steps import Step, Tell
from services.backups.restoring.target import Comparison, replaced
from services.errors import Unavailable
from services.store.migrations import MIGRATION_LOCK, connected, pending_on
from services.store.rows import write_json

T = TypeVar("T")

BATCH = 2000  # rows
LONGEST_SECONDS = 600.0  # for one statement
LOCK_SECONDS = 30  # for those to end who use a table
TRIES = 3  # where another transaction is in the way
DIALECT = Dialect('pg_temp."staged_{0}"', '"{0}"', "IS DISTINCT FROM", "{0}")

FENCE = """
    UPDATE pg_temp.staged_tasks AS s SET attempt = GREATEST(s.attempt, t.attempt + 1),
                                         revision = GREATEST(s.revision, t.revision) + 1
    FROM tasks AS t WHERE t.id = s.id
"""
IN_THE_WAY = (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

log = structlog.get_logger(__name__)


class PostgresTarget:
    """The database of an installation that may have several servers."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def compare(self, staged: Staged) -> Comparison:
        return await self._with_rows(staged, _compare)

    async def replace(self, staged: Staged, tell: Tell) -> None:
        async def replace(connection: Any, tables: Sequence[Table]) -> None:
            await _replace(connection, tables, tell)

        await self._with_rows(staged, replace)

    async def _with_rows(
        self, staged: Staged, work: Callable[[Any, Sequence[Table]], Coroutine[Any, Any, T]]
    ) -> T:
        """Do `work` with a connection that has the rows of `staged` in tables of its own."""

        async def do() -> T:
            async with connected(self._url) as connection:
                # Servers that start now wait, as they do for each other's migrations.
                await connection.execute(
                    "SELECT pg_advisory_lock($1)", MIGRATION_LOCK, timeout=LONGEST_SECONDS
                )
                if await pending_on(connection):
                    message = "The database is older than this program. Run: argosy migrate"
                    raise Unavailable(message)
                with closing(sqlite3.connect(staged.path)) as database:
                    for table in replaced(staged):
                        await _bring(connection, database, table)
                return await work(connection, replaced(staged))

        try:
            return await asyncio.to_thread(asyncio.run, do())
        except FAULTS as error:
            log.error("restore.failed", reason=str(error))  # noqa: TRY400 - a fault of the database
            message = (
                f"PostgreSQL does not take the rows of this archive: {error or 'no answer'}. "
                "Nothing was changed."
            )
            raise Unavailable(message) from error


async def _bring(connection: Any, database: sqlite3.Connection, table: Table) -> None:
    """Copy the rows of a table into another that only this connection sees."""
    await connection.execute(
        f'CREATE TEMP TABLE "staged_{table.name}" (LIKE {DIALECT.of_current(table)})'
    )
    query = await connection.prepare(f"SELECT * FROM {DIALECT.of_staged(table)}")  # noqa: S608 - ours
    types = {attribute.name: attribute.type.name for attribute in query.get_attributes()}
    names = [column.name for column in table.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    rows = database.execute(f'SELECT {quoted} FROM "{table.name}"')  # noqa: S608
    readers = [READERS.get(types[name]) for name in names]
    for batch in _batches(rows, readers):
        await connection.copy_records_to_table(
            f"staged_{table.name}",
            records=batch,
            columns=names,
            timeout=LONGEST_SECONDS,
        )
    await connection.execute(f"ANALYZE {DIALECT.of_staged(table)}", timeout=LONGEST_SECONDS)


def _batches(
    rows: sqlite3.Cursor, readers: Sequence[Callable[[Any], object] | None]
) -> Iterator[list[tuple[object, ...]]]:
    while batch := rows.fetchmany(BATCH):
        yield [
            tuple(
                value if value is None or read is None else read(value)
                for value, read in zip(row, readers, strict=True)
            )
            for row in batch
        ]


def _document(value: Any) -> str:
    """Return a document as text: of one that is nothing but a number, SQLite has made one."""
    return value if isinstance(value, str) else write_json(value)


READERS: dict[str, Callable[[Any], object]] = {
    "bool": bool,
    "uuid": UUID,
    "timestamptz": datetime.fromisoformat,
    "date": date.fromisoformat,
    "jsonb": _document,
}


async def _compare(connection: Any, tables: Sequence[Table]) -> Comparison:
    differences, examples = [], []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for table in tables:
            row = await connection.fetchrow(DIALECT.counts(table), timeout=LONGEST_SECONDS)
            differences.append(read_difference(table, tuple(row)))
            if table.name in NAMES and differences[-1].is_any:
                for change in Change:
                    rows = await connection.fetch(
                        DIALECT.examples(table, change), timeout=LONGEST_SECONDS
                    )
                    examples += [read_example(table, change, tuple(row)) for row in rows]
    return Comparison(differences, examples)


async def _replace(connection: Any, tables: Sequence[Table], tell: Tell) -> None:
    for left in reversed(range(TRIES)):
        try:
            async with connection.transaction():
                await _swap(connection, tables, tell)
        except IN_THE_WAY as error:
            if not left:
                message = (
                    "Other transactions are in the way of the restore. Nothing was changed; try "
                    "again when less is going on."
                )
                raise Unavailable(message) from error
            log.info("restore.again", reason=str(error))
        else:
            return


async def _swap(connection: Any, tables: Sequence[Table], tell: Tell) -> None:
    tell(Step.SWAPPING)
    await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    all_of_them = ", ".join(DIALECT.of_current(table) for table in tables)
    await connection.execute(f"LOCK TABLE {all_of_them}")
    await connection.execute(FENCE, timeout=LONGEST_SECONDS)
    # Numbers go on from where they were: none is given again.
    await connection.execute(f"TRUNCATE {all_of_them} CONTINUE IDENTITY")
    tell(Step.EMPTIED)
    for table in tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        await connection.execute(
            f"INSERT INTO {DIALECT.of_current(table)} ({names}) "  # noqa: S608
            f'SELECT {names} FROM {DIALECT.of_staged(table)} ORDER BY "{table.key}"',
            timeout=LONGEST_SECONDS,
        )
        await _move_numbers(connection, table)
    tell(Step.FILLED)


async def _move_numbers(connection: Any, table: Table) -> None:
    """Have the next row of a table get a number above all that were ever given."""
    sequence = await connection.fetchval(
        "SELECT pg_get_serial_sequence($1, $2)", DIALECT.of_current(table), table.key
    )
    if sequence is None:
        return
    await connection.execute(
        f"SELECT setval('{sequence}', GREATEST(last_value, top)) FROM {sequence}, "  # noqa: S608
        f'(SELECT MAX("{table.key}") AS top FROM {DIALECT.of_current(table)}) AS there '
        "WHERE top IS NOT NULL"
    )
