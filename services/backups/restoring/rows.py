"""Rows of an archive as SQLite stores them. A value that its column cannot hold ends it all.

SQLite itself takes any value in any column, and text of any length; PostgreSQL does not. What is
restored into one must be fit for the other, so both are checked here.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from services.backups.format import ColumnType
from services.backups.restoring.refusals import unusable
from services.store.rows import write_json
from services.text import plain

LONGEST_LINE = 32 << 20  # bytes of one row
TEXT = re.compile(r"(?:VAR)?CHAR\((\d+)\)|TEXT")
WHOLE = {  # bits, the sign left out
    "SMALLINT": 15,
    "INT": 31,
    "INTEGER": 63,
    "BIGINT": 63,
}
# What a column declared so in SQLite may hold.
DECLARED = {
    "TIMESTAMP": {ColumnType.TIME},
    "DATE": {ColumnType.DATE},
    "JSON": {ColumnType.JSON},
    "CHAR(36)": {ColumnType.UUID},
    "INT": {ColumnType.INTEGER, ColumnType.BOOLEAN},
}

Convert = Callable[[Any], object]  # raises ValueError


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table as SQLite declares it."""

    name: str
    declared: str
    is_nullable: bool


def read_rows(
    file: Path, columns: Sequence[Column], types: Mapping[str, ColumnType]
) -> Iterator[list[object]]:
    """Yield the values of each row in `file`, in the order of `columns`. It blocks."""
    table = file.stem
    known = {column.name for column in columns}
    if strange := types.keys() - known:
        reason = f"the table {table} had no column {plain(sorted(strange)[0], most=60)}"
        raise unusable(reason)
    if missing := known - types.keys():
        reason = f"the column {sorted(missing)[0]} of the table {table} is missing"
        raise unusable(reason)
    readers = [(column, _reader(table, column, types[column.name])) for column in columns]
    for number, row in enumerate(_objects(file), 1):
        if row.keys() != known:
            reason = f"row {number} of {table} does not have the columns of its table"
            raise unusable(reason)
        yield [_value(table, number, column, read, row) for column, read in readers]


def _objects(file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as lines:
        number = 0
        while line := lines.readline(LONGEST_LINE + 1):
            number += 1
            try:
                row = orjson.loads(line) if len(line) <= LONGEST_LINE else None
            except ValueError:
                row = None
            if not isinstance(row, dict):
                reason = f"line {number} of {file.stem} is no row"
                raise unusable(reason)
            yield row


def _reader(table: str, column: Column, kind: ColumnType) -> Convert:
    """Return what reads values of a column; raise where it cannot be of this type."""
    text = TEXT.fullmatch(column.declared)
    allowed = DECLARED.get(column.declared)
    if allowed is None:
        allowed = {ColumnType.TEXT} if text else {ColumnType.INTEGER}
    if kind not in allowed:
        reason = f"the column {column.name} of the table {table} holds no {kind.value}"
        raise unusable(reason)
    if kind is ColumnType.INTEGER:
        return _whole(WHOLE.get(column.declared, 63))
    if kind is ColumnType.TEXT:
        return _text(int(text[1]) if text and text[1] else None)
    return READERS[kind]


def _value(
    table: str, number: int, column: Column, read: Convert, row: Mapping[str, Any]
) -> object:
    value = row[column.name]
    if value is None and read is not _json:
        if column.is_nullable:
            return None
        reason = f"{column.name} in row {number} of {table} may not be null"
        raise unusable(reason)
    try:
        return read(value)
    except (ValueError, TypeError, OverflowError) as error:
        reason = f"{column.name} in row {number} of {table} cannot be {_shown(value)}"
        raise unusable(reason) from error


def _shown(value: object) -> str:
    """Return what kind of value this is, and not the value: it may be secret."""
    if isinstance(value, str):
        return f"a text of {len(value)} letters" + (" with a NUL in it" if "\0" in value else "")
    return {bool: "true or false", int: "this number", float: "a fraction"}.get(
        type(value), "null" if value is None else "a document"
    )


def _whole(bits: int) -> Convert:
    def read(value: Any) -> int:
        if type(value) is not int or not -(1 << bits) <= value < 1 << bits:
            raise ValueError
        return int(value)

    return read


def _text(longest: int | None) -> Convert:
    def read(value: Any) -> str:
        # PostgreSQL holds no NUL.
        if not isinstance(value, str) or "\0" in value:
            raise ValueError
        if longest is not None and len(value) > longest:
            raise ValueError
        return value

    return read


def _boolean(value: Any) -> int:
    if not isinstance(value, bool):
        raise TypeError
    return int(value)


def _time(value: Any) -> str:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError
    return str(at.astimezone(UTC))  # as it is written by everybody else


def _date(value: Any) -> str:
    return date.fromisoformat(value).isoformat()


def _uuid(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str(UUID(value))


def _json(value: Any) -> str:
    text = write_json(value)
    if "\\u0000" in text:
        raise ValueError
    return text


READERS: Mapping[ColumnType, Convert] = {
    ColumnType.BOOLEAN: _boolean,
    ColumnType.TIME: _time,
    ColumnType.DATE: _date,
    ColumnType.UUID: _uuid,
    ColumnType.JSON: _json,
}
