"""Fields about backups."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from schema.inputs.backups import DeleteBackupInput, RestoreBackupInput, VerifyBackupInput
from schema.types.backup import (
    Backup,
    BackupProgress,
    CreateBackupPayload,
    DeleteBackupPayload,
    VerifyBackupPayload,
)
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.restore import RestoreBackupPayload, RestorePreview
from services.access.identity import Role
from services.backups.records import Wish
from services.backups.restoring.restoring import RestoreWish

MOST = 100


async def backups(info: ContextInfo) -> list[Backup]:
    return [Backup.of(each) for each in (await info.context.services.backups.all())[:MOST]]


async def backup_files(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None
) -> Connection[Backup]:
    service = info.context.services.backups
    return connect(
        await service.page(check_first(first), after),
        Backup.of,
        preceded=lambda: service.has_before(after),
        counted=service.count,
    )


async def create_backup(
    info: ContextInfo,
    description: Annotated[
        str, strawberry.argument(description="What to say of it, up to 500 letters.")
    ] = "",
    backup_name: Annotated[
        str | None,
        strawberry.argument(
            description="What its file is called before the time; `backup` if it is not given. "
            "What no file may be called is changed: `../etc` becomes `etc`."
        ),
    ] = None,
) -> CreateBackupPayload:
    wish = Wish(description, backup_name)
    return CreateBackupPayload.of(await info.context.services.backups.create(wish))


async def verify_backup(
    info: ContextInfo,
    input: Annotated[VerifyBackupInput, strawberry.argument(description="Which.")],
) -> VerifyBackupPayload:
    return VerifyBackupPayload.of(await info.context.services.backups.verify(input.filename))


async def delete_backup(
    info: ContextInfo,
    input: Annotated[DeleteBackupInput, strawberry.argument(description="Which.")],
) -> DeleteBackupPayload:
    return DeleteBackupPayload.of(await info.context.services.backups.delete(input.filename))


async def restore_preview(
    info: ContextInfo,
    filename: Annotated[str, strawberry.argument(description="The name of the backup.")],
) -> RestorePreview:
    return RestorePreview.of(await info.context.services.restoring.preview(filename))


async def restore_backup(
    info: ContextInfo,
    input: Annotated[RestoreBackupInput, strawberry.argument(description="Which.")],
) -> RestoreBackupPayload:
    # It brings back keys, passwords and roles of then: who may do that can be anybody.
    info.context.identity.require_all_of(Role.ADMIN)
    wish = RestoreWish(input.filename, input.confirmation)
    return RestoreBackupPayload.of(await info.context.services.restoring.restore(wish))


async def backup_progress(info: ContextInfo) -> AsyncGenerator[BackupProgress, None]:
    async with aclosing(info.context.services.backup_board.follow()) as shown:
        async for progress in shown:
            yield BackupProgress.of(progress)
