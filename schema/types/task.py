"""Tasks, and how they are doing."""

from datetime import datetime
from uuid import UUID

import strawberry

from schema.types.attempt import Attempt
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, connect_parts
from schema.types.context import ContextInfo
from schema.types.enums import FileKind, Phase, TaskPriority, TaskState
from schema.types.errors import TaskError
from schema.types.event import TaskEvent
from schema.types.file import File
from schema.types.node import Node
from schema.types.options import TaskOptions
from schema.types.scalars import URL, BigInt
from schema.types.words import STATUS
from services import display, ids
from services.tasks.records import Task as Record
from services.tasks.records import TaskProgress as ProgressRecord
from services.tasks.records import percent


@strawberry.type(description="Whose a task is.")
class Owner:
    id: int = strawberry.field(description="The user's number.")
    name: str = strawberry.field(description="The user's name, and that of their folder.")


async def _owner(root: strawberry.Parent["Task"], info: ContextInfo) -> Owner:
    name = await info.context.loaders.owner_name.load(root.owner_id)
    return Owner(id=root.owner_id, name=name)


async def _files(
    root: strawberry.Parent["Task"],
    info: ContextInfo,
    first: First = DEFAULT_PAGE,
    after: After = None,
) -> Connection[File]:
    return await connect_parts(info.context.loaders.files, root.key, File.of, first, after)


async def _attempts(
    root: strawberry.Parent["Task"],
    info: ContextInfo,
    first: First = DEFAULT_PAGE,
    after: After = None,
) -> Connection[Attempt]:
    return await connect_parts(info.context.loaders.attempts, root.key, Attempt.of, first, after)


async def _events(
    root: strawberry.Parent["Task"],
    info: ContextInfo,
    first: First = DEFAULT_PAGE,
    after: After = None,
) -> Connection[TaskEvent]:
    place = info.context.services.events.place
    return await connect_parts(
        info.context.loaders.events,
        root.key,
        lambda event: TaskEvent.of(event, place(event)),
        first,
        after,
    )


@strawberry.type(description="One thing that was asked for.")
class Task(Node):
    id: strawberry.ID = strawberry.field(description="`task_…`, ordered by time.")
    url: URL = strawberry.field(description="What to fetch.")
    name: str = strawberry.field(description="The file's name, as far as it is known.")
    folder: str = strawberry.field(description="Where below the owner's folder it goes.")
    engine: str = strawberry.field(
        description="What fetches it: `http`, `ftp`, `sftp` or `plugin`."
    )
    host: str = strawberry.field(description="The host of its URL.")
    kind: FileKind | None = strawberry.field(
        description="What its file is, by its name. Null if the name does not say."
    )
    priority: TaskPriority = strawberry.field(
        description="How urgent it is among the tasks of its owner."
    )
    due_at: datetime = strawberry.field(description="It is not started before that.")
    is_group: bool = strawberry.field(description="Whether it has a file for each of several URLs.")
    state: TaskState = strawberry.field(description="Where it stands.")
    status: str = strawberry.field(
        description=(
            "The state in the words of older systems: `queued`, `active`, `paused`, "
            "`completed`, `failed`, `cancelled` or `skipped`."
        )
    )
    phase: Phase | None = strawberry.field(description="Null unless it is running.")
    progress: float = strawberry.field(description="0 to 100; 0 while the size is unknown.")
    received_bytes: BigInt = strawberry.field(description="How many bytes have come.")
    total_bytes: BigInt | None = strawberry.field(description="How many there are, if known.")
    attempt: int = strawberry.field(description="How often it was started.")
    error: TaskError | None = strawberry.field(description="What went wrong last, if anything.")
    options: TaskOptions = strawberry.field(description="What was asked of it beside its URL.")
    created_at: datetime = strawberry.field(description="When it was added.")
    started_at: datetime | None = strawberry.field(description="When it was first started.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    key: strawberry.Private[UUID]
    owner_id: strawberry.Private[int]

    owner: Owner = strawberry.field(resolver=_owner, description="Whose it is.")
    files: Connection[File] = strawberry.field(
        resolver=_files, description="Its files, in their order, or the oldest first."
    )
    attempts: Connection[Attempt] = strawberry.field(
        resolver=_attempts, description="Its attempts that are over, the oldest first."
    )
    events: Connection[TaskEvent] = strawberry.field(
        resolver=_events, description="What happened to it, the oldest first."
    )

    @classmethod
    def of(cls, record: Record) -> "Task":
        return cls(
            id=strawberry.ID(ids.show(ids.TASK, record.id)),
            url=URL(record.url),
            name=record.name,
            folder=record.folder,
            engine=record.engine,
            host=record.host,
            kind=record.kind,
            priority=record.priority,
            due_at=record.due_at,
            is_group=record.is_group,
            state=record.state,
            status=STATUS[record.state],
            phase=record.phase,
            progress=percent(record.state, record.received, record.total),
            received_bytes=BigInt(record.received),
            total_bytes=None if record.total is None else BigInt(record.total),
            attempt=record.attempt,
            error=TaskError.of(record),
            options=TaskOptions.of(record.options),
            created_at=record.created_at,
            started_at=record.started_at,
            finished_at=record.finished_at,
            key=record.id,
            owner_id=record.owner_id,
        )


@strawberry.type(description="How a task is doing now.")
class TaskProgress:
    task_id: strawberry.ID = strawberry.field(description="`task_…`")
    name: str = strawberry.field(description="The file's name, as far as it is known.")
    state: TaskState = strawberry.field(description="Where it stands.")
    status: str = strawberry.field(description="The state in the words of older systems.")
    phase: Phase | None = strawberry.field(description="Null unless it is running.")
    progress: float = strawberry.field(description="0 to 100; 0 while the size is unknown.")
    speed: str = strawberry.field(description="For people: `4.2 MB/s`.")
    speed_bytes: BigInt = strawberry.field(description="Bytes a second.")
    eta: str | None = strawberry.field(
        description="How long it still takes, for people: `5m 30s`. Null if nobody can say."
    )
    eta_seconds: float | None = strawberry.field(description="The same in seconds.")
    received_bytes: BigInt = strawberry.field(description="How many bytes have come.")
    total_bytes: BigInt | None = strawberry.field(description="How many there are, if known.")
    error: TaskError | None = strawberry.field(description="What went wrong last, if anything.")
    cursor: str = strawberry.field(
        description="Tells this from all else that is said of the task. Give it as `after`."
    )

    @classmethod
    def of(cls, record: ProgressRecord) -> "TaskProgress":
        eta = record.eta
        return cls(
            task_id=strawberry.ID(ids.show(ids.TASK, record.task_id)),
            name=record.name,
            state=record.state,
            status=STATUS[record.state],
            phase=record.phase,
            progress=record.percent,
            speed=display.speed(record.speed),
            speed_bytes=BigInt(record.speed),
            eta=None if eta is None else display.span(eta),
            eta_seconds=None if eta is None else round(eta.total_seconds(), 1),
            received_bytes=BigInt(record.received),
            total_bytes=None if record.total is None else BigInt(record.total),
            error=TaskError.of(record),
            cursor=record.cursor,
        )


@strawberry.type(description="A task in the shape of older systems. `task` gives more.")
class TaskStatus:
    id: strawberry.ID = strawberry.field(description="`task_…`")
    type: str = strawberry.field(description="Always `download`.")
    status: str = strawberry.field(description="`queued`, `active`, `completed`, …")
    state: TaskState = strawberry.field(description="The state in our own words.")
    progress: float = strawberry.field(description="0 to 100; 0 while the size is unknown.")
    speed: str = strawberry.field(description="For people: `5.2 MB/s`.")
    speed_bytes: BigInt = strawberry.field(description="Bytes a second.")
    eta: str | None = strawberry.field(description="For people: `8m 30s`. Null if unknown.")
    eta_seconds: float | None = strawberry.field(description="The same in seconds.")
    size: str | None = strawberry.field(description="For people: `2.5 GB`. Null if unknown.")
    size_bytes: BigInt | None = strawberry.field(description="The same in bytes.")
    filename: str = strawberry.field(description="The file's name, as far as it is known.")
    start_time: datetime | None = strawberry.field(description="When it was first started.")

    @classmethod
    def of(cls, task: Record, progress: ProgressRecord) -> "TaskStatus":
        total, eta = progress.total, progress.eta
        return cls(
            id=strawberry.ID(ids.show(ids.TASK, task.id)),
            type="download",
            status=STATUS[progress.state],
            state=progress.state,
            progress=progress.percent,
            speed=display.speed(progress.speed),
            speed_bytes=BigInt(progress.speed),
            eta=None if eta is None else display.span(eta),
            eta_seconds=None if eta is None else round(eta.total_seconds(), 1),
            size=None if total is None else display.size(total),
            size_bytes=None if total is None else BigInt(total),
            filename=progress.name,
            start_time=task.started_at,
        )
