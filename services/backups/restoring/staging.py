"""A database made of an archive: first as its tables were then, and then brought up to date.

It is a SQLite file whatever the server has: from there rows go into either database. Nobody else
knows of it, so it needs no care for what happens if its making breaks off.
"""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from services.backups.format import Manifest
from services.backups.restoring.extraction import Extracted
from services.backups.restoring.refusals import too_new, unusable
from services.backups.restoring.rows import Column, read_rows
from services.backups.restoring.soundness import check_sound
from services.backups.restoring.steps import Step, Tell
from services.errors import Unavailable
from services.store.migrations import build_sqlite, versions
from services.text import plain

BATCH = 1000  # rows
# Nobody needs it if the machine loses its power; what many indexes need at once stays in memory.
FAST = (
    "PRAGMA synchronous = OFF",
    "PRAGMA journal_mode = MEMORY",
    "PRAGMA cache_size = -65536",
)
RECORDS = "aerich"  # the table in which migrations are remembered


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a staged database: its columns, and the one that rows are known by."""

    name: str
    columns: tuple[Column, ...]
    key: str
    parents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Staged:
    """What an archive holds, as a database of this version. Parents come before children.

    `from_archive` are the tables that the archive had; the others hold what their migration put
    there. `digest` tells this archive from others.
    """

    path: Path
    manifest: Manifest
    digest: str
    tables: tuple[Table, ...]
    from_archive: frozenset[str]
    migrated: tuple[str, ...]


def check_schema(manifest: Manifest) -> None:
    """Raise unless the tables of an archive are those of this version or an earlier one."""
    known = versions()
    if strange := [name for name in manifest.schema if name not in known]:
        raise too_new(plain(manifest.version, most=40), plain(strange[-1], most=80))
    if not manifest.schema or list(manifest.schema) != known[: len(manifest.schema)]:
        reason = "its manifest names migrations that do not follow each other"
        raise unusable(reason)


def stage(extracted: Extracted, path: Path, tell: Tell) -> Staged:
    """Make a database in `path` of an archive's members. It blocks, and runs a loop of its own.

    Raises `UnusableBackup` where the rows make no database of ours, and `NewerBackup`.
    """
    manifest = extracted.manifest
    check_schema(manifest)
    asyncio.run(build_sqlite(path, manifest.schema))
    tell(Step.LOADING)
    try:
        _load(extracted, path)
        tell(Step.MIGRATING)
        asyncio.run(build_sqlite(path))
        with closing(sqlite3.connect(path)) as database:
            check_sound(database)
            tables = tuple(_in_order(read_tables(database)))
    except sqlite3.OperationalError as error:
        message = (
            f"No database can be made of this archive in {path.parent}: {error}. Look at the disk."
        )
        raise Unavailable(message) from error
    return Staged(
        path,
        manifest,
        extracted.digest,
        tables,
        frozenset(manifest.tables),
        tuple(name for name in versions() if name not in manifest.schema),
    )


def read_tables(database: sqlite3.Connection) -> dict[str, Table]:
    """Return the tables of a database, but for the one that its migrations are written in."""
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    )
    found = {}
    for (name,) in names.fetchall():
        if name == RECORDS:
            continue
        rows = database.execute(f'PRAGMA table_info("{name}")').fetchall()
        (key,) = [row[1] for row in rows if row[5]]
        columns = tuple(Column(row[1], row[2], not row[3]) for row in rows)
        links = database.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
        found[name] = Table(name, columns, key, frozenset(link[2] for link in links))
    return found


def _load(extracted: Extracted, path: Path) -> None:
    manifest = extracted.manifest
    rows_of = {m.path: m.rows for m in manifest.members}
    with closing(sqlite3.connect(path)) as database:
        for pragma in FAST:
            database.execute(pragma)
        tables = read_tables(database)
        if strange := manifest.tables.keys() - tables.keys():
            name = plain(sorted(strange)[0], most=60)
            reason = f"Argosy {plain(manifest.version, most=40)} had no table {name}"
            raise unusable(reason)
        with database:  # what migrations put there is in the archive as well
            for name in tables:
                database.execute(f'DELETE FROM "{name}"')  # noqa: S608 - ours, like those below
        for name, types in manifest.tables.items():
            rows = read_rows(extracted.table(name), tables[name].columns, types)
            count = _insert(database, tables[name], rows)
            if count != rows_of[f"tables/{name}.jsonl"]:
                reason = f"{name} has {count} rows, and its manifest says otherwise"
                raise unusable(reason)


def _insert(database: sqlite3.Connection, table: Table, rows: Iterable[Sequence[object]]) -> int:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
    count, waiting = 0, iter(rows)
    try:
        with database:
            while some := list(islice(waiting, BATCH)):
                database.executemany(statement, some)
                count += len(some)
    except sqlite3.IntegrityError as error:
        reason = f"its rows of {table.name} break a rule of their table ({error})"
        raise unusable(reason) from error
    return count


def _in_order(tables: Mapping[str, Table]) -> Iterator[Table]:
    """Yield all tables, parents before children."""
    waiting, done = dict(tables), set[str]()
    while waiting:
        ready = [table for table in waiting.values() if table.parents <= done]
        if not ready:
            message = f"the tables {sorted(waiting)} refer to each other in a circle"
            raise RuntimeError(message)
        for table in ready:
            yield waiting.pop(table.name)
            done.add(table.name)
