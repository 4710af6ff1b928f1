"""The settings: what there is to set. `argosy/loading.py` reads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from argosy.groups.alerts import AlertSettings
from argosy.groups.backups import BackupSettings
from argosy.groups.documents import DocumentSettings
from argosy.groups.features import FeatureSettings, RetentionSettings
from argosy.groups.history import HistorySettings
from argosy.groups.limits import LimitSettings
from argosy.groups.logs import LogSettings
from argosy.groups.plugins import PluginSettings
from argosy.groups.webhooks import WebhookSettings
from argosy.lists import HostNames, Hosts, Networks, Origins, Proxies
from argosy.origins import Origin
from services.access.quotas.tiers import Tier, read_tiers
from services.configuration.setting import Source
from services.engines.unfinished.finish import Hash
from services.errors import InvalidInput
from services.outgoing.proxies import Proxy, parse_proxy, system_proxy

PREFIX = "ARGOSY_"
FILE = "argosy.toml"
DATA_DIR = "data"
# Read by the command line as a client, and by the tests.
NOT_SETTINGS = frozenset(
    {"ARGOSY_URL", "ARGOSY_KEY", "ARGOSY_TEST_POSTGRES_URL", "ARGOSY_TEST_REDIS_URL"}
)
# They have no value outside of this process: not in a log, and not over the API.
SECRETS = frozenset({"admin_token", "database_url", "proxy_url", "redis_url"})
# The operator of the machine says these, and nobody over the API: they are needed before the
# database is open, say where files lie, or guard who reaches what: this server, and from it.
FIXED = frozenset(
    {
        *("data_dir", "download_dir", "backup_dir", "secret_key_file", "host", "port"),
        *("allow_networks", "trusted_proxies", "trusted_documents", "only_trusted_documents"),
        *("allowed_hosts", "allowed_origins"),
    }
)
NEVER_KEPT = SECRETS | FIXED
NOTHING: Mapping[str, Any] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class Layers:
    """What each source says, by the names of settings, and what of it is not used and why."""

    in_file: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    file: Path = Path(FILE)
    ignored: Mapping[str, str] = field(default_factory=dict)

    @property
    def merged(self) -> dict[str, Any]:
        """What they come to: each goes before those above it."""
        return {**self.in_file, **self.kept, **self.environment, **self.flags}

    def keeping(self, kept: Mapping[str, Any], ignored: Mapping[str, str] = NOTHING) -> Self:
        """Return the same with this in the database."""
        return replace(self, kept=kept, ignored=dict(ignored))

    def source(self, name: str) -> Source:
        """Return where the value of a setting comes from."""
        for source, said in (
            (Source.FLAG, self.flags),
            (Source.ENVIRONMENT, self.environment),
            (Source.DATABASE, self.kept),
            (Source.FILE, self.in_file),
        ):
            if name in said:
                return source
        return Source.DEFAULT


class Settings(
    FeatureSettings,
    RetentionSettings,
    DocumentSettings,
    LogSettings,
    LimitSettings,
    HistorySettings,
    BackupSettings,
    AlertSettings,
    PluginSettings,
    WebhookSettings,
    BaseSettings,
):
    """How this server is set up."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )
    _layers: Layers = PrivateAttr(default_factory=Layers)

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
    def layers(self) -> Layers:
        """What they were put together from."""
        return self._layers

    def with_layers(self, layers: Layers) -> Self:
        """Remember what they were put together from."""
        self._layers = layers
        return self

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
