"""What mutations of tasks give back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import strawberry

from schema.types.errors import UserError
from schema.types.task import Task
from services import ids
from services.errors import ArgosyError
from services.tasks.changing.removal import Removed, Restored
from services.tasks.changing.results import Done
from services.tasks.changing.results import Result as Record
from services.tasks.records import Task as TaskRecord

RESULTS = "One for each id, in their order."
TASKS = "The tasks that are now as you wanted them."
ERRORS = "Why the others are not, and what is wrong with the input; `field` tells which."


@strawberry.type(description="What was added: all of it, or nothing and the reasons.")
class AddDownloadsPayload:
    tasks: list[Task] = strawberry.field(description="A task for each URL, in their order.")
    errors: list[UserError] = strawberry.field(description="Empty if all is well.")

    @classmethod
    def of(cls, tasks: Sequence[TaskRecord]) -> "AddDownloadsPayload":
        return cls(tasks=[Task.of(task) for task in tasks], errors=[])

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> "AddDownloadsPayload":
        return cls(tasks=[], errors=[UserError.of(error) for error in errors])


@strawberry.type(description="What became of one task.")
class TaskResult:
    id: strawberry.ID = strawberry.field(description="The id as you gave it.")
    task: Task | None = strawberry.field(description="As it is now. Null where there is an error.")
    error: UserError | None = strawberry.field(
        description="Why nothing of this task was changed. Null if all is well."
    )

    @classmethod
    def of(cls, record: Record) -> "TaskResult":
        return cls(
            id=strawberry.ID(record.id),
            task=Task.of(record.task) if record.task else None,
            error=UserError.of(record.error) if record.error else None,
        )


@strawberry.type(description="What became of each task.")
class TaskResultsPayload:
    results: list[TaskResult] = strawberry.field(description=RESULTS)
    tasks: list[Task] = strawberry.field(description=TASKS)
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, done: Done) -> Self:
        return cls(
            results=[TaskResult.of(result) for result in done.results],
            tasks=[Task.of(task) for task in done.tasks],
            errors=[UserError.of(error) for error in done.errors],
        )

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> Self:
        return cls(results=[], tasks=[], errors=[UserError.of(error) for error in errors])


@strawberry.type(description="What was paused, and what was not.")
class PauseTasksPayload(TaskResultsPayload):
    pass


@strawberry.type(description="What was resumed, and what was not.")
class ResumeTasksPayload(TaskResultsPayload):
    pass


@strawberry.type(description="What was cancelled, and what was not.")
class CancelTasksPayload(TaskResultsPayload):
    pass


@strawberry.type(description="What is tried again, and what is not.")
class RetryTasksPayload(TaskResultsPayload):
    pass


@strawberry.type(description="What was moved, and what was not.")
class MoveTasksPayload(TaskResultsPayload):
    pass


@strawberry.type(description="What was changed, and what was not.")
class UpdateTasksPayload(TaskResultsPayload):
    pass


@strawberry.type(description="What was removed, and what was not.")
class RemoveTasksPayload(TaskResultsPayload):
    removal_id: strawberry.ID | None = strawberry.field(
        default=None, description="To restore all of it. Null if nothing was removed."
    )
    undo_until: datetime | None = strawberry.field(
        default=None, description="Until when it can be restored. Null if nothing was removed."
    )

    @classmethod
    def of_removed(cls, removed: Removed) -> "RemoveTasksPayload":
        payload = cls.of(removed.done)
        if removed.count:
            payload.removal_id = strawberry.ID(ids.show(ids.REMOVAL, removed.removal_id))
            payload.undo_until = removed.undo_until
        return payload


@strawberry.type(description="What was restored, and what was not.")
class RestoreTasksPayload(TaskResultsPayload):
    count: int = strawberry.field(
        default=0,
        description="How many tasks; of a removal of more, `results` has the first 1,000.",
    )

    @classmethod
    def of_restored(cls, restored: Restored) -> "RestoreTasksPayload":
        payload = cls.of(restored.done)
        payload.count = restored.count
        return payload


@strawberry.type(description="How much was removed.")
class ClearFinishedTasksPayload:
    count: int = strawberry.field(description="How many tasks.")
    removal_id: strawberry.ID | None = strawberry.field(
        description="To restore all of it. Null if nothing was removed."
    )
    undo_until: datetime | None = strawberry.field(
        description="Until when it can be restored. Null if nothing was removed."
    )
    errors: list[UserError] = strawberry.field(description="Empty if all is well.")

    @classmethod
    def of(cls, removed: Removed) -> "ClearFinishedTasksPayload":
        if not removed.count:
            return cls.failed([])
        return cls(
            count=removed.count,
            removal_id=strawberry.ID(ids.show(ids.REMOVAL, removed.removal_id)),
            undo_until=removed.undo_until,
            errors=[],
        )

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> "ClearFinishedTasksPayload":
        shown = [UserError.of(error) for error in errors]
        return cls(count=0, removal_id=None, undo_until=None, errors=shown)
