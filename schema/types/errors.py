"""What went wrong: with an argument, or with a task."""

from typing import Protocol

import strawberry

from schema.types.enums import ErrorCode
from services.errors import ArgosyError


@strawberry.type(description="What is wrong with what was asked. Nothing was changed by it.")
class UserError:
    code: ErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For people: what is wrong, and the cure.")
    field: str | None = strawberry.field(
        description="Which part of the input: `urls.0` is the first URL. Null if none is."
    )

    @classmethod
    def of(cls, error: ArgosyError) -> "UserError":
        return cls(code=error.code, message=error.message, field=error.field)


class Troubled(Protocol):
    """A record of what may have failed."""

    @property
    def error_code(self) -> ErrorCode | None: ...

    @property
    def error_message(self) -> str | None: ...


@strawberry.type(description="Why a task failed, was skipped, or is tried again.")
class TaskError:
    code: ErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For people: what happened, and the cure.")

    @classmethod
    def of(cls, record: Troubled) -> "TaskError | None":
        if record.error_code is None:
            return None
        return cls(code=record.error_code, message=record.error_message or "")
