"""Fields about tasks."""

from typing import Annotated

import strawberry

from schema.inputs.filters import TaskFilter, wanted_tasks
from schema.inputs.tasks import AddDownloadsInput
from schema.types.changes import AddDownloadsPayload
from schema.types.connection import (
    DEFAULT_PAGE,
    After,
    Connection,
    First,
    check_first,
    connect,
)
from schema.types.context import ContextInfo
from schema.types.enums import TaskOrder
from schema.types.task import Task, TaskStatus
from services import ids

TaskId = Annotated[
    strawberry.ID,
    strawberry.argument(description="`task_…`; a bare UUID is taken too."),
]
Filter = Annotated[
    TaskFilter | None, strawberry.argument(description="Which; all if it is not given.")
]
Order = Annotated[TaskOrder, strawberry.argument(description="What comes first.")]


async def task(info: ContextInfo, id: TaskId) -> Task | None:
    key = ids.read(ids.TASK, id, field="id")
    return Task.of(await info.context.services.tasks.get(info.context.identity, key))


async def tasks(
    info: ContextInfo,
    first: First = DEFAULT_PAGE,
    after: After = None,
    filter: Filter = None,
    order_by: Order = TaskOrder.CREATED_NEWEST,
) -> Connection[Task]:
    listing = info.context.services.tasks.listing(
        info.context.identity, wanted_tasks(filter), order_by
    )
    return connect(
        await listing.page(check_first(first), after),
        Task.of,
        preceded=lambda: listing.has_before(after),
        counted=listing.count,
    )


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
        priority=input.priority,
        start_at=input.start_at,
        key=input.idempotency_key,
        force=input.force,
        group=input.group_name,
        callback=input.callback_url,
    )
    return AddDownloadsPayload.of(added)
