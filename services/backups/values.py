"""The values of rows as archives show them, whichever database they come from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

from services.backups.format import Columns, ColumnType, portable_time

WHOLE = len("2026-02-06 02:30:00+00:00")  # as SQLite has a time without microseconds
USUAL = len("0199c2f0-0000-7000-8000-00000000000a")
EXACT = len("2026-02-06 02:30:00.000000+00:00")

Show = Callable[[Any], object]


def shown_time(value: Any) -> str:
    """Return a time; those that SQLite has are text, and nearly always of one of two forms."""
    if isinstance(value, str):
        if value.endswith("+00:00"):
            if len(value) == EXACT:
                return f"{value[:10]}T{value[11:26]}Z"
            if len(value) == WHOLE:
                return f"{value[:10]}T{value[11:19]}.000000Z"
        value = datetime.fromisoformat(value)
    return portable_time(value if value.tzinfo else value.replace(tzinfo=UTC))


def shown_date(value: Any) -> str:
    """Return a date."""
    return value.isoformat() if isinstance(value, date) else str(value)[:10]


def shown_json(value: Any) -> object:
    """Return a document, which both databases give as text."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def shown_id(value: Any) -> str:
    """Return a UUID in its usual letters, however it is stored."""
    if isinstance(value, str) and len(value) == USUAL and value.islower():
        return value  # as SQLite has nearly all of them
    return str(value if isinstance(value, UUID) else UUID(str(value)))


SHOWN: Mapping[ColumnType, Show | None] = {
    ColumnType.INTEGER: None,  # as it is
    ColumnType.TEXT: None,
    ColumnType.BOOLEAN: bool,
    ColumnType.TIME: shown_time,
    ColumnType.DATE: shown_date,
    ColumnType.UUID: shown_id,
    ColumnType.JSON: shown_json,
}


class Shower:
    """Makes the lines of a table's member out of its rows."""

    def __init__(self, columns: Columns) -> None:
        self._names = tuple(columns)
        showing = ((place, SHOWN[kind]) for place, kind in enumerate(columns.values()))
        self._showing = [(place, show) for place, show in showing if show is not None]

    def line(self, row: Sequence[Any]) -> bytes:
        """Return a row, whose values are in the order of the columns, as a line."""
        values = list(row)
        for place, show in self._showing:
            if values[place] is not None:
                values[place] = show(values[place])
        shown = dict(zip(self._names, values, strict=True))
        return orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE)


def check_value(kind: ColumnType, value: Any) -> bool:
    """Whether `value`, out of JSON, is one of this type."""
    if value is None or kind is ColumnType.JSON:
        return True
    try:
        return _CHECKS[kind](value)
    except (ValueError, TypeError):
        return False


def _is_time(value: str) -> bool:
    return value.endswith("Z") and datetime.fromisoformat(value).tzinfo is not None


def _is_date(value: str) -> bool:
    return date.fromisoformat(value).isoformat() == value


_CHECKS: Mapping[ColumnType, Callable[[Any], bool]] = {
    ColumnType.INTEGER: lambda value: type(value) is int,
    ColumnType.TEXT: lambda value: isinstance(value, str),
    ColumnType.BOOLEAN: lambda value: isinstance(value, bool),
    ColumnType.TIME: lambda value: isinstance(value, str) and _is_time(value),
    ColumnType.DATE: lambda value: isinstance(value, str) and _is_date(value),
    ColumnType.UUID: lambda value: isinstance(value, str) and str(UUID(value)) == value,
}
