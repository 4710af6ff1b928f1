"""Backups, and how far one is that is being made or restored."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.scalars import BigInt
from schema.types.upkeep_enums import BackupKind, BackupOperation, BackupPhase, BackupState
from services import display
from services.backups import records
from services.backups.progress import BackupProgress as Progress
from services.errors import ArgosyError

CREATED = "Backup created successfully"
WRONG = "Null where something is wrong."


@strawberry.type(description="A backup of the database and the settings.")
class Backup:
    filename: str = strawberry.field(
        description="The name of its archive: what it was called, and the time in UTC."
    )
    size: str = strawberry.field(description="How large the archive is: `45.2 MB`.")
    size_bytes: BigInt = strawberry.field(
        description="The same in bytes; 0 where there is no archive."
    )
    timestamp: str = strawberry.field(
        description="When it was made, in UTC: `2026-02-06T02:30:00`."
    )
    created_at: datetime = strawberry.field(description="The same as a time.")
    description: str = strawberry.field(description="What whoever made it said of it.")
    status: str = strawberry.field(description="`completed`, `failed` or `damaged`.")
    state: BackupState = strawberry.field(description="The same as an enum.")
    kind: BackupKind | None = strawberry.field(
        description="Why it was made. Null where a damaged archive does not say it."
    )
    version: str | None = strawberry.field(
        description="Of the Argosy that made it. Null where that is not known."
    )
    sha256: str | None = strawberry.field(
        description="Of the archive, in hex. Null where there is none."
    )
    rows: BigInt = strawberry.field(description="How many rows it has of all tables together.")
    message: str | None = strawberry.field(
        description="What is wrong with one that failed or is damaged. Null where all is well."
    )
    checked_at: datetime | None = strawberry.field(
        description="When it was verified last. Null: not yet."
    )

    @classmethod
    def of(cls, backup: records.Backup) -> "Backup":
        return cls(
            filename=backup.filename,
            size=display.size(backup.size),
            size_bytes=BigInt(backup.size),
            timestamp=f"{backup.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            created_at=backup.created_at,
            description=backup.description,
            status=backup.status.value,
            state=backup.status,
            kind=backup.kind,
            version=backup.manifest.version if backup.manifest else None,
            sha256=backup.sha256,
            rows=BigInt(backup.rows),
            message=backup.message,
            checked_at=backup.checked_at,
        )


@strawberry.type(description="How far the backup or restore is that is going on, or was last.")
class BackupProgress:
    operation: BackupOperation = strawberry.field(description="What is going on.")
    phase: BackupPhase = strawberry.field(description="What is being done; the last two are ends.")
    percent: float = strawberry.field(description="How much of all of it is done, 0 to 100.")
    filename: str | None = strawberry.field(
        description="The archive that is made or read. Null where it has no name yet."
    )
    message: str | None = strawberry.field(
        description="What was wrong with one that failed. Null where all is well."
    )
    at: datetime = strawberry.field(description="When it was so.")

    @classmethod
    def of(cls, progress: Progress) -> "BackupProgress":
        return cls(
            operation=progress.operation,
            phase=progress.phase,
            percent=progress.percent,
            filename=progress.filename,
            message=progress.message,
            at=progress.at,
        )


@strawberry.type(description="What came of making a backup.")
class CreateBackupPayload:
    success: bool = strawberry.field(description="Whether it was made.")
    message: str = strawberry.field(description="What to tell people.")
    filename: str | None = strawberry.field(description=f"Its name. {WRONG}")
    backup: Backup | None = strawberry.field(description=f"The backup. {WRONG}")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, backup: records.Backup) -> Self:
        shown = Backup.of(backup)
        return cls(success=True, message=CREATED, filename=backup.filename, backup=shown, errors=[])

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> Self:
        """Return what to tell where none was made."""
        shown = [UserError.of(error) for error in errors]
        message = errors[0].message
        return cls(success=False, message=message, filename=None, backup=None, errors=shown)


@strawberry.type(description="What came of checking a backup, or the reasons why it was not.")
class VerifyBackupPayload(MutationPayload):
    backup: Backup | None = strawberry.field(description=WRONG)
    is_sound: bool | None = strawberry.field(
        description=f"Whether each byte of it is what was written. {WRONG}"
    )
    problems: list[str] | None = strawberry.field(
        description=f"What is not as it should be, up to 20; empty if all is well. {WRONG}"
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, check: records.Check) -> "VerifyBackupPayload":
        problems = check.problems
        backup = Backup.of(check.backup)
        return cls(backup=backup, is_sound=not problems, problems=problems, errors=[])


@strawberry.type(description="The backup that was removed, or the reasons why not.")
class DeleteBackupPayload(MutationPayload):
    backup: Backup | None = strawberry.field(description=f"As it was. {WRONG}")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, backup: records.Backup) -> "DeleteBackupPayload":
        return cls(backup=Backup.of(backup), errors=[])
