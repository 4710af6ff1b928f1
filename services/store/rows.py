"""The two dialects: placeholders on the way in, row values on the way out.

Statements are written once, with `?` for each value. SQLite takes them as they are;
PostgreSQL wants `$1`, `$2` and so on. SQLite gives text where PostgreSQL gives times
and ids; the readers below take both.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

import orjson

Row = Mapping[str, Any]


@lru_cache(maxsize=512)
def numbered(statement: str) -> str:
    """Return `statement` with `?` replaced by `$1`, `$2`, … for PostgreSQL.

    Statements hold no `?` of their own: values always travel as parameters.
    """
    numbers: Iterator[int] = count(1)
    head, *rest = statement.split("?")
    return head + "".join(f"${next(numbers)}{part}" for part in rest)


def for_sqlite(value: object) -> object:
    """Return `value` in the form in which SQLite stores it."""
    return str(value) if isinstance(value, UUID) else value


def marks(values: int) -> str:
    """Return that many placeholders, separated by commas."""
    return ", ".join("?" * values)


def read_id(value: object) -> UUID:
    """Return the id in a column."""
    return value if isinstance(value, UUID) else UUID(str(value))


def read_time(value: object) -> datetime:
    """Return the aware UTC time in a column."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def read_time_or_none(value: object) -> datetime | None:
    """Return the aware UTC time in a column, or nothing where it is null."""
    return None if value is None else read_time(value)


def read_json(value: object) -> Any:
    """Return the document in a column."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def write_json(value: object) -> str:
    """Return `value` as the text of a JSON column."""
    return orjson.dumps(value).decode()
