"""What stands in the database of a server, read past the server."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import asyncpg

from services.store.choose import DATABASE
from tests.end_to_end.program import Program

Row = Mapping[str, Any]


def rows(program: Program, statement: str) -> Sequence[Row]:
    """Return what `statement` finds, whether the server runs or not."""
    url = program.environment.get("ARGOSY_DATABASE_URL")
    return (
        _of_sqlite(program, statement) if url is None else asyncio.run(_of_postgres(url, statement))
    )


def count(program: Program, condition: str) -> int:
    """Return how many tasks there are of which `condition` holds."""
    (row,) = rows(program, f"SELECT COUNT(*) AS n FROM tasks WHERE {condition}")  # noqa: S608
    return int(row["n"])


def assert_sound(program: Program) -> None:
    """Assert that the database itself is whole; PostgreSQL sees to that alone."""
    if "ARGOSY_DATABASE_URL" not in program.environment:
        assert [tuple(row) for row in rows(program, "PRAGMA integrity_check")] == [("ok",)]
        assert list(rows(program, "PRAGMA foreign_key_check")) == []


def _of_sqlite(program: Program, statement: str) -> Sequence[Row]:
    where = f"file:{program.data / DATABASE}?mode=ro"
    with closing(sqlite3.connect(where, uri=True, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        found: list[Row] = database.execute(statement).fetchall()
        return found


async def _of_postgres(url: str, statement: str) -> Sequence[Row]:
    connection = await asyncpg.connect(url)
    try:
        found: list[Row] = await connection.fetch(statement)
        return found
    finally:
        await connection.close()
