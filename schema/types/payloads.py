"""What mutations give back."""

from collections.abc import Sequence
from typing import Self

import strawberry

from schema.types.errors import UserError
from schema.types.task import Task
from services.errors import ArgosyError
from services.tasks.records import Task as Record


class TasksPayload:
    """Tasks that were changed, and errors for what was not."""

    @classmethod
    def of(cls, tasks: Sequence[Record], errors: Sequence[ArgosyError] = ()) -> Self:
        return cls(
            tasks=[Task.of(task) for task in tasks],
            errors=[UserError.of(error) for error in errors],
        )

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> Self:
        return cls.of([], errors)

    def __init__(self, *, tasks: list[Task], errors: list[UserError]) -> None:
        raise NotImplementedError


@strawberry.type(description="What was added: all of it, or nothing and the reasons.")
class AddDownloadsPayload(TasksPayload):
    tasks: list[Task] = strawberry.field(description="A task for each URL, in their order.")
    errors: list[UserError] = strawberry.field(description="Empty if all is well.")
