"""The database that is restored into, of either dialect."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.backups.restoring.differences import Difference, Example
from services.backups.restoring.staging import Staged, Table
from services.backups.restoring.steps import Tell
from services.store.choose import DATABASE
from services.store.store import Store

# When jobs are due next is the affair of each server, not of an archive.
LEFT_ALONE = frozenset({"schedules"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a restore would change, table by table, and some of it by name."""

    tables: Sequence[Difference]
    examples: Sequence[Example]


class Target(Protocol):
    """Takes all rows of a staged database in the place of its own."""

    async def compare(self, staged: Staged) -> Comparison:
        """Return what `replace` would change. It changes nothing."""
        ...

    async def replace(self, staged: Staged, tell: Tell) -> None:
        """Put the rows of `staged` in the place of all rows, in one transaction.

        Raises `Unavailable` where the database cannot take them, and then nothing has changed.
        Numbers that were given to rows are not given again. A task that is there already gets a
        greater `attempt` and `revision` than it had: whoever still works on it has lost it.
        """
        ...


def replaced(staged: Staged) -> list[Table]:
    """Return the tables whose rows are replaced, parents before children."""
    return [table for table in staged.tables if table.name not in LEFT_ALONE]


def make_target(store: Store, data_dir: Path, database_url: str | None) -> Target:
    """Return the database of an open `store`."""
    if database_url is not None:
        from services.backups.restoring.postgres_target import PostgresTarget

        return PostgresTarget(database_url)
    from services.backups.restoring.sqlite_target import SqliteTarget
    from services.store.sqlite import SqliteStore

    if not isinstance(store, SqliteStore):
        raise TypeError(store)
    return SqliteTarget(store, data_dir / DATABASE)
