"""The two dialects: placeholders on the way in, values on the way out."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.store.rows import (
    for_sqlite,
    marks,
    numbered,
    read_id,
    read_json,
    read_time,
    read_time_or_none,
    write_json,
)

ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
AT = datetime(2026, 11, 22, 12, 30, 15, 250_000, UTC)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT ?", "SELECT $1"),
        ("a = ? AND b IN (?, ?) LIMIT ?", "a = $1 AND b IN ($2, $3) LIMIT $4"),
        (", ".join("?" * 11), "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11"),
    ],
)
def test_placeholders_are_numbered_for_postgres(statement: str, expected: str) -> None:
    assert numbered(statement) == expected


@pytest.mark.parametrize(("count", "text"), [(0, ""), (1, "?"), (3, "?, ?, ?")])
def test_as_many_marks_as_values(count: int, text: str) -> None:
    assert marks(count) == text


@pytest.mark.parametrize(
    ("value", "stored"), [(ID, str(ID)), ("a", "a"), (1, 1), (None, None), (AT, AT)]
)
def test_only_ids_change_for_sqlite(value: object, stored: object) -> None:
    assert for_sqlite(value) == stored


@pytest.mark.parametrize("value", [ID, str(ID)])
def test_id_is_read_from_both_forms(value: object) -> None:
    assert read_id(value) == ID


@pytest.mark.parametrize(
    "value",
    [AT, "2026-11-22 12:30:15.250000+00:00", "2026-11-22T12:30:15.250000+00:00"],
)
def test_time_is_read_from_both_forms(value: object) -> None:
    read = read_time(value)

    assert (read, read.utcoffset()) == (AT, UTC.utcoffset(None))


def test_missing_time_is_read_as_nothing() -> None:
    assert (read_time_or_none(None), read_time_or_none(AT)) == (None, AT)


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True]}, [], "text", 7, None, "é\u2028"])
def test_document_comes_back_as_it_was_written(value: object) -> None:
    assert read_json(write_json(value)) == value


def test_document_that_is_read_already_stays() -> None:
    assert read_json({"a": 1}) == {"a": 1}
