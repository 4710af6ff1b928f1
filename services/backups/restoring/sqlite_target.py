"""SQLite as what is restored into: rows go from one file to the other in one transaction.

It is done with the connection of the store that writes, so that nobody waits for a lock: they wait
for their turn. What ends the process leaves the write-ahead log without its end, and SQLite takes
the rest back when it is opened the next time.
"""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import orjson

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
from services.store.migrations import readable
from services.store.sqlite import SqliteStore

DIALECT = Dialect('staged."{0}"', 'main."{0}"', "IS NOT", "canonical({0})")
BUSY_SECONDS = 10

FENCE = """
    UPDATE staged.tasks SET
        attempt = MAX(attempt, 1 + (SELECT attempt FROM main.tasks AS t WHERE t.id = tasks.id)),
        revision = 1 + MAX(revision, (SELECT revision FROM main.tasks AS t WHERE t.id = tasks.id))
    WHERE id IN (SELECT id FROM main.tasks)
"""


class SqliteTarget:
    """The database of an installation on one machine."""

    def __init__(self, store: SqliteStore, path: Path) -> None:
        self._store = store
        self._path = path

    async def compare(self, staged: Staged) -> Comparison:
        return await asyncio.to_thread(_compare, self._path, staged)

    async def replace(self, staged: Staged, tell: Tell) -> None:
        await self._store.alone(lambda connection: _replace(connection, staged, tell))


def _compare(path: Path, staged: Staged) -> Comparison:
    address = f"{path.absolute().as_uri()}?mode=ro"
    with (
        readable(path),
        closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as database,
    ):
        database.create_function("canonical", 1, _canonical, deterministic=True)
        database.execute("ATTACH ? AS staged", [str(staged.path)])
        database.execute("BEGIN")  # all of it at one moment
        tables, examples = [], []
        for table in replaced(staged):
            counts = read_difference(table, database.execute(DIALECT.counts(table)).fetchone())
            tables.append(counts)
            if table.name in NAMES and counts.is_any:
                for change in Change:
                    rows = database.execute(DIALECT.examples(table, change)).fetchall()
                    examples += [read_example(table, change, row) for row in rows]
    return Comparison(tables, examples)


def _canonical(text: str | float | None) -> bytes | float | None:
    """Return a document such that equal ones are equal: PostgreSQL keeps no order of keys.

    One that is nothing but a number, SQLite has turned into one.
    """
    if not isinstance(text, str):
        return text
    return orjson.dumps(orjson.loads(text), option=orjson.OPT_SORT_KEYS)


def _replace(connection: sqlite3.Connection, staged: Staged, tell: Tell) -> None:
    tables = replaced(staged)
    with _attached(connection, staged.path):
        tell(Step.SWAPPING)
        connection.execute("BEGIN IMMEDIATE")
        try:
            _swap(connection, tables, tell)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
    with suppress(sqlite3.Error):  # the log has grown by all of that; later will do as well
        connection.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchall()


def _swap(connection: sqlite3.Connection, tables: Sequence[Table], tell: Tell) -> None:
    connection.execute(FENCE)
    for table in tables:
        connection.execute(f"DELETE FROM {DIALECT.of_current(table)}")  # noqa: S608 - ours
    tell(Step.EMPTIED)
    for table in tables:
        _fill(connection, table)
    if orphans := connection.execute("PRAGMA main.foreign_key_check").fetchall():
        message = f"{len(orphans)} rows would belong to nothing. Nothing was changed."
        raise Unavailable(message)
    tell(Step.FILLED)


@contextmanager
def _attached(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Have the staged database beside the other, whose foreign keys wait until all is there."""
    connection.execute("ATTACH ? AS staged", [str(path)])
    try:
        connection.execute("PRAGMA foreign_keys = OFF")
        yield
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DETACH staged")


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    # By name: where a column was added later, it stands at another place.
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.execute(
        f"INSERT INTO {DIALECT.of_current(table)} ({names}) "  # noqa: S608
        f'SELECT {names} FROM {DIALECT.of_staged(table)} ORDER BY "{table.key}"'
    )
