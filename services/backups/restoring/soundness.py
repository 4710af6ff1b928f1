"""Whether a database that was made of an archive is one that a server can run with."""

import importlib
import sqlite3
from collections.abc import Iterator, Mapping

from tortoise import Model, fields

from services.access.identity import Role
from services.backups.restoring.refusals import unusable
from services.events.kinds import KINDS
from services.store.tables import TABLES
from services.tasks.states import TaskState
from services.text import plain

# Words that are read as enums everywhere, where one that nobody knows would break whole lists.
WORDS: Mapping[tuple[str, str], frozenset[str]] = {
    ("users", "role"): frozenset(role.value for role in Role),
    ("tasks", "state"): frozenset(state.value for state in TaskState),
    ("events", "kind"): frozenset(KINDS),
}


def check_sound(database: sqlite3.Connection) -> None:
    """Raise `UnusableBackup` unless every row is one that a server could have written."""
    faults = database.execute("PRAGMA integrity_check(3)").fetchall()
    if faults != [("ok",)]:
        reason = f"the database made of it is damaged ({faults[0][0]})"
        raise unusable(reason)
    orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        reason = f"a row of {orphan[0]} belongs to a row of {orphan[2]} that is not there"
        raise unusable(reason)
    for (table, column), words in WORDS.items():
        marks = ", ".join("?" * len(words))
        _expect_none(database, table, column, f"{column} NOT IN ({marks})", *sorted(words))
    for table, column in _booleans():
        _expect_none(database, table, column, f"{column} NOT IN (0, 1)")


def _expect_none(
    database: sqlite3.Connection, table: str, column: str, condition: str, *values: object
) -> None:
    statement = f"SELECT {column} FROM {table} WHERE {condition} LIMIT 1"  # noqa: S608 - ours
    found = database.execute(statement, values).fetchone()
    if found is not None:
        reason = f"a row of {table} has a {column} that means nothing: {plain(str(found[0])[:40])}"
        raise unusable(reason)


def _booleans() -> Iterator[tuple[str, str]]:
    """Yield what may be true or false only, which SQLite keeps as a number."""
    for module in TABLES:
        for model in vars(importlib.import_module(module)).values():
            if isinstance(model, type) and issubclass(model, Model) and model.__module__ == module:
                meta = model._meta  # noqa: SLF001 - Tortoise has no public door
                for name, field in meta.fields_map.items():
                    if isinstance(field, fields.BooleanField):
                        yield meta.db_table, field.source_field or name
