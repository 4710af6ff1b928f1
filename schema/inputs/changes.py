"""What is asked of tasks that there are."""

from datetime import datetime

import strawberry

from schema.inputs.options import DownloadOptionsInput
from schema.types.enums import Paused, TaskPriority, TaskState, Where
from schema.types.scalars import BigInt
from services.tasks.changing.updates import KEPT, Update

IDS = "Up to 1,000 ids."


@strawberry.input(description="Which tasks to pause.")
class PauseTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description=IDS)


@strawberry.input(description="Which tasks to resume.")
class ResumeTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description=IDS)


@strawberry.input(description="Which tasks to cancel.")
class CancelTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description=IDS)


@strawberry.input(description="Which tasks to try again.")
class RetryTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description=IDS)


@strawberry.input(description="Which tasks to move, and where to.")
class MoveTasksInput:
    ids: list[strawberry.ID] = strawberry.field(
        description="Up to 1,000 ids; they keep this order."
    )
    to: Where = strawberry.field(description="Where in the queue.")
    anchor: strawberry.ID | None = strawberry.field(
        default=None, description="For `BEFORE` and `AFTER`: beside which task."
    )


@strawberry.input(description="Which tasks to change, and in what. What is absent stays as it is.")
class UpdateTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description=IDS)
    priority: TaskPriority | None = strawberry.field(
        default=None, description="How urgent they are among your own. Null changes nothing."
    )
    start_at: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="Not to be started before; null is at once. Only for what does not run.",
    )
    speed_limit: BigInt | None = strawberry.field(
        default=strawberry.UNSET,
        description="Bytes a second for each, from now on; null lifts the limit.",
    )
    options: DownloadOptionsInput | None = strawberry.field(
        default=None,
        description=(
            "How to download: what is given takes the place of what there was. What runs goes on "
            "with it from the same byte."
        ),
    )

    def update(self) -> Update:
        """Return the same in the words of the services."""
        return Update(
            priority=self.priority,
            start_at=KEPT if self.start_at is strawberry.UNSET else self.start_at,
            speed_limit=KEPT if self.speed_limit is strawberry.UNSET else self.speed_limit,
            asked=self.options.asked() if self.options else None,
        )


@strawberry.input(description="Which tasks to remove.")
class RemoveTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description=IDS)
    with_files: bool = strawberry.field(
        default=False,
        description="Whether their finished files are deleted when the minute is over.",
    )


@strawberry.input(description="What to restore: tasks, or all that one call has removed.")
class RestoreTasksInput:
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description=IDS)
    removal_id: strawberry.ID | None = strawberry.field(
        default=None, description="`removal_…`, in place of ids."
    )


@strawberry.input(description="Which of your finished tasks to remove.")
class ClearFinishedTasksInput:
    states: list[TaskState] | None = strawberry.field(
        default=None, description="Up to 4 states in which tasks are finished; null is all of them."
    )
    with_files: bool = strawberry.field(
        default=False,
        description="Whether their files are deleted when the minute is over.",
    )


@strawberry.input(description="Whose queue to pause.")
class PauseQueueInput:
    of: Paused = strawberry.field(default=Paused.USER, description="Your own, or the server's.")


@strawberry.input(description="Whose queue to resume.")
class ResumeQueueInput:
    of: Paused = strawberry.field(default=Paused.USER, description="Your own, or the server's.")
