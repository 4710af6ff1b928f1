"""`argosy backup preview` and `restore`: without a server, on a new machine, for PostgreSQL too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.sealing import Sealer
from services.store.folder import FolderLock
from tests.integration.databases import Databases

ROOT = Path(__file__).parents[5]
PASSPHRASE = "correct horse battery staple"


def argosy(
    *arguments: str, typed: str = "", database_url: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command, with no settings but these."""
    environment = {"PATH": os.environ["PATH"]}
    if database_url is not None:
        environment["ARGOSY_DATABASE_URL"] = database_url
    return subprocess.run(
        [sys.executable, "-m", "argosy", *arguments],
        cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The data folder of a machine with a user and a sealing key."""
    data = tmp_path / "machine"
    argosy("user", "create", "bob", "--role", "admin", "--data-dir", str(data))
    Sealer(data / "secret.key").seal(b"", "nothing")
    return data


@pytest.fixture
def archive(machine: Path, tmp_path: Path) -> Path:
    """A backup of it, which has the key in it."""
    (machine / "known_hosts").write_text("host ssh-ed25519 AAAA\n")
    (machine / "argosy.toml").write_text("speed_limit = 1000000\n")
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    given = "--passphrase-file", str(tmp_path / "passphrase")
    made = argosy("backup", "create", *given, "--data-dir", str(machine))
    return Path(made.stdout.strip())


def users(data: Path, database_url: str | None = None) -> list[str]:
    listed = argosy("user", "list", "--data-dir", str(data), database_url=database_url).stdout
    return [line.split("\t")[0] for line in listed.splitlines()]


def test_it_asks_first_and_no_is_no(machine: Path, archive: Path) -> None:
    argosy("user", "create", "eve", "--data-dir", str(machine))
    wish = "backup", "restore", archive.name, "--data-dir", str(machine)

    looked = argosy("backup", "preview", archive.name, "--data-dir", str(machine))
    refused = argosy(*wish, typed="n\n")
    unasked = argosy(*wish)
    before = users(machine)
    done = argosy(*wish, typed="y\n")

    assert "users\t+0 ~0 -1\tthen 1" in looked.stdout
    assert (refused.returncode, unasked.returncode, before) == (1, 1, ["bob", "eve"])
    assert (done.returncode, users(machine)) == (0, ["bob"])
    assert "before_restore_" in done.stdout


def test_new_machine_has_all_of_it(archive: Path, machine: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    given = "--passphrase-file", str(tmp_path / "passphrase")

    done = argosy("backup", "restore", str(archive), "--yes", *given, "--data-dir", str(new))

    assert done.returncode == 0, done.stderr
    assert users(new) == ["bob"]
    assert Sealer(new / "secret.key").key_ids() == Sealer(machine / "secret.key").key_ids()
    assert (new / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (new / "known_hosts").read_text() == "host ssh-ed25519 AAAA\n"
    assert not (new / "argosy.toml").exists()
    assert "speed_limit" in (new / "argosy.toml.restored").read_text()
    assert "Keys for secrets that were taken on: 1." in done.stdout


async def test_postgres_and_back(databases: Databases, archive: Path, tmp_path: Path) -> None:
    url = await databases.postgres()
    try:
        there, back = tmp_path / "there", tmp_path / "back"
        where = "--data-dir", str(there)
        argosy("backup", "restore", str(archive), "--yes", *where, database_url=url)
        in_postgres = users(there, url)
        made = argosy("backup", "create", *where, database_url=url).stdout.strip()
        done = argosy("backup", "restore", made, "--yes", "--data-dir", str(back))
    finally:
        await databases.drop(url)

    assert in_postgres == ["bob"]
    assert (done.returncode, users(back)) == (0, ["bob"])


def test_what_is_there_is_left_alone(archive: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    own = Sealer(new / "secret.key")
    sealed = own.seal(b"mine", "me")
    (new / "known_hosts").write_text("other ssh-ed25519 BBBB\n")
    given = "--passphrase-file", str(tmp_path / "passphrase")

    argosy("backup", "restore", str(archive), "--yes", *given, "--data-dir", str(new))

    assert (new / "known_hosts").read_text() == "other ssh-ed25519 BBBB\n"
    assert (new / "known_hosts.restored").exists()
    after = Sealer(new / "secret.key")
    assert after.open(sealed, "me") == b"mine"
    assert len(after.key_ids()) == 2


def test_wrong_passphrase_changes_nothing(archive: Path, machine: Path, tmp_path: Path) -> None:
    argosy("user", "create", "eve", "--data-dir", str(machine))
    (tmp_path / "wrong").write_text("not the passphrase\n")
    given = "--passphrase-file", str(tmp_path / "wrong")

    done = argosy("backup", "restore", str(archive), "--yes", *given, "--data-dir", str(machine))

    assert done.returncode == 1
    assert "This is not the passphrase" in done.stderr
    assert users(machine) == ["bob", "eve"]


def test_server_that_runs_is_not_restored_under(archive: Path, machine: Path) -> None:
    with FolderLock(machine):
        done = argosy("backup", "restore", archive.name, "--yes", "--data-dir", str(machine))

    assert done.returncode == 1
    assert "While it runs, restore with the mutation restoreBackup" in done.stderr


def test_file_that_is_no_backup(machine: Path, tmp_path: Path) -> None:
    (tmp_path / "other.tar.gz").write_bytes(b"something else")
    where = "--data-dir", str(machine)

    damaged = argosy("backup", "restore", str(tmp_path / "other.tar.gz"), "--yes", *where)
    missing = argosy("backup", "restore", str(tmp_path / "none.tar.gz"), "--yes", *where)
    unlisted = argosy("backup", "preview", "none_20260101_000000.tar.gz", *where)

    assert [each.returncode for each in (damaged, missing, unlisted)] == [1, 1, 1]
    assert "This archive cannot be restored: it is damaged" in damaged.stderr
    assert "No such file" in missing.stderr
    assert "There is no backup with this name" in unlisted.stderr
