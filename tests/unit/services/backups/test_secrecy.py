"""What is sealed in a database is counted by the key that opens it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.backups.restoring.secrecy import SEALED, sealed_with, unopened
from services.plugins.preferences import sealed
from services.sealing import Sealer
from services.store.rows import write_json

SCHEMA = {
    "type": "object",
    "properties": {
        "token": {"type": "string", "secret": True},
        "below": {"type": "object", "properties": {"word": {"format": "password"}}},
    },
}
SETTINGS = {"token": "hunter2", "below": {"word": "{}"}, "note": "v1.nothing.sealed"}


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    path = tmp_path / "staged.db"
    with closing(sqlite3.connect(path)) as database, database:
        for table, columns in SEALED.items():
            database.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        database.execute("CREATE TABLE plugins (settings)")
    return path


def test_secrets_in_the_settings_of_plugins_are_counted(staged: Path, tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    text = write_json(sealed(SCHEMA, SETTINGS, sealer, "stranger"))
    with closing(sqlite3.connect(staged)) as database, database:
        database.execute("INSERT INTO plugins VALUES (?)", [text])

    assert list(sealed_with(staged).values()) == [2]
    assert unopened(staged, sealer.key_ids()) == 0
    assert unopened(staged, []) == 2
