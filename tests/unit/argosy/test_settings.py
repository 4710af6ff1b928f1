"""The settings: flags before the environment, the environment before the file."""

import os
from datetime import time
from pathlib import Path

import pytest

from argosy.loading import BadSettings, load_settings, unknown_names
from argosy.settings import Settings
from services.engines.unfinished.finish import Hash
from services.logs.levels import LogLevel
from services.outgoing.addresses import AllowedNetwork
from services.outgoing.proxies import Around


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith("ARGOSY_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """`argosy.toml` in the data folder, which is where it is by default."""
    path = tmp_path / "data/argosy.toml"
    path.parent.mkdir()
    path.touch()
    return path


def problems(**flags: object) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load_settings(**flags)
    return caught.value.problems


def test_defaults_serve_one_machine(tmp_path: Path) -> None:
    settings = load_settings()

    expected = {
        "data_dir": tmp_path / "data",
        "download_dir": tmp_path / "data/downloads",
        "host": "127.0.0.1",
        "port": 8060,
        "public_url": None,
        "allowed_hosts": (),
        "allowed_origins": (),
        "trusted_proxies": (),
        "admin_token": None,
        "database_url": None,
        "redis_url": None,
        "rate_limit_graphql": 100,
        "rate_limit_ws": 1000,
        "allow_networks": (),
        "trusted_documents": None,
        "only_trusted_documents": False,
        "document_cache_seconds": 0,
        "log_level": LogLevel.INFO,
        "log_file_size": 10_000_000,
        "log_files": 5,
        "max_subscriptions_per_connection": 50,
        "max_connections_per_user": 20,
        "max_subscriptions_per_user": 500,
        "introspection": True,
        "max_concurrent_downloads": 20,
        "max_concurrent_downloads_per_user": 10,
        "max_concurrent_downloads_per_host": 5,
        "max_connections_per_download": 8,
        "max_connections_per_host": 16,
        "start_rate_per_host": 50,
        "tiers": (),
        "speed_limit": 0,
        "hash": Hash.AFTER,
        "proxy_url": None,
        "no_proxy": (),
        "secret_key_file": None,
        "progress_interval": 0.25,
        "event_log_days": 7,
        "event_log_entries": 1_000_000,
        "audit_days": 365,
        "backup_dir": None,
        "backup_time": time(2, 30),
        "backup_keep_last": 7,
        "backup_keep_daily": 7,
        "backup_keep_weekly": 4,
        "alert_interval": 30,
        "alert_disk_free": 5 << 30,
        "alert_memory_percent": 95,
        "alert_cpu_percent": 95,
        "alert_load_seconds": 300,
        "alert_failed_tasks": 5,
        "alert_clock_jump": 30,
        "alert_database_errors": 3,
        "alert_days": 90,
        "plugin_hook_seconds": 5,
        "plugin_memory": 512 << 20,
        "plugin_crashes": 5,
        "auto_delete_minutes": 0,
        "max_split_size": 0,
        "features_pages": True,
        "features_playground": True,
        "features_plugins": True,
    }
    dumped = settings.model_dump()
    assert {name: dumped[name] for name in expected} == expected


def test_file_goes_before_the_defaults(file: Path) -> None:
    file.write_text('port = 1000\nlog_level = "DEBUG"\nallow_networks = ["10.0.0.0/8", "::1"]')

    settings = load_settings()

    assert (settings.port, settings.log_level) == (1000, LogLevel.DEBUG)
    assert settings.allow_networks == (
        AllowedNetwork.parse("10.0.0.0/8"),
        AllowedNetwork.parse("::1"),
    )


def test_environment_goes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('port = 1000\nhost = "::1"')
    monkeypatch.setenv("ARGOSY_PORT", "2000")

    settings = load_settings()

    assert (settings.port, settings.host) == (2000, "::1")


def test_flags_go_before_both(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("port = 1000")
    monkeypatch.setenv("ARGOSY_PORT", "2000")
    monkeypatch.setenv("ARGOSY_HOST", "::1")

    settings = load_settings(port=3000, host=None)

    assert (settings.port, settings.host) == (3000, "::1")


def test_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_PORT", "")
    monkeypatch.setenv("ARGOSY_DATABASE_URL", "")

    settings = load_settings()

    assert (settings.port, settings.database) == (8060, None)


@pytest.mark.parametrize("source", ["flag", "environment"])
def test_file_is_looked_for_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/argosy.toml").write_text("port = 1000")
    if source == "environment":
        monkeypatch.setenv("ARGOSY_DATA_DIR", "elsewhere")

    settings = load_settings(data_dir="elsewhere" if source == "flag" else None)

    assert (settings.port, settings.data_dir) == (1000, tmp_path / "elsewhere")


def test_relative_folders_are_made_absolute(tmp_path: Path) -> None:
    settings = load_settings(data_dir="a/b", download_dir="c")

    assert (settings.data_dir, settings.downloads) == (tmp_path / "a/b", tmp_path / "c")


def test_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a").mkdir()
    (tmp_path / "a/argosy.toml").write_text('download_dir = "~/b"')

    settings = load_settings(data_dir="~/a")

    assert (settings.data_dir, settings.downloads) == (tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        (" 10.0.0.0/8 , 127.0.0.1:9000 ,", ["10.0.0.0/8", "127.0.0.1:9000"]),
        ("[::1]:80,fd00::/8", ["[::1]:80", "fd00::/8"]),
    ],
)
def test_networks_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, text: str, networks: list[str]
) -> None:
    monkeypatch.setenv("ARGOSY_ALLOW_NETWORKS", text)

    assert load_settings().allow_networks == tuple(map(AllowedNetwork.parse, networks))


def test_all_bad_values_are_reported_at_once(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    file.write_text('colour = "red"\nlog_level = "LOUD"')
    monkeypatch.setenv("ARGOSY_PORT", "70000")
    monkeypatch.setenv("ARGOSY_ALLOW_NETWORKS", "10.0.0.0/8,everything")
    monkeypatch.setenv("ARGOSY_DATABASE_URL", "mysql://localhost/argosy")

    found = problems(max_concurrent_downloads=0)

    assert sorted(line.split(":")[0] for line in found) == sorted(
        [
            "ARGOSY_ALLOW_NETWORKS",
            "ARGOSY_DATABASE_URL",
            "ARGOSY_LOG_LEVEL",
            "ARGOSY_MAX_CONCURRENT_DOWNLOADS",
            "ARGOSY_PORT",
            "data/argosy.toml",
        ]
    )


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("PORT", "http", "input should be a valid integer, unable to parse string as an integer"),
        ("PORT", "-1", "input should be greater than or equal to 0"),
        ("PORT", "65536", "input should be less than or equal to 65535"),
        ("PROGRESS_INTERVAL", "0", "input should be greater than or equal to 0.05"),
        ("HOST", "my host", "an address or a name of this machine is needed"),
        ("PROGRESS_INTERVAL", "nan", "input should be a finite number"),
    ],
)
def test_problem_names_the_variable_the_rule_and_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, rule: str
) -> None:
    monkeypatch.setenv(f"ARGOSY_{name}", value)

    assert problems() == [f"ARGOSY_{name}: {rule} (it is {value!r})"]


def test_all_networks_that_are_none_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_ALLOW_NETWORKS", "10/8,::1, foo ,1.2.3.4:99999")

    (problem,) = problems()

    rule = "not a network such as 10.0.0.0/8 or 127.0.0.1:9000"
    assert problem.startswith(f"ARGOSY_ALLOW_NETWORKS: {rule}: '10/8', 'foo', '1.2.3.4:99999' (")


def test_network_in_the_file_is_a_text(file: Path) -> None:
    file.write_text('allow_networks = ["::1", 5]')

    (problem,) = problems()

    assert "127.0.0.1:9000: 5 (" in problem


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"port = = 3", "line 1, column 8: invalid value"),
        (b"port = 3\nhost", "end of document: expected '=' after a key in a key/value pair"),
        (b"# one\nhost = 'M\xfcnchen'", "line 2, column 10: this is not UTF-8"),
        (
            b"data_dir = '/x'",
            (
                "data_dir cannot be set here, for this file lies in it; "
                "use ARGOSY_DATA_DIR or --data-dir"
            ),
        ),
    ],
)
def test_what_is_wrong_with_the_file_is_told_beside_other_problems(
    file: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, sentence: str
) -> None:
    file.write_bytes(content)
    monkeypatch.setenv("ARGOSY_LOG_LEVEL", "LOUD")

    of_file, other = problems()

    assert of_file == f"data/argosy.toml: {sentence}"
    assert other.startswith("ARGOSY_LOG_LEVEL: ")


@pytest.mark.parametrize("name", ["data_dir", "download_dir"])
def test_home_that_does_not_exist_is_told(name: str) -> None:
    (problem,) = problems(**{name: "~nobody-of-that-name/a"})

    assert problem.startswith(f"ARGOSY_{name.upper()}: there is no such home folder (")


def test_file_that_is_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data/argosy.toml").mkdir(parents=True)

    assert problems() == ["data/argosy.toml: Is a directory"]


def test_setting_that_does_not_exist_is_a_problem_of_the_file(file: Path) -> None:
    file.write_text("prot = 1000")

    assert problems() == ["data/argosy.toml: there is no setting prot."]


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("ADMIN_TOKEN", "short"),
        ("ADMIN_TOKEN", "has a blank in it"),
        ("ADMIN_TOKEN", "ümläuts-hunter2"),
        ("DATABASE_URL", "mysql://alice:hunter2@localhost/argosy"),
        ("DATABASE_URL", "hunter2"),
    ],
)
def test_bad_secret_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, secret: str
) -> None:
    monkeypatch.setenv(f"ARGOSY_{name}", secret)

    (problem,) = problems()

    assert problem.startswith(f"ARGOSY_{name}: ")
    assert secret not in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize("line", ["admin_token = 12345678", 'admin_token = ["hunter22"]'])
def test_secret_of_a_wrong_type_is_not_repeated(file: Path, line: str) -> None:
    file.write_text(line)

    assert problems() == ["ARGOSY_ADMIN_TOKEN: input should be a valid string"]


def test_good_secrets_are_given_but_never_shown() -> None:
    url = "postgresql://alice:hunter2@localhost/argosy"

    settings = load_settings(admin_token="hunter2-hunter2", database_url=url)

    assert (settings.admin_key, settings.database) == ("hunter2-hunter2", url)
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()}"


def test_settings_do_not_change() -> None:
    settings = load_settings()

    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


def test_loaded_settings_are_plain_ones() -> None:
    assert type(load_settings()) is Settings


def test_variables_that_are_no_settings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARGOSY_PROT", "ARGOSY_PORT", "ARGOSY_KEY", "ARGOSY_URL", "OTHER"):
        monkeypatch.setenv(name, "1")

    assert unknown_names() == ["ARGOSY_PROT"]


def test_key_lies_in_the_data_folder_unless_it_is_said_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = load_settings().key_file
    monkeypatch.setenv("ARGOSY_SECRET_KEY_FILE", str(tmp_path / "elsewhere"))

    assert (usual, load_settings().key_file) == (
        *(tmp_path / "data/secret.key", tmp_path / "elsewhere"),
    )


def test_proxy_that_is_none_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_PROXY_URL", "ftp://name:hunter2@proxy.example:1")

    with pytest.raises(BadSettings) as caught:
        load_settings()

    (problem,) = caught.value.problems
    assert problem == (
        "ARGOSY_PROXY_URL: a proxy is reached by http://, https://, socks5:// or socks5h://."
    )


def test_proxy_of_the_server_knows_where_it_is_gone_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_PROXY_URL", "https://proxy.example:443")
    monkeypatch.setenv("ARGOSY_NO_PROXY", "localhost, .example.com,,10.0.0.0/8")

    proxy = load_settings().proxy

    assert proxy is not None
    assert (proxy.is_tls, proxy.is_checked) == (True, False)
    assert proxy.around == Around.parse(["localhost", ".example.com", "10.0.0.0/8"])


def test_host_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_NO_PROXY", "a.example,a b,10.0.0.0/33")

    with pytest.raises(BadSettings) as caught:
        load_settings()

    (problem,) = caught.value.problems
    assert problem.startswith(
        "ARGOSY_NO_PROXY: not a host such as .example.com or 10.0.0.0/8: 'a b', '10.0.0.0/33'"
    )
