"""Which events are wanted."""

import strawberry

from schema.types.enums import TaskEventKind
from services import ids
from services.events.log import ALL, EventFilter


@strawberry.input(description="Which events are wanted. What is left out or null is not asked.")
class TaskEventFilter:
    task_id: strawberry.ID | None = strawberry.field(
        default=None, description="Those about this task."
    )
    kinds: list[TaskEventKind] | None = strawberry.field(
        default=None, description=f"Those of these kinds. Up to {len(TaskEventKind)}."
    )


def wanted_events(given: TaskEventFilter | None) -> EventFilter:
    """Return which events an argument asks for; raise `InvalidInput` about the task's id."""
    if given is None:
        return ALL
    key = None
    if given.task_id is not None:
        key = ids.read(ids.TASK, given.task_id, field="filter.taskId")
    return EventFilter(key, None if given.kinds is None else frozenset(given.kinds))
