"""Fields that change tasks."""

from typing import Annotated

import strawberry

from schema.inputs.changes import (
    CancelTasksInput,
    ClearFinishedTasksInput,
    MoveTasksInput,
    PauseTasksInput,
    RemoveTasksInput,
    RestoreTasksInput,
    ResumeTasksInput,
    RetryTasksInput,
    UpdateTasksInput,
)
from schema.types.changes import (
    CancelTasksPayload,
    ClearFinishedTasksPayload,
    MoveTasksPayload,
    PauseTasksPayload,
    RemoveTasksPayload,
    RestoreTasksPayload,
    ResumeTasksPayload,
    RetryTasksPayload,
    UpdateTasksPayload,
)
from schema.types.context import ContextInfo


async def pause_tasks(
    info: ContextInfo,
    input: Annotated[PauseTasksInput, strawberry.argument(description="Which.")],
) -> PauseTasksPayload:
    service, identity = info.context.services.changes, info.context.identity
    return PauseTasksPayload.of(await service.pause(identity, input.ids))


async def resume_tasks(
    info: ContextInfo,
    input: Annotated[ResumeTasksInput, strawberry.argument(description="Which.")],
) -> ResumeTasksPayload:
    service, identity = info.context.services.changes, info.context.identity
    return ResumeTasksPayload.of(await service.resume(identity, input.ids))


async def cancel_tasks(
    info: ContextInfo,
    input: Annotated[CancelTasksInput, strawberry.argument(description="Which.")],
) -> CancelTasksPayload:
    service, identity = info.context.services.changes, info.context.identity
    return CancelTasksPayload.of(await service.cancel(identity, input.ids))


async def retry_tasks(
    info: ContextInfo,
    input: Annotated[RetryTasksInput, strawberry.argument(description="Which.")],
) -> RetryTasksPayload:
    service, identity = info.context.services.changes, info.context.identity
    return RetryTasksPayload.of(await service.retry(identity, input.ids))


async def move_tasks(
    info: ContextInfo,
    input: Annotated[MoveTasksInput, strawberry.argument(description="Which, and where to.")],
) -> MoveTasksPayload:
    service, identity = info.context.services.moving, info.context.identity
    return MoveTasksPayload.of(await service.move(identity, input.ids, input.to, input.anchor))


async def update_tasks(
    info: ContextInfo,
    input: Annotated[UpdateTasksInput, strawberry.argument(description="Which, and in what.")],
) -> UpdateTasksPayload:
    service, identity = info.context.services.updates, info.context.identity
    return UpdateTasksPayload.of(await service.update(identity, input.ids, input.update()))


async def remove_tasks(
    info: ContextInfo,
    input: Annotated[RemoveTasksInput, strawberry.argument(description="Which.")],
) -> RemoveTasksPayload:
    service, identity = info.context.services.removal, info.context.identity
    return RemoveTasksPayload.of_removed(
        await service.remove(identity, input.ids, with_files=input.with_files)
    )


async def restore_tasks(
    info: ContextInfo,
    input: Annotated[
        RestoreTasksInput, strawberry.argument(description="Which, or of which removal.")
    ],
) -> RestoreTasksPayload:
    service, identity = info.context.services.removal, info.context.identity
    return RestoreTasksPayload.of_restored(
        await service.restore(identity, input.ids, input.removal_id)
    )


async def clear_finished_tasks(
    info: ContextInfo,
    input: Annotated[ClearFinishedTasksInput, strawberry.argument(description="Which.")],
) -> ClearFinishedTasksPayload:
    service, identity = info.context.services.removal, info.context.identity
    return ClearFinishedTasksPayload.of(
        await service.clear_finished(identity, input.states, with_files=input.with_files)
    )
