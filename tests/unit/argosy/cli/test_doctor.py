"""What `argosy doctor` finds, and that it always comes to its end."""

import asyncio
import re
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from argosy.cli.doctor import examine
from argosy.loading import load_settings
from argosy.presence import Presence
from services.sealing import Sealer
from services.store.choose import DATABASE, migrate
from services.store.folder import FolderLock
from tests.needs import needs_ipv6, needs_redis

ROW = re.compile(r"(\w+) +([A-Z]\w*(?: folder)?) +(.*)")

Look = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Look:
    """Return what gives the verdict and the text of each finding, a cure after a stroke."""
    monkeypatch.setenv("COLUMNS", "400")

    def look(**flags: object) -> dict[str, tuple[str, str]]:
        examine(load_settings(**{"port": 0, **flags}))
        table = capsys.readouterr().out.partition("\n\n")[0]
        lines = re.sub(r" *\n {3,}", " | ", table).splitlines()
        rows = [match.groups() for line in lines if (match := ROW.match(line.rstrip()))]
        assert len(rows) == len(lines)
        return {what: (verdict, text) for verdict, what, text in rows}

    return look


def test_nothing_is_needed_before_the_first_start(tmp_path: Path, look: Look) -> None:
    found = look(data_dir=tmp_path / "new")

    assert found["Data folder"] == ("ok", f"{tmp_path}/new (will be made)")
    assert found["Database"] == ("ok", "SQLite, made at the first start")
    assert found["Server"] == ("ok", "not running; its port is free")
    assert not (tmp_path / "new").exists()


def test_user_whose_tier_is_gone_is_found(
    data: Path, look: Look, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(migrate(data, None))
    capsys.readouterr()  # what is logged of that
    with closing(sqlite3.connect(data / DATABASE)) as database, database:
        database.execute(
            "INSERT INTO users (name, role, created_at, tier, removed_at) VALUES"
            " ('alice', 'user', '', 'gold', NULL), ('bob', 'user', '', 'free', NULL),"
            " ('eve', 'user', '', 'tin', '2026-01-01')"
        )

    bad = look(data_dir=data, tiers={"free": {}})["Tiers"]
    well = look(data_dir=data, tiers={"free": {}, "gold": {}})["Tiers"]

    cure = "Put it into ARGOSY_TIERS, or give them another: until then they can add nothing."
    assert bad == ("bad", f"no tier gold, which alice has | {cure}")
    assert well == ("ok", "free, gold, unlimited")


def test_data_folder_that_is_a_file_is_found(tmp_path: Path, look: Look) -> None:
    file = tmp_path / "file"
    file.touch()

    found = look(data_dir=file)

    cure = f"{file} is a file. Choose another folder."
    assert found["Data folder"] == ("bad", f"{file} cannot be used | {cure}")
    assert found["Download folder"] == ("bad", f"{file}/downloads cannot be used | {cure}")
    assert found["Server"] == ("ok", "not running; its port is free")


def test_damaged_database_is_found(data: Path, look: Look) -> None:
    (data / "argosy.db").write_bytes(b"no database " * 400)

    verdict, text = look(data_dir=data)["Database"]

    assert verdict == "bad"
    assert text.startswith(f"not usable | The database {data}/argosy.db is damaged:")


def test_check_that_breaks_leaves_the_others(
    data: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        message = "no\x1b[31m way"
        raise ValueError(message)

    monkeypatch.setattr("argosy.cli.doctor.applied_to_sqlite", fail)
    (data / "argosy.db").touch()

    found = look(data_dir=data)

    assert found["Database"] == ("bad", "not usable | ValueError: no[31m way")
    assert found["Server"][0] == "ok"


def test_address_is_tried_as_the_server_does(data: Path, look: Look) -> None:
    needs_ipv6()

    assert look(data_dir=data, host="::1")["Server"] == ("ok", "not running; its port is free")


def test_address_of_another_machine_is_found(data: Path, look: Look) -> None:
    verdict, text = look(data_dir=data, host="192.0.2.1")["Server"]

    assert verdict == "bad"
    assert text == (
        "192.0.2.1 port 0: Cannot assign requested address | "
        "Choose an address of this machine with ARGOSY_HOST, such as 127.0.0.1."
    )


def test_taken_port_is_found(data: Path, look: Look) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        verdict, text = look(data_dir=data, port=other.getsockname()[1])["Server"]

    assert verdict == "bad"
    assert text.endswith("Another program has it: choose another with ARGOSY_PORT.")


def test_running_server_is_found(data: Path, look: Look) -> None:
    Presence("http://127.0.0.1:9", "a-key").write(data)

    with FolderLock(data):
        assert look(data_dir=data)["Server"] == ("ok", "running at http://127.0.0.1:9")


def test_what_a_server_finds_critical_is_found(
    data: Path, look: Look, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(migrate(data, None))
    capsys.readouterr()
    before = look(data_dir=data)["Alerts"]
    with closing(sqlite3.connect(data / DATABASE)) as database, database:
        database.executemany(
            "INSERT INTO alerts (id, rule, open, level, message, details, raised_at, seen_at)"
            " VALUES (?, 'disk.low', ?, ?, ?, '{}', '', '')",
            [
                ("1", "1", "critical", "No room."),
                ("2", "2", "warning", "Little."),
                ("3", None, "critical", "Long ago."),
            ],
        )
    stopped = look(data_dir=data)["Alerts"]
    Presence("http://127.0.0.1:1", "key").write(data)
    running = look(data_dir=data)["Alerts"]

    assert before == ("ok", "nothing critical is open")
    cure = "docs/alerts.md says what to do about each."
    assert stopped == ("note", f"when the server last looked: disk.low: No room. | {cure}")
    assert running == ("bad", f"disk.low: No room. | {cure}")


def test_key_of_secrets_is_looked_at_and_not_made(data: Path, look: Look) -> None:
    before = look(data_dir=data)["Secrets"]
    file = data / "secret.key"
    there = file.exists()
    Sealer(file).prepare(is_awaited=False)
    well = look(data_dir=data)["Secrets"]
    file.chmod(0o644)
    verdict, text = look(data_dir=data)["Secrets"]

    assert (before, there) == (("ok", "a key is made at the first start"), False)
    assert well == ("ok", f"the key in {file} can be used")
    assert verdict == "bad"
    assert text.startswith("not usable | Others on this machine can read or change the key file")


def test_key_that_a_running_server_lost_is_found(data: Path, look: Look) -> None:
    Presence("http://127.0.0.1:9", "a-key").write(data)

    verdict, text = look(data_dir=data)["Secrets"]

    assert verdict == "bad"
    assert text == (
        f"the key file {data}/secret.key is gone | "
        "Put it back: after a restart, nothing that was sealed with it opens."
    )


def test_folder_that_the_key_needs_is_found(data: Path, look: Look, tmp_path: Path) -> None:
    verdict, text = look(data_dir=data, secret_key_file=tmp_path / "nowhere" / "key")["Secrets"]

    assert verdict == "bad"
    assert f"Make the folder {tmp_path}/nowhere, or choose another" in text


@pytest.mark.parametrize(
    ("modes", "verdict", "text"),
    [
        ((0o700, 0o644), "ok", "others cannot look into the data folder"),
        ((0o755, 0o600), "note", "others can look into the data folder | chmod 700 {data}"),
        ((0o755, 0o644), "bad", "others can read argosy.db | chmod 700 {data}"),
    ],
)
def test_who_else_can_read_is_found(
    data: Path, look: Look, modes: tuple[int, int], verdict: str, text: str
) -> None:
    (data / "argosy.db").touch()
    (data / "argosy.db").chmod(modes[1])
    data.chmod(modes[0])

    assert look(data_dir=data)["Privacy"] == (verdict, text.format(data=data))


def test_misspelt_setting_is_found(data: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_PROT", "1")

    verdict, text = look(data_dir=data)["Environment"]

    assert (verdict, text.partition(" |")[0]) == ("bad", "unknown: ARGOSY_PROT")


def test_note_alone_is_no_failure(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = examine(load_settings(port=0, data_dir=data))
    data.chmod(0o755)

    assert examine(load_settings(port=0, data_dir=data)) == before
    assert "A server that\nis running may have been started with others." in capsys.readouterr().out


def test_redis_that_does_not_answer_is_found(data: Path, look: Look) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    found = look(data_dir=data, redis_url=f"redis://:hunter2@127.0.0.1:{port}/0")

    cure = "Each server counts by itself until it does. Look at ARGOSY_REDIS_URL, and at Redis."
    assert found["Redis"] == ("note", f"does not answer | {cure}")


def test_redis_that_answers_is_well(data: Path, look: Look) -> None:
    assert look(data_dir=data, redis_url=needs_redis())["Redis"] == ("ok", "answers")
