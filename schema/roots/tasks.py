"""The fields at the root about tasks, and what they do."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.changes
import resolvers.progress
import resolvers.tasks
from schema.types.access import Needs, Reports
from schema.types.changes import (
    AddDownloadsPayload,
    CancelTasksPayload,
    ClearFinishedTasksPayload,
    MoveTasksPayload,
    PauseTasksPayload,
    RemoveTasksPayload,
    RestoreTasksPayload,
    ResumeTasksPayload,
    RetryTasksPayload,
    UpdateTasksPayload,
)
from schema.types.connection import Connection
from schema.types.progress import QueueProgress
from schema.types.task import Task, TaskProgress, TaskStatus
from services.access.identity import Scope
from services.errors import QuotaExceeded


@strawberry.type
class TaskQueries:
    task: Task | None = strawberry.field(
        resolver=resolvers.tasks.task,
        description="One task; null with an error `NOT_FOUND` if there is none that you may see.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    tasks: Connection[Task] = strawberry.field(
        resolver=resolvers.tasks.tasks,
        description="Your tasks; for administrators, everybody's.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    task_status: TaskStatus | None = strawberry.field(
        resolver=resolvers.tasks.task_status,
        description="One task in the shape of older systems.",
        extensions=[Needs(Scope.TASKS_READ)],
    )


@strawberry.type
class TaskMutations:
    add_downloads: AddDownloadsPayload = strawberry.field(
        resolver=resolvers.tasks.add_downloads,
        description=(
            "Download what these URLs lead to. When this answers, the tasks survive a crash."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(AddDownloadsPayload, QuotaExceeded)],
    )
    pause_tasks: PauseTasksPayload = strawberry.field(
        resolver=resolvers.changes.pause_tasks,
        description=("Stop tasks until somebody resumes them. What has come of them is kept."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(PauseTasksPayload)],
    )
    resume_tasks: ResumeTasksPayload = strawberry.field(
        resolver=resolvers.changes.resume_tasks,
        description=("Let paused tasks wait for their turns again, each at its old place."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ResumeTasksPayload)],
    )
    cancel_tasks: CancelTasksPayload = strawberry.field(
        resolver=resolvers.changes.cancel_tasks,
        description=(
            "Stop tasks and remove what has come of them. Finished ones stay as they are."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(CancelTasksPayload)],
    )
    retry_tasks: RetryTasksPayload = strawberry.field(
        resolver=resolvers.changes.retry_tasks,
        description=(
            "Try again what failed, was cancelled or skipped, or waits to be tried again."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RetryTasksPayload)],
    )
    move_tasks: MoveTasksPayload = strawberry.field(
        resolver=resolvers.changes.move_tasks,
        description=(
            "Move tasks within the queue. One that is moved beside another takes its priority."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(MoveTasksPayload)],
    )
    update_tasks: UpdateTasksPayload = strawberry.field(
        resolver=resolvers.changes.update_tasks,
        description=(
            "Change tasks that are not finished: how urgent, from when on, how fast, and how."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(UpdateTasksPayload)],
    )
    remove_tasks: RemoveTasksPayload = strawberry.field(
        resolver=resolvers.changes.remove_tasks,
        description=(
            "Remove tasks; what is not finished is stopped. For a minute they can be restored."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RemoveTasksPayload)],
    )
    restore_tasks: RestoreTasksPayload = strawberry.field(
        resolver=resolvers.changes.restore_tasks,
        description=("Restore what was removed less than a minute ago."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RestoreTasksPayload, QuotaExceeded)],
    )
    clear_finished_tasks: ClearFinishedTasksPayload = strawberry.field(
        resolver=resolvers.changes.clear_finished_tasks,
        description=("Remove all your finished tasks. For a minute they can be restored."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ClearFinishedTasksPayload)],
    )


@strawberry.type
class TaskSubscriptions:
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
