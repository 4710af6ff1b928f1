"""Fields about events."""

from typing import Annotated

import strawberry

from schema.inputs.filters import TaskEventFilter, wanted_events
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.event import TaskEvent

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
        lambda event: TaskEvent.of(event, service.cursor(event)),
        preceded=lambda: service.has_before(identity, wanted, after),
        counted=lambda: service.count(identity, wanted),
    )
