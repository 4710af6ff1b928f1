"""Fields about events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from schema.inputs.events import TaskEventFilter, wanted_events
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.event import TaskEvent, TaskEventUpdate

Filter = Annotated[
    TaskEventFilter | None, strawberry.argument(description="Which; all if it is not given.")
]


async def task_events(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None, filter: Filter = None
) -> Connection[TaskEvent]:
    service, identity = info.context.services.events, info.context.identity
    wanted = wanted_events(filter)
    return connect(
        await service.page(identity, wanted, first=check_first(first), after=after),
        lambda event: TaskEvent.of(event, service.place(event)),
        preceded=lambda: service.has_before(identity, wanted, after),
        counted=lambda: service.count(identity, wanted),
    )


async def follow_task_events(
    info: ContextInfo,
    after: Annotated[
        str | None,
        strawberry.argument(
            description="The `cursor` of what you were given last; what you missed comes first."
        ),
    ] = None,
    filter: Filter = None,
) -> AsyncGenerator[TaskEventUpdate, None]:
    context, wanted = info.context, wanted_events(filter)
    following = context.services.tail.follow(context.identity, wanted, context.resume(after))
    async with aclosing(following) as updates:
        async for update in updates:
            context.turn_to(str(update.place))
            yield TaskEventUpdate.of(update)
