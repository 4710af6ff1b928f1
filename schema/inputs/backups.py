"""What is asked of backups."""

import strawberry

FILENAME = "Its name, as `backups` shows it: `backup_20260206_023000.tar.gz`."


@strawberry.input(description="A backup to check.")
class VerifyBackupInput:
    filename: str = strawberry.field(description=FILENAME)


@strawberry.input(description="A backup to restore, and that this is meant.")
class RestoreBackupInput:
    filename: str = strawberry.field(description=FILENAME)
    confirmation: str = strawberry.field(
        description="The `confirmation` that `restorePreview` shows of this backup."
    )


@strawberry.input(description="A backup to remove.")
class DeleteBackupInput:
    filename: str = strawberry.field(description=FILENAME)
