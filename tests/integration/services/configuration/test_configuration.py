"""Settings that are kept in the database: on both, by several servers, and across versions."""

import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from argosy.keeping import with_kept
from argosy.loading import load_settings, settle_kept
from argosy.settings import Settings
from argosy.sheet import SettingsSheet
from services.access.identity import ALL_SCOPES, Identity, Role
from services.configuration.configuration import Configuration
from services.configuration.live import Live
from services.configuration.setting import SettingKind, Source
from services.errors import Conflict, InvalidInputs, Unavailable
from services.remembered import Remembered
from services.store.choose import DATABASE
from services.store.store import Store
from services.tasks.limits.server_speed import ServerSpeed
from services.tasks.limits.speeds import Limited, Speeds
from tests.fakes.clock import FakeClock
from tests.integration.databases import Databases

ADMIN = Identity(1, "admin", Role.ADMIN, ALL_SCOPES)


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ARGOSY_")]:
        if "TEST" not in name:
            monkeypatch.delenv(name)


class Server:
    """What one server knows of the settings, and what of it takes them."""

    def __init__(self, store: Store, clock: FakeClock, settings: Settings) -> None:
        self.taken: list[object] = []
        self.speeds = Speeds(
            store=store,
            remembered=Remembered(store=store, clock=clock),
            clock=clock,
            limit=settings.speed_limit or None,
        )
        live = Live()
        live.add("max_concurrent_downloads", self.taken.append)
        live.add("audit_days", self.fail)
        live.elsewhere["speed_limit"] = ServerSpeed(self.speeds)
        self.is_failing = False
        self.configuration = Configuration(
            remembered=Remembered(store=store, clock=clock),
            sheet=SettingsSheet(settings),
            live=live,
        )

    async def fail(self, value: object) -> None:
        """Take a value, or be unable to."""
        if self.is_failing:
            message = "Not now."
            raise Unavailable(message)
        self.taken.append(value)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=str(tmp_path))


@pytest.fixture
def servers(store: Store, clock: FakeClock, settings: Settings) -> list[Server]:
    return [Server(store, clock, settings) for _ in range(2)]


async def test_other_server_goes_by_what_one_was_told(servers: list[Server]) -> None:
    one, other = servers

    await one.configuration.update(ADMIN, {"max_concurrent_downloads": "7", "public_url": None})
    await other.configuration._refresh()

    found = other.configuration.find("max_concurrent_downloads")
    assert (one.taken, other.taken) == ([7], [7])
    assert (found.value, found.running, found.source) == ("7", "7", Source.DATABASE)


async def test_two_servers_lose_nothing_of_each_other(servers: list[Server]) -> None:
    one, other = servers

    await one.configuration.update(ADMIN, {"max_concurrent_downloads": "7"})
    await other.configuration.update(ADMIN, {"audit_days": "3"})
    await one.configuration._refresh()

    for server in servers:
        values = [server.configuration.value(n) for n in ("max_concurrent_downloads", "audit_days")]
        assert values == [7, 3]


async def test_what_cannot_be_taken_at_once_is_tried_again(servers: list[Server]) -> None:
    server = servers[0]
    server.is_failing = True
    await server.configuration.update(ADMIN, {"audit_days": "3"})
    before = server.configuration.find("audit_days")
    server.is_failing = False

    await server.configuration._refresh()

    after = server.configuration.find("audit_days")
    assert (before.value, before.running) == ("3", "365")
    assert (after.value, after.running, server.taken) == ("3", "3", [3])


async def test_what_cannot_be_taken_at_all_is_told_once(
    servers: list[Server], store: Store, clock: FakeClock
) -> None:
    server, remembered = servers[0], Remembered(store=store, clock=clock)
    await remembered.put("configuration.audit_days", "none")

    with capture_logs() as told:
        for _ in range(3):
            await server.configuration._refresh()
        await remembered.put("configuration.audit_days", "-1")
        await server.configuration._refresh()

    assert [entry["event"] for entry in told] == ["configuration.not_taken"] * 2
    assert server.configuration.find("audit_days").value == "365"


async def test_setting_kept_elsewhere_has_one_truth(
    servers: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = servers
    await one.speeds.set(ADMIN, Limited.SERVER, None, 5000)
    set_there = one.configuration.find("speed_limit")
    await one.configuration.update(ADMIN, {"speed_limit": "7000"})
    await other.speeds.refresh()
    seen = other.configuration.find("speed_limit")
    await one.configuration.update(ADMIN, {"speed_limit": None})
    await other.speeds.refresh()

    assert (set_there.value, set_there.source) == ("5000", Source.DATABASE)
    assert (seen.value, seen.source) == ("7000", Source.DATABASE)
    assert one.speeds.server().usual is other.speeds.server().usual is None
    assert one.configuration.find("speed_limit").source is Source.DEFAULT


async def test_environment_goes_before_what_is_kept_and_is_named(
    store: Store, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOSY_MAX_CONCURRENT_DOWNLOADS", "4")
    server = Server(store, clock, load_settings(data_dir=str(tmp_path)))

    with pytest.raises(InvalidInputs) as caught:
        await server.configuration.update(ADMIN, {"max_concurrent_downloads": "7"})

    found = server.configuration.find("max_concurrent_downloads")
    (error,) = caught.value.errors
    assert isinstance(error, Conflict)
    assert "ARGOSY_MAX_CONCURRENT_DOWNLOADS is set by the environment" in error.message
    assert (found.value, found.source, found.is_changeable) == ("4", Source.ENVIRONMENT, False)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_kept_values_are_there_before_anything_is_built(
    databases: Databases, clock: FakeClock, tmp_path: Path, *, database: str
) -> None:
    from services.store.choose import make_store

    url = None
    if database == "sqlite":
        await databases.sqlite(tmp_path)
        assert (tmp_path / DATABASE).exists()
    else:
        url = await databases.postgres()
    settings = load_settings(data_dir=str(tmp_path), database_url=url)
    store = make_store(tmp_path, url)
    await store.open()
    try:
        await Server(store, clock, settings).configuration.update(
            ADMIN, {"public_url": "https://a.example", "max_concurrent_downloads": "7"}
        )
    finally:
        await store.close()

    kept = await with_kept(settings)

    assert str(kept.public_url) == "https://a.example"
    assert kept.max_concurrent_downloads == 7
    assert kept.layers.source("public_url") is Source.DATABASE
    if url is not None:
        await databases.drop(url)


def test_file_goes_before_the_default_and_what_is_kept_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "argosy.toml").write_text("max_concurrent_downloads = 3\nprogress_interval = 2")
    layers = load_settings(data_dir=str(tmp_path)).layers

    kept = settle_kept(layers, {"max_concurrent_downloads": "9"})

    assert (kept.max_concurrent_downloads, kept.progress_interval) == (9, 2)
    assert [kept.layers.source(n) for n in ("max_concurrent_downloads", "progress_interval")] == [
        Source.DATABASE,
        Source.FILE,
    ]


def test_what_cannot_be_used_is_left_away_and_told(tmp_path: Path) -> None:
    layers = load_settings(data_dir=str(tmp_path)).layers

    kept = settle_kept(
        layers, {"audit_days": "-1", "data_dir": "/etc", "of_the_future": 1, "hash": "off"}
    )

    assert kept.audit_days == 365
    assert kept.hash == "off"
    assert set(kept.layers.ignored) == {"audit_days", "data_dir", "of_the_future"}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_value_is_read_as_it_is_shown(name: str, tmp_path: Path) -> None:
    settings = load_settings(
        data_dir=str(tmp_path),
        tiers='{"free": {"downloads_per_day": 3}}',
        allowed_origins="https://a.example,http://b.example:8080",
        allow_networks="10.0.0.0/8,127.0.0.1:9000,[::1]:80",
        trusted_proxies="127.0.0.1",
        public_url="https://a.example",
    )
    sheet = SettingsSheet(settings)
    shown = sheet.show(sheet.value(name))
    if sheet.descriptions[name].is_secret or shown is None:
        return

    settled = sheet.settle({}, {name: shown})

    assert settled.bad == {}
    assert settled.values[name] == sheet.value(name)


def test_every_secret_is_known_as_one() -> None:
    from argosy.parts.backups import secret_settings

    sheet = SettingsSheet(load_settings())

    secrets = {name for name, about in sheet.descriptions.items() if about.is_secret}
    assert secrets == secret_settings()
    assert all(sheet.descriptions[name].default is None for name in secrets)


def test_kinds_are_those_of_the_fields() -> None:
    about = SettingsSheet(load_settings()).descriptions

    assert {name: about[name].type for name in (
        "port", "progress_interval", "introspection", "log_level", "allowed_hosts", "data_dir",
        "tiers", "backup_time",
    )} == {
        "port": SettingKind.INTEGER,
        "progress_interval": SettingKind.NUMBER,
        "introspection": SettingKind.BOOLEAN,
        "log_level": SettingKind.CHOICE,
        "allowed_hosts": SettingKind.LIST,
        "data_dir": SettingKind.PATH,
        "tiers": SettingKind.JSON,
        "backup_time": SettingKind.TEXT,
    }  # fmt: skip
