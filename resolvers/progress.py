"""Subscriptions to how things are doing."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from resolvers.tasks import TaskId
from schema.types.context import ContextInfo
from schema.types.progress import QueueProgress
from schema.types.task import TaskProgress
from services import ids

Known = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "The `cursor` of what you were told last: how things stand at first is left out "
            "where that is still so."
        )
    ),
]


async def task_progress(
    info: ContextInfo, task_id: TaskId, after: Known = None
) -> AsyncGenerator[TaskProgress, None]:
    context = info.context
    key = ids.read(ids.TASK, task_id, field="taskId")
    following = context.services.tasks.follow(context.identity, key, context.resume(after))
    async with aclosing(following) as records:
        async for record in records:
            context.turn_to(record.cursor)
            yield TaskProgress.of(record)


async def queue_progress(
    info: ContextInfo,
    after: Known = None,
    everybody: Annotated[
        bool, strawberry.argument(description="Of all users. For administrators.")
    ] = False,
) -> AsyncGenerator[QueueProgress, None]:
    context = info.context
    following = context.services.board.follow(
        context.identity, everybody=everybody, after=context.resume(after)
    )
    async with aclosing(following) as records:
        async for record in records:
            context.turn_to(record.cursor)
            yield QueueProgress.of(record)
