"""Fields about tasks."""

from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

import strawberry

from schema.inputs.tasks import AddDownloadsInput, CancelTasksInput
from schema.types.connection import (
    DEFAULT_PAGE,
    After,
    Connection,
    First,
    check_first,
    connect,
    cursor,
    read_cursor,
)
from schema.types.context import ContextInfo
from schema.types.payloads import AddDownloadsPayload, CancelTasksPayload
from schema.types.task import Task, TaskProgress, TaskStatus
from services import ids
from services.access.identity import Identity
from services.tasks.tasks import Tasks

TaskId = Annotated[
    strawberry.ID,
    strawberry.argument(description="`task_…`; a bare UUID is taken too."),
]


async def task(info: ContextInfo, id: TaskId) -> Task | None:
    key = ids.read(ids.TASK, id, field="id")
    return Task.of(await info.context.services.tasks.get(info.context.identity, key))


async def tasks(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None
) -> Connection[Task]:
    service, identity = info.context.services.tasks, info.context.identity
    start = read_cursor(after)
    page = await service.page(identity, first=check_first(first), after=start)
    return connect(
        [Task.of(record) for record in page.items],
        [cursor(record.id) for record in page.items],
        has_more=page.has_more,
        preceded=lambda: _has_newer(service, identity, start),
        counted=lambda: service.count(identity),
    )


async def _has_newer(service: Tasks, identity: Identity, start: UUID | None) -> bool:
    """Return whether there are tasks from `start` on, where the newest come first."""
    if start is None:
        return False
    newest = await service.page(identity, first=1, after=None)
    return any(record.id >= start for record in newest.items)


async def task_status(info: ContextInfo, task_id: TaskId) -> TaskStatus | None:
    key = ids.read(ids.TASK, task_id, field="taskId")
    return TaskStatus.of(*await info.context.services.tasks.look(info.context.identity, key))


async def add_downloads(
    info: ContextInfo,
    input: Annotated[AddDownloadsInput, strawberry.argument(description="What, and where to.")],
) -> AddDownloadsPayload:
    service, identity = info.context.services.tasks, info.context.identity
    added = await service.ask(
        identity,
        input.urls,
        folder=input.folder,
        metalinks=input.metalinks or (),
        asked=input.options.asked() if input.options else None,
    )
    return AddDownloadsPayload.of(added)


async def cancel_tasks(
    info: ContextInfo,
    input: Annotated[CancelTasksInput, strawberry.argument(description="Which.")],
) -> CancelTasksPayload:
    service, identity = info.context.services.tasks, info.context.identity
    done = await service.cancel(identity, input.ids)
    return CancelTasksPayload.of(done.tasks, done.errors)


async def task_progress(info: ContextInfo, task_id: TaskId) -> AsyncGenerator[TaskProgress, None]:
    key = ids.read(ids.TASK, task_id, field="taskId")
    async for record in info.context.services.tasks.follow(info.context.identity, key):
        yield TaskProgress.of(record)
