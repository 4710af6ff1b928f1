"""The settings: `ARGOSY_*` in the environment, else `argosy.toml` in the data folder.

Nothing else reads the environment. All bad values are reported at once.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from argosy.groups.backups import BackupSettings
from argosy.groups.history import HistorySettings
from argosy.groups.limits import LimitSettings
from argosy.groups.logs import LogSettings
from argosy.groups.plugins import PluginSettings
from argosy.lists import HostNames, Hosts, Networks, Origins, Proxies
from argosy.origins import Origin
from services.access.quotas.tiers import Tier, read_tiers
from services.engines.unfinished.finish import Hash
from services.errors import InvalidInput
from services.logs.levels import LogLevel
from services.outgoing.proxies import Proxy, parse_proxy, system_proxy

PREFIX = "ARGOSY_"
FILE = "argosy.toml"
DATA_DIR = "data"
# Read by the command line as a client, and by the tests.
NOT_SETTINGS = frozenset(
    {"ARGOSY_URL", "ARGOSY_KEY", "ARGOSY_TEST_POSTGRES_URL", "ARGOSY_TEST_REDIS_URL"}
)


def _public_url(value: object) -> object:
    """Read `https://argosy.example.com`, with or without a slash at its end."""
    if not isinstance(value, str):
        return value
    try:
        return Origin.parse(value.strip().removesuffix("/"))
    except ValueError:
        message = "an address such as https://argosy.example.com is needed, without a path"
        raise ValueError(message) from None


Tiers = Annotated[tuple[Tier, ...], NoDecode, BeforeValidator(read_tiers)]


class BadSettings(Exception):
    """Some settings cannot be used; `problems` has a line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(
    LogSettings,
    LimitSettings,
    HistorySettings,
    BackupSettings,
    PluginSettings,
    BaseSettings,
):
    """How this server is set up."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(
        default=Path(DATA_DIR), description="Folder for the database and everything else to keep."
    )
    download_dir: Path | None = Field(
        default=None, description="Folder for finished files. Default: `downloads` in that one."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8060, ge=0, le=65535, description="Port to listen on; 0 takes any.")
    public_url: Annotated[Origin | None, NoDecode, BeforeValidator(_public_url)] = Field(
        default=None,
        description="Where people reach this server, where a proxy stands in front of it: "
        "`https://argosy.example.com`.",
    )
    allowed_hosts: HostNames = Field(
        default=(),
        description="More names by which this server may be asked: "
        "`argosy.example.com,.home.example.com`.",
    )
    allowed_origins: Origins = Field(
        default=(),
        description="Pages of other servers that may use this one: `https://app.example.com`.",
    )
    trusted_proxies: Proxies = Field(
        default=(),
        description="Proxies that are believed about who asks: `127.0.0.1,10.0.0.0/8`.",
    )
    admin_token: SecretStr | None = Field(
        default=None,
        description="A key that is to work as an administrator's, for provisioning.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`postgres://user:password@host/name`. Default: SQLite in the data folder.",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="`redis://host:6379/0`: where several servers count together what is limited. "
        "Default: each counts in its memory.",
    )
    allow_networks: Networks = Field(
        default=(),
        description=(
            "Networks that are not public and may be fetched from all the same, each with an "
            "optional port: `10.0.0.0/8,127.0.0.1:9000`."
        ),
    )
    introspection: bool = Field(
        default=True, description="Whether to describe the schema to those who have signed in."
    )
    max_concurrent_downloads: int = Field(
        default=20, ge=1, le=1000, description="How many tasks this server runs at once."
    )
    max_concurrent_downloads_per_user: int = Field(
        default=10, ge=1, le=1000, description="How many tasks of one user run at once."
    )
    max_concurrent_downloads_per_host: int = Field(
        default=5, ge=1, le=1000, description="How many tasks that fetch from one host run at once."
    )
    max_connections_per_download: int = Field(
        default=8, ge=1, le=64, description="How many connections one file may have at once."
    )
    max_connections_per_host: int = Field(
        default=16,
        ge=1,
        le=1000,
        description="How many connections to one host there may be, of all tasks together.",
    )
    start_rate_per_host: float = Field(
        default=50,
        ge=0,
        le=10_000,
        allow_inf_nan=False,
        description="How many connections to one host are begun in a second; 0 is no limit.",
    )
    tiers: Tiers = Field(
        default=(),
        description="Quotas of users, as JSON: "
        '`{"free": {"downloads_per_day": 100, "bytes_per_day": 50000000000, "tasks_at_once": 20, '
        '"stored_bytes": 200000000000}}`. The tier `unlimited` is always there.',
    )
    speed_limit: int = Field(
        default=0, ge=0, le=1 << 53, description="Bytes a second of all tasks; 0 is no limit."
    )
    hash: Hash = Field(
        default=Hash.AFTER,
        description="When the SHA-256 of a file is made: `after`, `inline` or `off`.",
    )
    proxy_url: SecretStr | None = Field(
        default=None,
        description="`http://`, `https://` or `socks5://`: the proxy of downloads that ask for "
        "the system's.",
    )
    no_proxy: Hosts = Field(
        default=(),
        description="Hosts and networks that are reached without that proxy: "
        "`localhost,.example.com,10.0.0.0/8`.",
    )
    secret_key_file: Path | None = Field(
        default=None,
        description="File with the key that seals secrets. Default: `secret.key` in the data "
        "folder.",
    )
    progress_interval: float = Field(
        default=0.25,
        ge=0.05,
        le=60,
        allow_inf_nan=False,
        description="Seconds between two progress messages of a task.",
    )

    @field_validator("host")
    @classmethod
    def _is_host(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_.:%-]{1,253}", value):
            message = "an address or a name of this machine is needed"
            raise ValueError(message)
        return value

    @field_validator("proxy_url")
    @classmethod
    def _is_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            if value:
                parse_proxy(value.get_secret_value(), is_checked=False)
        except InvalidInput as error:
            raise ValueError(error.message) from None
        return value

    @field_validator("data_dir", "download_dir", "secret_key_file", "backup_dir")
    @classmethod
    def _is_somewhere(cls, value: Path | None) -> Path | None:
        try:
            return value and value.expanduser()
        except RuntimeError:
            message = "there is no such home folder"
            raise ValueError(message) from None

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.match(r"postgres(ql)?://", value.get_secret_value()):
            message = "it should begin with postgres:// (leave it away for SQLite)"
            raise ValueError(message)
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.match(r"rediss?://[^/]", value.get_secret_value()):
            message = "it should begin with redis:// or rediss:// (leave it away to do without)"
            raise ValueError(message)
        return value

    @field_validator("admin_token")
    @classmethod
    def _is_usable(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[\x21-\x7e]{8,512}", value.get_secret_value()):
            message = "a key has 8 to 512 letters, digits and signs, without blanks"
            raise ValueError(message)
        return value

    @property
    def downloads(self) -> Path:
        """The folder for finished files."""
        return self.download_dir or self.data_dir / "downloads"

    @property
    def backups(self) -> Path:
        """The folder for backups."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def key_file(self) -> Path:
        """The file with the key that seals secrets."""
        return self.secret_key_file or self.data_dir / "secret.key"

    @property
    def proxy(self) -> Proxy | None:
        """The operator's proxy."""
        url = self.proxy_url.get_secret_value() if self.proxy_url else None
        return system_proxy(url, self.no_proxy)

    @property
    def admin_key(self) -> str | None:
        """The key that is to work as an administrator's."""
        return self.admin_token.get_secret_value() if self.admin_token else None

    @property
    def redis(self) -> str | None:
        """The URL of Redis, or None to do without."""
        return self.redis_url.get_secret_value() if self.redis_url else None

    @property
    def database(self) -> str | None:
        """The URL of PostgreSQL, or None for SQLite."""
        return self.database_url.get_secret_value() if self.database_url else None


def load_settings(**flags: object) -> Settings:
    """Read the settings; `flags` from the command line go before the environment and the file.

    Raises `BadSettings` with everything that is wrong.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    folder = given.get("data_dir") or os.environ.get(f"{PREFIX}DATA_DIR") or DATA_DIR
    file = Path(str(folder)) / FILE
    in_file, problems = _read_file(file)

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, in_file)

    try:
        loaded = Loaded.model_validate(given)
    except ValidationError as error:
        problems += [_problem(found, file) for found in error.errors()]
        raise BadSettings(problems) from None
    if problems:
        raise BadSettings(problems)
    values = {name: getattr(loaded, name) for name in Settings.model_fields}
    data_dir = loaded.data_dir.absolute()
    download_dir = loaded.download_dir or data_dir / "downloads"
    values |= {"data_dir": data_dir, "download_dir": download_dir.absolute()}
    if loaded.backup_dir is not None:
        values["backup_dir"] = loaded.backup_dir.absolute()
    if loaded.secret_key_file is not None:
        values["secret_key_file"] = loaded.secret_key_file.absolute()
    return Settings.model_construct(**values)


def _read_file(file: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what the settings file says, and what is wrong with it."""
    try:
        text = file.expanduser().read_bytes().decode()
        values = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError, RuntimeError):  # the last: no such home
        return {}, []
    except OSError as error:
        return {}, [f"{file}: {error.strerror}"]
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return {}, [f"{file}: line {line}, column {column}: this is not UTF-8"]
    except tomllib.TOMLDecodeError as error:
        words, _, where = str(error).removesuffix(")").rpartition(" (at ")
        return {}, [f"{file}: {where}: {words[:1].lower()}{words[1:]}"]
    if "data_dir" not in values:
        return values, []
    del values["data_dir"]
    how = f"use {PREFIX}DATA_DIR or --data-dir"
    return values, [f"{file}: data_dir cannot be set here, for this file lies in it; {how}"]


def unknown_names() -> list[str]:
    """Return the variables that look like settings and are none."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    return sorted(n for n in os.environ if n.startswith(PREFIX) and n not in known)


def wants_details() -> bool:
    """Whether the log level asks for tracebacks, even where no settings could be read."""
    return os.environ.get(f"{PREFIX}LOG_LEVEL") == LogLevel.DEBUG


def _problem(found: ErrorDetails, file: Path) -> str:
    name = str(found["loc"][0]) if found["loc"] else "settings"
    if found["type"] == "extra_forbidden":
        return f"{file}: there is no setting {name}."
    words = found["msg"].removeprefix("Value error, ")
    secret = name in {"admin_token", "database_url", "proxy_url", "redis_url"}
    value = "" if secret else f" (it is {str(found['input'])[:80]!r})"
    return f"{PREFIX}{name.upper()}: {words[0].lower()}{words[1:]}{value}"
