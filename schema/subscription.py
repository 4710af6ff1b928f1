"""The subscriptions."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.server
import resolvers.tasks
from schema.types.access import Needs
from schema.types.server import SystemMetrics
from schema.types.task import TaskProgress
from services.access.identity import Scope


@strawberry.type(description="What can be followed.")
class Subscription:
    task_progress: AsyncGenerator[TaskProgress, None] = strawberry.subscription(
        resolver=resolvers.tasks.task_progress,
        description=(
            "How a task is doing: now, then at most four times a second, until it is finished. "
            "A slow reader gets the newest, not all."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
    system_metrics: AsyncGenerator[SystemMetrics, None] = strawberry.subscription(
        resolver=resolvers.server.system_metrics,
        description="How the machine is doing, once a second.",
        extensions=[Needs(Scope.METRICS_READ)],
    )
