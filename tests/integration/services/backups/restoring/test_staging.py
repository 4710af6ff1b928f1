"""A database is made of an archive, of any version, unless no server could have written it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.backups.restoring.preparation import Prepared, prepare
from services.backups.restoring.refusals import NewerBackup, UnusableBackup
from services.backups.restoring.steps import tell_nobody
from services.errors import ErrorCode
from services.store.migrations import versions
from tests.integration.services.backups.packing import Packer

AT = "2026-02-06T02:30:00.000000Z"
USER: dict[str, Any] = {
    "id": 1, "name": "bob", "role": "admin", "created_at": AT, "tier": "unlimited",
    "is_active": True, "password_hash": None, "totp_secret": None, "totp_since": None,
    "totp_step": 0, "removed_at": None,
}  # fmt: skip
KEY: dict[str, Any] = {
    "id": "0199a000-0000-7000-8000-000000000001", "user_id": 1, "name": "laptop",
    "prefix": "argosy_abc", "digest": "0" * 64, "scopes": ["*"], "created_at": AT,
    "expires_at": None, "last_used_at": None,
}  # fmt: skip
SETTING: dict[str, Any] = {"key": "a", "value": {"b": None}, "updated_at": AT}


def ready(packer: Packer, folder: Path) -> Prepared:
    inside = folder / "inside"
    inside.mkdir()
    return prepare(packer.write(folder / "a.tar.gz"), inside, tell_nobody)


def rows(prepared: Prepared, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(prepared.staged.path)) as database:
        return database.execute(statement).fetchall()


def test_rows_are_those_of_the_archive(tmp_path: Path) -> None:
    made = ready(Packer(tables={"users": [USER], "keys": [KEY], "settings": [SETTING]}), tmp_path)

    assert rows(made, "SELECT id, name, is_active, created_at FROM users") == [
        (1, "bob", 1, "2026-02-06 02:30:00+00:00")
    ]
    assert rows(made, "SELECT scopes FROM keys") == [('["*"]',)]
    assert rows(made, "SELECT value FROM settings") == [('{"b":null}',)]
    assert made.staged.migrated == ()


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("users", USER | {"id": "1"}, "id in row 1 of users"),
        ("users", USER | {"id": True}, "id in row 1 of users"),
        ("users", USER | {"id": 1.0}, "id in row 1 of users"),
        ("users", USER | {"id": None}, "may not be null"),
        ("users", USER | {"totp_step": 1 << 63}, "totp_step in row 1"),
        ("users", USER | {"name": 5}, "name in row 1"),
        ("users", USER | {"name": "a\0b"}, "with a NUL in it"),
        ("users", USER | {"name": "n" * 33}, "a text of 33 letters"),
        ("users", USER | {"is_active": 1}, "is_active in row 1"),
        ("users", USER | {"is_active": "true"}, "is_active in row 1"),
        ("users", USER | {"created_at": "yesterday"}, "created_at in row 1"),
        ("users", USER | {"created_at": "2026-02-06T02:30:00"}, "created_at in row 1"),
        ("users", USER | {"created_at": 5}, "created_at in row 1"),
        ("users", USER | {"role": "root"}, "a role that means nothing"),
        ("users", USER | {"shoe_size": 44}, "does not have the columns"),
        ("users", {k: v for k, v in USER.items() if k != "tier"}, "does not have the columns"),
        ("keys", KEY | {"id": "not-a-uuid"}, "id in row 1 of keys"),
        ("keys", KEY | {"scopes": "a\0"}, "scopes in row 1"),
        ("keys", KEY | {"user_id": 7}, "belongs to a row of users that is not there"),
        ("settings", SETTING | {"key": "k" * 65}, "key in row 1"),
    ],
)  # fmt: skip
def test_row_that_its_table_cannot_hold(
    tmp_path: Path, table: str, row: dict[str, Any], reason: str
) -> None:
    tables = {"users": [USER], table: [row]}

    with pytest.raises(UnusableBackup) as caught:
        ready(Packer(tables=tables), tmp_path)

    assert reason in caught.value.message
    assert "Nothing was changed" in caught.value.message


@pytest.mark.parametrize(
    "lines",
    [b"5\n", b"[]\n", b"null\n", b"{\n", b"\n", b'"text"\n', b"\xff\n", b'{"id": "\\ud800"}\n'],
)
def test_line_that_is_no_row(tmp_path: Path, lines: bytes) -> None:
    with pytest.raises(UnusableBackup, match="line 1 of users is no row"):
        ready(Packer(raw={"users": lines}), tmp_path)


def test_rows_that_are_there_twice(tmp_path: Path) -> None:
    with pytest.raises(UnusableBackup, match="break a rule of their table"):
        ready(Packer(tables={"users": [USER, USER]}), tmp_path)


def test_number_of_rows_that_is_another(tmp_path: Path) -> None:
    packer = Packer(tables={"users": [USER]})
    packer.listed["tables/users.jsonl"] = {"rows": 2}

    with pytest.raises(UnusableBackup, match="users has 1 rows"):
        ready(packer, tmp_path)


@pytest.mark.parametrize("table", ["strangers", "sqlite_master", "aerich", "sqlite_sequence"])
def test_table_that_there_never_was(tmp_path: Path, table: str) -> None:
    packer = Packer(raw={table: b""})
    packer.columns[table] = {"id": "integer"}

    with pytest.raises(UnusableBackup, match="had no table"):
        ready(packer, tmp_path)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"shoe_size": "integer"}, "had no column shoe_size"),
        ({'x" int); DROP TABLE users; --': "integer"}, "had no column"),
        ({"id": "text"}, "holds no text"),
        ({"created_at": "text"}, "holds no text"),
        ({"name": "json"}, "holds no json"),
    ],
)
def test_column_that_there_never_was(tmp_path: Path, columns: dict[str, str], reason: str) -> None:
    packer = Packer(tables={"users": [USER]})
    packer.columns["users"] = packer.manifest_json()["tables"]["users"] | columns

    with pytest.raises(UnusableBackup, match=reason):
        ready(packer, tmp_path)


def test_newer_archive_names_the_version_that_it_wants(tmp_path: Path) -> None:
    packer = Packer(schema=(*versions(), "99_20290101000000_future.py"), version="9.1.0")

    with pytest.raises(NewerBackup, match=r"Install 9\.1\.0 or a later version") as caught:
        ready(packer, tmp_path)

    assert caught.value.code is ErrorCode.BACKUP_TOO_NEW


@pytest.mark.parametrize("schema", [(), tuple(versions()[1:]), (*versions()[:2], versions()[0])])
def test_migrations_that_do_not_follow_each_other(tmp_path: Path, schema: tuple[str, ...]) -> None:
    with pytest.raises(UnusableBackup, match="do not follow each other"):
        ready(Packer(schema=schema), tmp_path)


OLD_USER = {"id": 1, "name": "bob", "role": "admin", "created_at": AT}
OLD_KEY = {
    "id": KEY["id"], "user_id": 1, "name": "laptop", "prefix": "argosy_abc", "digest": "0" * 64,
    "scopes": ["metrics:read", "tasks:read", "tasks:write"], "created_at": AT,
}  # fmt: skip
OLD_COLUMNS = {
    "users": {"id": "integer", "name": "text", "role": "text", "created_at": "time"},
    "keys": {
        "id": "uuid", "user_id": "integer", "name": "text", "prefix": "text", "digest": "text",
        "scopes": "json", "created_at": "time",
    },
}  # fmt: skip


def test_older_archive_is_brought_up_to_date(tmp_path: Path) -> None:
    packer = Packer(tables={"users": [OLD_USER], "keys": [OLD_KEY]}, schema=tuple(versions()[:4]))
    packer.columns = OLD_COLUMNS
    packer.only = {"users", "keys"}

    made = ready(packer, tmp_path)

    # As the migrations have it: a key that could do all there was is to be able to do all there is.
    assert rows(made, "SELECT scopes FROM keys") == [('["*"]',)]
    assert rows(made, "SELECT tier, is_active FROM users") == [("unlimited", 1)]
    assert made.staged.migrated == tuple(versions()[4:])
    assert rows(made, "SELECT version FROM aerich") == [(name,) for name in versions()]


async def test_it_can_be_made_while_a_loop_runs(tmp_path: Path) -> None:
    made = await asyncio.to_thread(ready, Packer(tables={"users": [USER]}), tmp_path)

    assert rows(made, "SELECT COUNT(*) FROM users") == [(1,)]
