"""`argosy backup`, beside a running server and without one."""

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from services.backups.wrapping import unwrap

ROOT = Path(__file__).parents[2]
# What is sealed in them is no matter here: nothing is sent.
ENDPOINT = """
    INSERT INTO webhooks (id, owner_id, name, url, shown, events, conditions, secret, is_active,
        created_at, updated_at)
    VALUES (?, ?, '', 'sealed', '', '["backup.*"]', '{}', 'sealed', 1, '2026-02-06', '2026-02-06')
"""
NOTIFIER = """
    INSERT INTO notifiers (id, owner_id, name, service, url, shown, level, tells_restored,
        tells_others, is_active, time_zone, digest_seconds, failures, created_at)
    VALUES (?, ?, '', 'mail', 'sealed', '', 'info', 1, 0, 1, 'UTC', 0, 0, '2026-02-06')
"""


class Commands:
    """The commands about backups, on a data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *words: str, ends: int = 0, about: str = "backup", **given: str) -> str:
        """Run one and return what it prints; `given` is added to the environment."""
        done = subprocess.run(
            [sys.executable, "-m", "argosy", about, *words],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "ARGOSY_DATA_DIR": str(self.data), **given},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == ends, done.stderr
        return done.stdout if ends in {0, 1} and done.stdout else done.stderr


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path / "data")


def test_backup_is_made_listed_and_verified(commands: Commands) -> None:
    printed = commands.run("create", "--name", "mine", "--description", "before the update")
    path = Path(printed.strip())
    line = commands.run("list")
    (shown,) = map(json.loads, commands.run("list", "--json").splitlines())

    assert path.parent == commands.data / "backups"
    assert line.split("\t")[0] == path.name
    assert line.split("\t")[2:] == ["completed", "manual", "before the update\n"]
    assert (shown["filename"], shown["sizeBytes"]) == (path.name, path.stat().st_size)
    for file in (path.name, str(path)):
        assert commands.run("verify", file) == "All of it is as it was written.\n"


def test_damage_ends_with_1_and_is_told(commands: Commands) -> None:
    path = Path(commands.run("create").strip())
    path.write_bytes(path.read_bytes()[:-100])

    for file in (path.name, str(path)):
        assert "cut off" in commands.run("verify", file, ends=1)


def test_passphrase_wraps_the_key(commands: Commands, tmp_path: Path) -> None:
    commands.data.mkdir()
    (commands.data / "secret.key").write_bytes(b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n")
    (commands.data / "secret.key").chmod(0o600)
    (tmp_path / "passphrase").write_text("correct horse battery\nnot this\n")

    path = commands.run("create", "--passphrase-file", str(tmp_path / "passphrase")).strip()

    with tarfile.open(path) as tar:
        content = tar.extractfile("secret.key.wrapped")
        assert content is not None
        opened = unwrap(content.read(), "correct horse battery")
    assert opened == (commands.data / "secret.key").read_bytes()


def test_what_somebody_asked_for_is_not_pruned(commands: Commands) -> None:
    commands.run("create")

    assert commands.run("prune") == ""
    assert len(commands.run("list").splitlines()) == 1


@pytest.mark.parametrize(("kept", "pruned"), [(None, 2), ("9", 0)])
def test_prune_keeps_as_many_as_was_set_while_a_server_ran(
    commands: Commands, kept: str | None, pruned: int
) -> None:
    made = Path(commands.run("create").strip())
    told = json.loads(made.with_name(f"{made.name}.json").read_bytes())
    told["manifest"]["kind"] = "scheduled"
    for hour in range(9):
        copy = made.with_name(f"backup_20260206_0{hour}3000.tar.gz")
        copy.write_bytes(made.read_bytes())
        copy.with_name(f"{copy.name}.json").write_text(json.dumps(told))
    if kept is not None:
        with closing(sqlite3.connect(commands.data / "argosy.db")) as database, database:
            database.execute(
                "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)",
                ("configuration.backup_keep_last", json.dumps(kept), "2026-02-06"),
            )

    assert len(commands.run("prune").splitlines()) == pruned


def test_webhooks_and_notifiers_are_told_by_the_server_later(
    commands: Commands, tmp_path: Path
) -> None:
    commands.run("create", "eve", "--role", "admin", about="user")
    with closing(sqlite3.connect(commands.data / "argosy.db")) as database, database:
        (owner,) = database.execute("SELECT id FROM users WHERE name = 'eve'").fetchone()
        database.execute(ENDPOINT, (str(uuid4()), owner))
        database.execute(NOTIFIER, (str(uuid4()), owner))
    (tmp_path / "file").touch()

    commands.run("create")
    commands.run("create", ends=1, ARGOSY_BACKUP_DIR=str(tmp_path / "file"))

    with closing(sqlite3.connect(commands.data / "argosy.db")) as database:
        deliveries = database.execute("SELECT event FROM webhook_deliveries ORDER BY id").fetchall()
        notices = database.execute("SELECT title FROM notices").fetchall()
    assert deliveries == [("backup.completed",), ("backup.failed",)]
    assert notices == [("Critical: backup.failed",)]


def test_broken_database_keeps_nobody_from_listing_and_verifying(commands: Commands) -> None:
    path = Path(commands.run("create").strip())
    (commands.data / "argosy.db").write_bytes(b"broken" * 1000)

    assert path.name in commands.run("list")
    assert commands.run("verify", path.name) == "All of it is as it was written.\n"


@pytest.mark.parametrize("file", ["nothing_20260206_023000.tar.gz", "./nothing.tar.gz"])
def test_what_is_not_there_is_told(commands: Commands, file: str) -> None:
    assert "There is no" in commands.run("verify", file, ends=1)
