"""The fields at the root about what happened to tasks."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.events
from schema.types.access import Needs
from schema.types.connection import Connection
from schema.types.event import TaskEvent, TaskEventUpdate
from services.access.identity import Scope


@strawberry.type
class EventQueries:
    task_events: Connection[TaskEvent] = strawberry.field(
        resolver=resolvers.events.task_events,
        description=(
            "What happened to your tasks, the oldest first; for administrators, to everybody's. "
            "Old events are forgotten."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )


@strawberry.type
class EventSubscriptions:
    task_events: AsyncGenerator[TaskEventUpdate, None] = strawberry.subscription(
        resolver=resolvers.events.follow_task_events,
        description=(
            "Every event in its order, from now on or from a cursor on. Where some are left out, "
            "that is said in their place."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
