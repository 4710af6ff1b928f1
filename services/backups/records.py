"""What is known of backups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from services.backups.format import Kind, Manifest, portable_time, read_time
from services.text import plain

LONGEST_MESSAGE = 1000  # letters of what is wrong with an archive


class Status(StrEnum):
    """How it stands with a backup."""

    COMPLETED = "completed"
    FAILED = "failed"  # there is no archive
    DAMAGED = "damaged"  # it was checked, or looked at, and is not what was made


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that lies in the folder, or failed.

    Of one that failed there is no size, and of a damaged one perhaps no `manifest`. `message` says
    what is wrong with either. `checked_at` is when it was last verified.
    """

    filename: str
    status: Status
    created_at: datetime
    kind: Kind | None
    description: str
    size: int = 0
    sha256: str | None = None
    manifest: Manifest | None = None
    message: str | None = None
    checked_at: datetime | None = None

    @property
    def rows(self) -> int:
        """How many rows it has of all tables together."""
        return sum(member.rows or 0 for member in self.manifest.members) if self.manifest else 0


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What lies beside an archive."""

    manifest: Manifest
    size: int
    sha256: str
    status: Status = Status.COMPLETED
    message: str | None = None
    checked_at: datetime | None = None

    def to_json(self) -> dict[str, object]:
        """Return what the file holds."""
        return {
            "status": self.status.value,
            "message": self.message,
            "checked_at": self.checked_at and portable_time(self.checked_at),
            "size": self.size,
            "sha256": self.sha256,
            "manifest": self.manifest.to_json(),
        }

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what the file holds; raise `ValueError` for anything else."""
        try:
            checked_at, message = content["checked_at"], content["message"]
            return cls(
                Manifest.from_json(content["manifest"]),
                int(content["size"]),
                plain(content["sha256"], most=64),
                Status(content["status"]),
                message and plain(message, most=LONGEST_MESSAGE),
                checked_at and read_time(checked_at),
            )
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            message = "this is no sidecar"
            raise ValueError(message) from error

    def backup(self, filename: str) -> Backup:
        """Return the backup whose sidecar it is."""
        manifest = self.manifest
        return Backup(
            filename,
            self.status,
            manifest.created_at,
            manifest.kind,
            manifest.description,
            self.size,
            self.sha256,
            manifest,
            self.message,
            self.checked_at,
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """A backup that is wanted. With a `passphrase`, the key that seals secrets goes in, wrapped."""

    description: str = ""
    name: str | None = None
    kind: Kind = Kind.MANUAL
    passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What came of verifying a backup; all is well without `problems`."""

    backup: Backup
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """When there was a backup last, and when there should have been.

    `expected_every` is None where there is no schedule; then none is ever overdue.
    """

    newest_at: datetime | None
    expected_every: timedelta | None
    is_overdue: bool


def failed_to_json(backup: Backup) -> dict[str, object]:
    """Return how a backup that failed is remembered."""
    return {
        "filename": backup.filename,
        "created_at": portable_time(backup.created_at),
        "kind": backup.kind,
        "description": backup.description,
        "message": backup.message,
    }


def read_failed(content: Mapping[str, Any]) -> Backup:
    """Return a backup that is remembered to have failed."""
    return Backup(
        content["filename"],
        Status.FAILED,
        datetime.fromisoformat(content["created_at"]),
        Kind(content["kind"]),
        content["description"],
        message=content["message"],
    )
