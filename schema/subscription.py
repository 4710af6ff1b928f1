"""The subscriptions."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.events
import resolvers.progress
import resolvers.server
from schema.types.access import Needs
from schema.types.event import TaskEventUpdate
from schema.types.progress import QueueProgress
from schema.types.server import SystemMetrics
from schema.types.task import TaskProgress
from services.access.identity import Scope


@strawberry.type(description="What can be followed.")
class Subscription:
    task_progress: AsyncGenerator[TaskProgress, None] = strawberry.subscription(
        resolver=resolvers.progress.task_progress,
        description=(
            "How a task is doing: now, then at most four times a second, until it is finished. "
            "A slow reader gets the newest, not all."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
    queue_progress: AsyncGenerator[QueueProgress, None] = strawberry.subscription(
        resolver=resolvers.progress.queue_progress,
        description=(
            "How all running tasks are doing: first all of them, then those of which something "
            "is new, at most four times a second. A slow reader gets one change that holds all "
            "that it missed."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
    task_events: AsyncGenerator[TaskEventUpdate, None] = strawberry.subscription(
        resolver=resolvers.events.follow_task_events,
        description=(
            "Every event in its order, from now on or from a cursor on. Where some are left out, "
            "that is said in their place."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
    system_metrics: AsyncGenerator[SystemMetrics, None] = strawberry.subscription(
        resolver=resolvers.server.system_metrics,
        description="How the machine is doing, once a second.",
        extensions=[Needs(Scope.METRICS_READ)],
    )
