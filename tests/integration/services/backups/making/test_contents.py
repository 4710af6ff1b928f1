"""What an archive is called, and what is in it."""

import stat

import pytest

from services.backups.format import LEFT_OUT, TABLES, Kind
from services.backups.records import Status, Wish
from services.backups.wrapping import unwrap
from services.errors import InvalidInput
from services.store.store import Store
from tests.integration.services.backups.making.backing import (
    Backing,
    manifest,
    member,
    members,
)

PASSPHRASE = "correct horse battery"


async def test_archive_has_its_name_its_members_and_closed_modes(made: Backing) -> None:
    backup = await made.backups.create(Wish("a description", "pre_update"))

    archive = made.folder / backup.filename
    assert backup.filename == "pre_update_20261122_120000.tar.gz"
    assert made.files() == [backup.filename, f"{backup.filename}.json"]
    assert members(archive) == ["manifest.json", *(f"tables/{table}.jsonl" for table in TABLES)]
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE((made.folder / f"{backup.filename}.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700


async def test_manifest_says_what_is_in_it(made: Backing, store: Store) -> None:
    backup = await made.backups.create(Wish("a description"))

    found = manifest(made.folder / backup.filename)
    applied = await store.fetch("SELECT version FROM aerich ORDER BY id")
    assert found == backup.manifest
    assert (found.version, found.kind, found.description) == (
        *("1.2.3", Kind.MANUAL, "a description"),
    )
    assert (found.dialect, found.created_at) == (store.dialect, made.clock.now())
    assert list(found.schema) == [row["version"] for row in applied]
    assert set(found.left_out) >= {*LEFT_OUT, "secret.key", "downloads"}
    assert list(found.tables) == list(TABLES)


async def test_sound_backup_is_verified(made: Backing) -> None:
    backup = await made.backups.create(Wish())

    check = await made.backups.verify(backup.filename)

    assert check.problems == []
    assert check.backup.status is Status.COMPLETED
    assert (await made.backups.get(backup.filename)).checked_at == made.clock.now()


async def test_nothing_is_overwritten(made: Backing) -> None:
    first = await made.backups.create(Wish("first"))
    second = await made.backups.create(Wish("second"))

    assert first.filename == "backup_20261122_120000.tar.gz"
    assert second.filename == "backup_20261122_120001.tar.gz"
    assert [each.description for each in await made.backups.all()] == ["second", "first"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (None, "backup"),
        ("", "backup"),
        ("  ", "backup"),
        ("..", "backup"),
        ("../../etc/passwd", "passwd"),
        ("a\\b", "b"),
        ("/", "download"),
        (".hidden", "hidden"),
        ("a\x00b\nc", "abc"),
        ("con", "con_"),
        ("pre update ü", "pre update ü"),
        ("mine.tar.gz", "mine"),
        ("漢" * 200, "漢" * 33),
    ],
)
async def test_name_becomes_one_clean_component(
    on_sqlite: Backing, given: str | None, name: str
) -> None:
    backup = await on_sqlite.backups.create(Wish(name=given))

    assert backup.filename == f"{name}_20261122_120000.tar.gz"
    assert on_sqlite.files() == [backup.filename, f"{backup.filename}.json"]
    assert [each.filename for each in await on_sqlite.backups.all()] == [backup.filename]


async def test_long_description_is_refused(on_sqlite: Backing) -> None:
    with pytest.raises(InvalidInput, match="500 letters"):
        await on_sqlite.backups.create(Wish("x" * 501))

    assert not on_sqlite.folder.exists()


async def test_settings_and_host_keys_go_in_without_secrets(on_sqlite: Backing) -> None:
    settings = 'port = 8061\nadmin_token = "hunter2-hunter2"\n'
    (on_sqlite.data / "argosy.toml").write_text(settings)
    (on_sqlite.data / "known_hosts").write_text("example.com ssh-ed25519 AAAA\n")
    (on_sqlite.data / "secret.key").write_text("secret-secret-secret\n")

    archive = on_sqlite.folder / (await on_sqlite.backups.create(Wish())).filename

    assert members(archive)[-2:] == ["settings/argosy.toml", "known_hosts"]
    assert member(archive, "settings/argosy.toml") == b'"port" = 8061\n'
    assert member(archive, "known_hosts") == b"example.com ssh-ed25519 AAAA\n"
    assert manifest(archive).left_out["settings/argosy.toml: admin_token"] == "it is secret"
    everything = b"".join(member(archive, name) for name in members(archive))
    assert b"hunter2" not in everything
    assert b"secret-secret" not in everything


async def test_key_goes_in_wrapped_if_that_is_asked_for(on_sqlite: Backing) -> None:
    (on_sqlite.data / "secret.key").write_bytes(b"secret-secret-secret\n")

    backup = await on_sqlite.backups.create(Wish(passphrase=PASSPHRASE))

    archive = on_sqlite.folder / backup.filename
    wrapped = member(archive, "secret.key.wrapped")
    assert unwrap(wrapped, PASSPHRASE) == b"secret-secret-secret\n"
    assert "secret.key" not in manifest(archive).left_out
    assert (await on_sqlite.backups.verify(backup.filename)).problems == []


async def test_short_passphrase_leaves_nothing(on_sqlite: Backing) -> None:
    (on_sqlite.data / "secret.key").write_bytes(b"secret-secret-secret\n")

    with pytest.raises(InvalidInput, match="passphrase"):
        await on_sqlite.backups.create(Wish(passphrase="short"))

    assert on_sqlite.files() == []
    assert on_sqlite.issues.open == {}
