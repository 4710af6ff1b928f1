"""The fields at the root about backups."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.backups
from schema.types.access import Needs, Reports
from schema.types.backup import (
    Backup,
    BackupProgress,
    CreateBackupPayload,
    DeleteBackupPayload,
    VerifyBackupPayload,
)
from schema.types.connection import Connection
from schema.types.restore import RestoreBackupPayload, RestorePreview
from services.access.identity import Scope
from services.errors import Unavailable

NEEDED = Needs(Scope.BACKUPS_WRITE)


@strawberry.type
class BackupQueries:
    backups: list[Backup] = strawberry.field(
        resolver=resolvers.backups.backups,
        description=(
            "The newest 100 backups, and those that failed lately, the newest first. "
            "`backupFiles` has pages of all. For administrators."
        ),
        extensions=[NEEDED],
    )
    backup_files: Connection[Backup] = strawberry.field(
        resolver=resolvers.backups.backup_files,
        description="The same in pages. For administrators.",
        extensions=[NEEDED],
    )
    restore_preview: RestorePreview = strawberry.field(
        resolver=resolvers.backups.restore_preview,
        description=(
            "What restoring a backup would add, change and remove. All of the backup is checked "
            "for it, and nothing changes. For administrators."
        ),
        extensions=[NEEDED],
    )


@strawberry.type
class BackupMutations:
    create_backup: CreateBackupPayload = strawberry.field(
        resolver=resolvers.backups.create_backup,
        description=(
            "Make a backup of the database and the settings, and answer when it is done. It is "
            "made to its end even if you do not wait. `CONFLICT` while another is made, or one is "
            "restored. For administrators."
        ),
        extensions=[NEEDED, Reports(CreateBackupPayload, Unavailable)],
    )
    verify_backup: VerifyBackupPayload = strawberry.field(
        resolver=resolvers.backups.verify_backup,
        description=(
            "Check that all of a backup is there and as it was written: each hash, each row. For "
            "administrators."
        ),
        extensions=[NEEDED, Reports(VerifyBackupPayload, Unavailable)],
    )
    restore_backup: RestoreBackupPayload = strawberry.field(
        resolver=resolvers.backups.restore_backup,
        description=(
            "Put all that a backup holds in the place of all that there is, and answer when it is "
            "done. A backup of now is made first. Whatever goes wrong, everything is as it was. "
            "Everybody is logged out, and keys are those of the backup. For administrators, with "
            "all of their scopes."
        ),
        extensions=[NEEDED, Reports(RestoreBackupPayload, Unavailable)],
    )
    delete_backup: DeleteBackupPayload = strawberry.field(
        resolver=resolvers.backups.delete_backup,
        description="Remove a backup for ever. For administrators.",
        extensions=[NEEDED, Reports(DeleteBackupPayload, Unavailable)],
    )


@strawberry.type
class BackupSubscriptions:
    backup_progress: AsyncGenerator[BackupProgress, None] = strawberry.subscription(
        resolver=resolvers.backups.backup_progress,
        description=(
            "How far the backup or restore is: at first how things stand, if there was any since "
            "the server's start, and then the newest. A slow client skips some. For "
            "administrators."
        ),
        extensions=[NEEDED],
    )
