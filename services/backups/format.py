"""What an archive is: its name, its members, its manifest. Makers and readers share this.

An archive is a tar file packed with gzip, in this order:

    manifest.json             what is in it, and the SHA-256 of each other member
    tables/<table>.jsonl      one JSON object a row, for each of `TABLES`, parents before children
    settings/argosy.toml      if there is one, without what is secret in it
    known_hosts               if there is one
    secret.key.wrapped        if it was asked for, with a passphrase (see `wrapping`)

All members are plain files with these names, mode 0600, owner 0. A table has its member even where
it has no row. Rows come in the order of their primary keys; their values are those of `ColumnType`.
The manifest says which columns each table has and of which type, so that an archive can be read
without the program that made it; `schema` are the migrations that had been applied, oldest first.

Beside `NAME.tar.gz` lies `NAME.tar.gz.json`: the manifest, and the size and SHA-256 of the archive.
It is written after the archive, and can be made again from it: the folder is the truth.

What makes no sense on another server or at another time is not in an archive (`LEFT_OUT`).
Whoever restores gives the event log another name (`settings.event_log`): numbers of events that
came after the backup are given out again, and no place in the old log may be taken for one in the
new. Running tasks have a lease that has long run out, so they are claimed again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from services.text import plain

FORMAT = 1
SUFFIX = ".tar.gz"
SIDECAR_SUFFIX = ".json"
DRAFT_PREFIX = ".making-"  # files and folders of a backup that is not ready; never listed
MANIFEST = "manifest.json"
SETTINGS = "settings/argosy.toml"
KNOWN_HOSTS = "known_hosts"
WRAPPED_KEY = "secret.key.wrapped"
DEFAULT_NAME = "backup"
LONGEST_NAME = 100  # letters before the date
LONGEST_DESCRIPTION = 500
LONGEST_VERSION = 40
MOST_MANIFEST = 4 << 20  # bytes; a reader takes no larger one

FILE_NAME = re.compile(
    rf"(?P<name>[^./\\\x00][^/\\\x00]{{0,{LONGEST_NAME - 1}}})_(?P<at>\d{{8}}_\d{{6}})\.tar\.gz"
)

# Parents before children: rows can be added in this order.
TABLES = (
    "users",
    "settings",
    "log_counts",
    "plugins",
    "keys",
    "recovery_codes",
    "tasks",
    "files",
    "attempts",
    "requests",
    "statistics",
    "transfers",
    "audit_entries",
    "alerts",
    "notifiers",
    "webhooks",
    "webhook_deliveries",
    "webhook_attempts",
    "events",
)
LEFT_OUT = {
    "sessions": "a login that was ended since must not come back: everybody logs in again",
    "one_time_tokens": "they are good for minutes",
    "notices": "what was to be told then has been told, or is old",
    "schedules": "when jobs are due next is the affair of each server",
}
# Beside those, no archive holds these.
NEVER_IN = {
    "secret.key": "who has the archive must not be able to open what is sealed in it",
    "downloads": "files that were fetched are not copied, nor parts of files",
    "plugins/": "the code of plugins is not copied; their settings are",
}


class Kind(StrEnum):
    """Why a backup was made."""

    MANUAL = "manual"
    SCHEDULED = "scheduled"
    BEFORE_RESTORE = "before_restore"


class ColumnType(StrEnum):
    """What values a column holds, and how JSON shows them. All may be null."""

    INTEGER = "integer"  # a number
    TEXT = "text"  # a string
    BOOLEAN = "boolean"  # true or false
    TIME = "time"  # "2026-02-06T02:30:00.000000Z": UTC, always with microseconds
    DATE = "date"  # "2026-02-06"
    UUID = "uuid"  # "0193…", with hyphens
    JSON = "json"  # the document itself; such columns are never NULL, so null is a document


Columns = Mapping[str, ColumnType]  # in the order in which a row shows them


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: its columns, and the one by which its rows are put in order."""

    table: str
    key: str
    columns: Columns


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive. Only tables have `rows`."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in an archive. `left_out` says of what is not in it why."""

    version: str  # of the Argosy that made it
    schema: tuple[str, ...]
    created_at: datetime
    kind: Kind
    description: str
    dialect: str  # of the database that it was made from: `sqlite` or `postgres`
    tables: Mapping[str, Columns]
    members: tuple[Member, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> dict[str, object]:
        """Return what `manifest.json` holds."""
        return {
            "format": self.format,
            "version": self.version,
            "schema": list(self.schema),
            "created_at": portable_time(self.created_at),
            "kind": self.kind.value,
            "description": self.description,
            "dialect": self.dialect,
            "tables": {
                name: {column: kind.value for column, kind in columns.items()}
                for name, columns in self.tables.items()
            },
            "members": [_member_json(member) for member in self.members],
            "left_out": dict(self.left_out),
        }

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what `to_json` made; raise `ValueError` with a sentence for anything else."""
        try:
            return cls._read(content)
        except (KeyError, TypeError, AttributeError) as error:
            message = f"its manifest is not one: {type(error).__name__} {error}"
            raise ValueError(message) from error

    @classmethod
    def _read(cls, content: Any) -> Self:
        if content["format"] != FORMAT:
            message = f"it has format {content['format']!r}, and this Argosy reads {FORMAT}"
            raise ValueError(message)
        return cls(
            version=plain(_text(content["version"]), most=LONGEST_VERSION),
            schema=tuple(_text(name) for name in content["schema"]),
            created_at=read_time(content["created_at"]),
            kind=Kind(content["kind"]),
            description=plain(_text(content["description"]), most=LONGEST_DESCRIPTION),
            dialect=_text(content["dialect"]),
            tables={
                _text(name): {_text(column): ColumnType(kind) for column, kind in columns.items()}
                for name, columns in content["tables"].items()
            },
            members=tuple(_read_member(member) for member in content["members"]),
            left_out={_text(what): _text(why) for what, why in content["left_out"].items()},
        )


def table_path(table: str) -> str:
    """Return the path of a table's member."""
    return f"tables/{table}.jsonl"


def file_name(name: str, at: datetime) -> str:
    """Return the name of an archive that is made at a time."""
    return f"{name}_{at.astimezone(UTC):%Y%m%d_%H%M%S}{SUFFIX}"


def made_at(filename: str) -> datetime | None:
    """Return the time in the name of an archive; None where it is no such name."""
    found = FILE_NAME.fullmatch(filename)
    try:
        return found and datetime.strptime(found["at"], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def portable_time(at: datetime) -> str:
    """Return a time as archives show it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_time(value: Any) -> datetime:
    """Return a time that somebody else has written; raise `ValueError` for what is none."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        message = "it does not say in which zone the time is at which it was made"
        raise ValueError(message)
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        message = "there is no such time as that at which it was made"
        raise ValueError(message) from error


def free_times(at: datetime, most: int) -> Sequence[datetime]:
    """Return the times to try for the name of an archive, where names are taken."""
    return [at + timedelta(seconds=number) for number in range(most)]


def _member_json(member: Member) -> dict[str, object]:
    return {name: value for name, value in asdict(member).items() if value is not None}


def _read_member(content: Any) -> Member:
    rows = content.get("rows")
    if rows is not None and type(rows) is not int:
        message = "a member's rows are no number"
        raise ValueError(message)
    if type(content["bytes"]) is not int:
        message = "a member's size is no number"
        raise ValueError(message)
    return Member(_text(content["path"]), content["bytes"], _text(content["sha256"]), rows)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        message = "text is missing"
        raise TypeError(message)
    return value
