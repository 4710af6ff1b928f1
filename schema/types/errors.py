"""What went wrong with an argument."""

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
