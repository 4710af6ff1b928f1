"""One question to a database that others may be using: nothing is opened for long, or written."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from services.store.migrations import connected, readable
from services.store.rows import Row


def glance_at_sqlite(path: Path, statement: str) -> Sequence[Row]:
    """Return the rows of a query without values; raise `Unavailable`."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with readable(path), closing(sqlite3.connect(address, uri=True, timeout=10)) as database:
        database.row_factory = sqlite3.Row
        found: list[Mapping[str, Any]] = [dict(row) for row in database.execute(statement)]
    return found


async def glance_at_postgres(url: str, statement: str) -> Sequence[Row]:
    """Return the rows of a query without values; raise `Unavailable`."""
    async with connected(url) as connection:
        return [dict(row) for row in await connection.fetch(statement)]
