"""Values of rows as archives show them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.backups.format import ColumnType
from services.backups.values import Shower, check_value

ID = "0199c2f0-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("kind", "stored", "shown"),
    [
        (ColumnType.INTEGER, 2**63 - 1, 2**63 - 1),
        (ColumnType.TEXT, "\u2028'\"\\", "\u2028'\"\\"),
        (ColumnType.BOOLEAN, 1, True),
        (ColumnType.BOOLEAN, 0, False),
        (ColumnType.BOOLEAN, True, True),
        (ColumnType.TIME, "2026-02-06 02:30:00+00:00", "2026-02-06T02:30:00.000000Z"),
        (ColumnType.TIME, "2026-02-06 02:30:00.000001+00:00", "2026-02-06T02:30:00.000001Z"),
        (ColumnType.TIME, "2026-02-06T03:30:00+01:00", "2026-02-06T02:30:00.000000Z"),
        (ColumnType.TIME, "2026-02-06 02:30:00", "2026-02-06T02:30:00.000000Z"),
        (
            ColumnType.TIME,
            datetime(2026, 2, 6, 2, 30, tzinfo=UTC),
            "2026-02-06T02:30:00.000000Z",
        ),
        (ColumnType.DATE, "2026-02-06", "2026-02-06"),
        (ColumnType.DATE, date(2026, 2, 6), "2026-02-06"),
        (ColumnType.UUID, ID, ID),
        (ColumnType.UUID, UUID(ID), ID),
        (ColumnType.UUID, ID.replace("-", "").upper(), ID),
        (ColumnType.JSON, '{"a": [1, null]}', {"a": [1, None]}),
        (ColumnType.JSON, "null", None),
        (ColumnType.JSON, '"text"', "text"),
    ],
)
def test_value_is_shown_the_same_from_either_database(
    kind: ColumnType, stored: Any, shown: Any
) -> None:
    line = Shower({"it": kind}).line((stored,))

    assert line.endswith(b"\n")
    assert orjson.loads(line) == {"it": shown}
    assert type(orjson.loads(line)["it"]) is type(shown)
    assert check_value(kind, shown)


@pytest.mark.parametrize("kind", ColumnType)
def test_null_stays_null(kind: ColumnType) -> None:
    assert Shower({"it": kind}).line((None,)) == b'{"it":null}\n'


def test_row_is_one_line_whatever_it_holds() -> None:
    columns = {"a": ColumnType.TEXT, "b": ColumnType.JSON}

    line = Shower(columns).line(("two\nlines\r\n", '{"x": "\\n"}'))

    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ColumnType.INTEGER, "1"),
        (ColumnType.INTEGER, True),
        (ColumnType.INTEGER, 1.5),
        (ColumnType.TEXT, 1),
        (ColumnType.BOOLEAN, 1),
        (ColumnType.TIME, "2026-02-06T02:30:00"),
        (ColumnType.TIME, "soonZ"),
        (ColumnType.TIME, 5),
        (ColumnType.DATE, "2026-2-6"),
        (ColumnType.DATE, "20260206"),
        (ColumnType.UUID, ID.upper()),
        (ColumnType.UUID, "x"),
    ],
)
def test_value_of_another_type_is_noticed(kind: ColumnType, value: Any) -> None:
    assert not check_value(kind, value)
