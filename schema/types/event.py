"""What happened to tasks."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from schema.types.context import ContextInfo
from schema.types.enums import ErrorCode, LagReason, TaskEventKind, TaskState
from schema.types.errors import TaskError
from schema.types.scalars import BigInt
from services import ids
from services.events.cursors import Place
from services.events.feed import EventUpdate
from services.events.feed import Lagged as LaggedRecord
from services.events.log import Event as Record

if TYPE_CHECKING:
    from schema.types.task import Task


async def _task(
    root: strawberry.Parent["TaskEvent"], info: ContextInfo
) -> Annotated["Task", strawberry.lazy("schema.types.task")] | None:
    from schema.types.task import Task  # tasks have events, and these have tasks

    record = await info.context.loaders.task.load(root.key)
    return None if record is None else Task.of(record)


@strawberry.type(description="A fact that happened to a task.")
class TaskEvent:
    cursor: str = strawberry.field(description="Its place in the log. Give it as `after`.")
    seq: BigInt = strawberry.field(description="Its number, which grows. Some are left out.")
    kind: TaskEventKind = strawberry.field(description="What happened.")
    task_id: strawberry.ID = strawberry.field(description="`task_…`")
    at: datetime = strawberry.field(description="When it happened.")
    state: TaskState | None = strawberry.field(
        description="Where the task stood then. Null where the event does not tell."
    )
    attempt: int | None = strawberry.field(
        description="How often it had been started then. Null where the event does not tell."
    )
    error: TaskError | None = strawberry.field(description="What had gone wrong, if anything.")
    key: strawberry.Private[UUID]

    task: Annotated["Task", strawberry.lazy("schema.types.task")] | None = strawberry.field(
        resolver=_task, description="The task as it is now. Null if it is gone."
    )

    @classmethod
    def of(cls, record: Record, place: Place) -> "TaskEvent":
        state, attempt = record.data.get("state"), record.data.get("attempt")
        return cls(
            cursor=str(place),
            seq=BigInt(record.seq),
            kind=TaskEventKind(record.kind),
            task_id=strawberry.ID(ids.show(ids.TASK, record.about)),
            at=record.at,
            state=TaskState(state) if isinstance(state, str) else None,
            attempt=attempt if isinstance(attempt, int) else None,
            error=_error(record),
            key=record.about,
        )


def _error(record: Record) -> TaskError | None:
    code, message = record.data.get("code"), record.data.get("message")
    if not isinstance(code, str):
        return None
    return TaskError(code=ErrorCode(code), message=str(message or ""))


@strawberry.type(description="That events were left out.")
class Lagged:
    reason: LagReason = strawberry.field(description="Why.")
    after: str = strawberry.field(
        description="SLOW: subscribe or read `after` this to have all. EXPIRED: what is new "
        "comes after this."
    )

    @classmethod
    def of(cls, record: LaggedRecord) -> "Lagged":
        return cls(reason=record.reason, after=str(record.after))


@strawberry.type(description="An event, or that some were left out: one of the two.")
class TaskEventUpdate:
    cursor: str = strawberry.field(description="Where to go on when the connection breaks.")
    event: TaskEvent | None = strawberry.field(description="Null where some were left out.")
    lagged: Lagged | None = strawberry.field(description="Null where none were left out.")

    @classmethod
    def of(cls, record: EventUpdate) -> "TaskEventUpdate":
        return cls(
            cursor=str(record.place),
            event=TaskEvent.of(record.event, record.place) if record.event else None,
            lagged=Lagged.of(record.lagged) if record.lagged else None,
        )
