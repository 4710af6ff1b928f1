"""What can be asked of a fetch beside its URL.

`Options` may be shown to whoever sees the task. `Secrets` may not: they are sealed where they
are stored, and go to no log.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.outgoing.cookies import Cookie


class Conflict(StrEnum):
    """What to do where there is a file of that name."""

    RENAME = "RENAME"  # take the next free name: `a (1).zip`
    SKIP = "SKIP"  # fetch nothing
    OVERWRITE = "OVERWRITE"  # fetch it if it has changed, and put it in the place of the other
    COMPARE = "COMPARE"  # fetch it if it has changed, and keep both


class Kind(StrEnum):
    """What a file is, by its extension and media type."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    ARCHIVE = "ARCHIVE"
    DOCUMENT = "DOCUMENT"


class Algorithm(StrEnum):
    """How a checksum is made."""

    MD5 = "MD5"
    SHA1 = "SHA1"
    SHA256 = "SHA256"
    SHA512 = "SHA512"


class ProxyKind(StrEnum):
    """Through what a fetch goes out."""

    NONE = "NONE"  # straight to the host
    SYSTEM = "SYSTEM"  # what the operator has configured
    CUSTOM = "CUSTOM"  # what the secrets of the task name


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the whole file must come to; `digest` in small hexadecimal letters."""

    algorithm: Algorithm
    digest: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """What each piece of the file must come to (RFC 5854, section 4.2.16).

    All pieces have `length` bytes but the last; `digests` in small hexadecimal letters.
    """

    algorithm: Algorithm
    length: int
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What not to fetch. Sizes in bytes; a file whose size or date is unknown passes."""

    min_size: int = 0
    max_size: int | None = None
    excluded_extensions: frozenset[str] = frozenset()  # in small letters, without the dot
    excluded_kinds: frozenset[Kind] = frozenset()
    modified_from: datetime | None = None
    modified_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to try again. None: as the server is set up."""

    connect: float | None = None  # until a connection stands
    silence: float | None = None  # between two bytes
    total: float | None = None  # for one attempt at the whole file
    lowest_speed: int = 0  # bytes a second, over a minute
    retries: int | None = None  # failures in a row without progress
    retry_interval: float | None = None  # before the first retry; it doubles from there


@dataclass(frozen=True, slots=True)
class Options:
    """What may be shown."""

    name: str | None = None  # in place of what the server says
    size: int | None = None  # bytes, where a metalink says so
    mirrors: tuple[str, ...] = ()  # other URLs of the same file, the best first
    checksums: tuple[Checksum, ...] = ()
    pieces: Pieces | None = None
    conflict: Conflict = Conflict.RENAME
    connections: int | None = None  # at most so many at once for this file
    speed_limit: int | None = None  # bytes a second
    filters: Filters = field(default_factory=Filters)
    patience: Patience = field(default_factory=Patience)
    user_agent: str | None = None
    referer: str | None = None
    proxy: ProxyKind = ProxyKind.NONE


@dataclass(frozen=True, slots=True)
class Secrets:
    """What may not be shown. All of it goes to the origin of the task's URL only."""

    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[Cookie, ...] = ()
    username: str | None = None  # Basic; FTP and SFTP too
    password: str | None = None
    token: str | None = None  # Bearer
    certificate: str | None = None  # of the client, PEM
    private_key: str | None = None  # of the certificate, or for SFTP; PEM or OpenSSH
    proxy_url: str | None = None  # http(s)://, socks5:// or socks5h://, a login in it
    host_key: str | None = None  # of an SFTP server: SHA256:…, as OpenSSH shows it
