"""What happened to tasks."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from schema.types.context import ContextInfo
from schema.types.enums import TaskEventKind, TaskState
from schema.types.errors import TaskError
from schema.types.scalars import BigInt
from services import ids
from services.events.queries import Event as Record

if TYPE_CHECKING:
    from schema.types.task import Task


async def _task(
    root: strawberry.Parent["TaskEvent"], info: ContextInfo
) -> Annotated["Task", strawberry.lazy("schema.types.task")] | None:
    from schema.types.task import Task  # tasks have events, and these have tasks

    record = await info.context.loaders.task.load(root.key)
    return None if record is None else Task.of(record)


@strawberry.type(description="Something that happened to a task.")
class TaskEvent:
    cursor: str = strawberry.field(description="Its place among all events.")
    seq: BigInt = strawberry.field(description="Its number. The later of two has the greater.")
    kind: TaskEventKind = strawberry.field(description="What happened.")
    task_id: strawberry.ID = strawberry.field(description="`task_…`")
    at: datetime = strawberry.field(description="When it happened.")
    state: TaskState | None = strawberry.field(description="Where the task stood then.")
    attempt: int | None = strawberry.field(description="How often it had been started then.")
    error: TaskError | None = strawberry.field(description="What had gone wrong, if anything.")
    key: strawberry.Private[UUID]

    task: Annotated["Task", strawberry.lazy("schema.types.task")] | None = strawberry.field(
        resolver=_task, description="The task as it is now. Null if it was removed."
    )

    @classmethod
    def of(cls, record: Record, cursor: str) -> "TaskEvent":
        return cls(
            cursor=cursor,
            seq=BigInt(record.seq),
            kind=record.kind,
            task_id=strawberry.ID(ids.show(ids.TASK, record.task_id)),
            at=record.at,
            state=record.state,
            attempt=record.attempt,
            error=TaskError.of(record),
            key=record.task_id,
        )
