"""What archives are called, and what their manifests say."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from services.backups.columns import all_tables, shapes
from services.backups.format import (
    LEFT_OUT,
    TABLES,
    ColumnType,
    Kind,
    Manifest,
    Member,
    file_name,
    made_at,
    portable_time,
)

AT = datetime(2026, 2, 6, 2, 30, 0, 5, tzinfo=UTC)
MANIFEST = Manifest(
    version="1.2.3",
    schema=("0_first.py", "1_second.py"),
    created_at=AT,
    kind=Kind.SCHEDULED,
    description="nightly",
    dialect="sqlite",
    tables={"users": {"id": ColumnType.INTEGER, "name": ColumnType.TEXT}},
    members=(Member("tables/users.jsonl", 12, "a" * 64, 1), Member("known_hosts", 3, "b" * 64)),
    left_out={"sessions": "because"},
)


def test_every_table_is_backed_up_or_left_out_for_a_reason() -> None:
    assert all_tables() == {*TABLES, *LEFT_OUT}
    assert set(TABLES).isdisjoint(LEFT_OUT)


def test_parents_come_before_their_children() -> None:
    owners = {"user_id": "users", "owner_id": "users", "notifier_id": "notifiers"}
    parents = {**owners, "webhook_id": "webhooks", "delivery_id": "webhook_deliveries"}

    for shape in shapes():
        needed = {parents[column] for column in shape.columns if column in parents}
        if shape.table in {"files", "attempts"}:
            needed.add("tasks")
        assert needed <= set(TABLES[: TABLES.index(shape.table)]) | {shape.table}


def test_columns_are_those_of_the_table() -> None:
    (keys,) = (shape for shape in shapes() if shape.table == "keys")

    assert keys.key == "id"
    assert keys.columns == {
        "id": ColumnType.UUID,
        "user_id": ColumnType.INTEGER,
        "name": ColumnType.TEXT,
        "prefix": ColumnType.TEXT,
        "digest": ColumnType.TEXT,
        "scopes": ColumnType.JSON,
        "created_at": ColumnType.TIME,
        "expires_at": ColumnType.TIME,
        "last_used_at": ColumnType.TIME,
    }


def test_archive_is_called_by_the_time_in_utc() -> None:
    in_berlin = datetime(2026, 2, 6, 3, 30, tzinfo=timezone(timedelta(hours=1)))

    name = file_name("backup", in_berlin)

    assert name == "backup_20260206_023000.tar.gz"
    assert made_at(name) == datetime(2026, 2, 6, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    [
        "backup.tar.gz",
        "backup_20260206_023000.tar.gz.json",
        "backup_20260206_023000.tar.gz\n",
        "../backup_20260206_023000.tar.gz",
        "a/b_20260206_023000.tar.gz",
        "a\\b_20260206_023000.tar.gz",
        ".making-1_20260206_023000.tar.gz",
        "..",
        "",
        "backup_20261306_023000.tar.gz",
        "backup_20260206_253000.tar.gz",
        "_20260206_023000.tar.gz",
        "x" * 101 + "_20260206_023000.tar.gz",
    ],
)
def test_other_names_are_none_of_archives(name: str) -> None:
    assert made_at(name) is None


def test_manifest_is_read_as_it_was_written() -> None:
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"format": None},
        {"kind": "whatever"},
        {"created_at": "yesterday"},
        {"created_at": 5},
        {"schema": [1]},
        {"tables": {"users": {"id": "number"}}},
        {"tables": ["users"]},
        {"members": [{"path": "x", "bytes": "1", "sha256": "y"}]},
        {"members": [{"path": "x", "bytes": 1}]},
        {"members": [{"path": "x", "bytes": 1, "sha256": "y", "rows": True}]},
        {"members": 5},
        {"left_out": None},
    ],
)
def test_manifest_that_is_none_is_refused(change: dict[str, Any]) -> None:
    content = MANIFEST.to_json() | change

    with pytest.raises(ValueError, match=r"."):
        Manifest.from_json(content)


@pytest.mark.parametrize("content", [None, [], "text", 5, {}])
def test_manifest_of_another_shape_is_refused(content: Any) -> None:
    with pytest.raises(ValueError, match="manifest"):
        Manifest.from_json(content)


def test_time_has_always_six_digits_and_utc() -> None:
    whole = datetime(2026, 2, 6, 3, 30, tzinfo=timezone(timedelta(hours=1)))

    assert portable_time(whole) == "2026-02-06T02:30:00.000000Z"
    assert portable_time(AT) == "2026-02-06T02:30:00.000005Z"
