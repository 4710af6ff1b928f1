"""What a restore would do to each table: which rows come, go and change. SQL of both dialects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.backups.restoring.staging import Table

MOST_EXAMPLES = 10  # of each kind of change in each table

# What people know a row by. Nothing in it is secret.
NAMES: Mapping[str, str] = {
    "users": "{0}name",
    "keys": "{0}name || ' (' || {0}prefix || '…)'",
    "tasks": "CASE WHEN {0}name <> '' THEN {0}name ELSE {0}host END",
    "plugins": "{0}name",
    "webhooks": "CASE WHEN {0}name <> '' THEN {0}name ELSE {0}shown END",
    "notifiers": "{0}name",
}


class Change(StrEnum):
    """What a restore does to a row."""

    ADDED = "ADDED"  # it is in the archive alone
    CHANGED = "CHANGED"  # it is in both, and not the same
    REMOVED = "REMOVED"  # it is here alone


@dataclass(frozen=True, slots=True)
class Example:
    """A row that people may know. `id` is that of its table."""

    table: str
    change: Change
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How many rows of a table would come, change and go, and how many the archive has."""

    table: str
    rows: int
    added: int
    changed: int
    removed: int

    @property
    def is_any(self) -> bool:
        """Whether anything would become of the table."""
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database is asked. `staged` and `current` are where tables are, by their names."""

    staged: str
    current: str
    differs: str  # between two values, of which both may be null
    document: str  # what makes equal documents equal

    def of_staged(self, table: Table) -> str:
        """Return the name of a table as the archive has it."""
        return self.staged.format(table.name)

    def of_current(self, table: Table) -> str:
        """Return the name of a table as it is."""
        return self.current.format(table.name)

    def counts(self, table: Table) -> str:
        """Return the query for the numbers of a `Difference`, in their order."""
        key, staged, current = f'"{table.key}"', self.of_staged(table), self.of_current(table)
        changed = " OR ".join(self._differs(table)) or "1 = 0"
        return f"""
            SELECT (SELECT COUNT(*) FROM {staged}) AS rows_there,
                   (SELECT COUNT(*) FROM {staged} AS s WHERE NOT EXISTS
                       (SELECT 1 FROM {current} AS c WHERE c.{key} = s.{key})) AS added,
                   (SELECT COUNT(*) FROM {staged} AS s JOIN {current} AS c
                       ON c.{key} = s.{key} WHERE {changed}) AS changed,
                   (SELECT COUNT(*) FROM {current} AS c WHERE NOT EXISTS
                       (SELECT 1 FROM {staged} AS s WHERE s.{key} = c.{key})) AS removed
        """  # noqa: S608 - ours, like those below

    def examples(self, table: Table, change: Change) -> str:
        """Return the query for the ids and names of some rows."""
        key, staged, current = f'"{table.key}"', self.of_staged(table), self.of_current(table)
        if change is Change.CHANGED:
            changed = " OR ".join(self._differs(table)) or "1 = 0"
            found = f"{staged} AS s JOIN {current} AS c ON c.{key} = s.{key} WHERE {changed}"
        else:
            here, there = (staged, current) if change is Change.ADDED else (current, staged)
            other = f"SELECT 1 FROM {there} AS c WHERE c.{key} = s.{key}"  # noqa: S608
            found = f"{here} AS s WHERE NOT EXISTS ({other})"
        name = NAMES[table.name].format("s.")
        return (
            f"SELECT s.{key} AS id, {name} AS name FROM {found} "  # noqa: S608
            f"ORDER BY s.{key} DESC LIMIT {MOST_EXAMPLES}"
        )

    def _differs(self, table: Table) -> list[str]:
        return [
            f"{self._value('s', column.name, column.declared)} {self.differs} "
            f"{self._value('c', column.name, column.declared)}"
            for column in table.columns
            if column.name != table.key
        ]

    def _value(self, side: str, column: str, declared: str) -> str:
        value = f'{side}."{column}"'
        return self.document.format(value) if declared == "JSON" else value


def read_difference(table: Table, row: Sequence[Any]) -> Difference:
    """Return what the row of `Dialect.counts` says."""
    return Difference(table.name, *(int(number) for number in row))


def read_example(table: Table, change: Change, row: Sequence[Any]) -> Example:
    """Return what a row of `Dialect.examples` says."""
    return Example(table.name, change, str(row[0]), str(row[1]))
