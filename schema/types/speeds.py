"""Speed limits."""

from collections.abc import Sequence

import strawberry

from schema.types.enums import Limited
from schema.types.errors import UserError
from schema.types.scalars import BigInt
from services.errors import ArgosyError
from services.tasks.speeds import SpeedLimit as Record


def _limit(limit: int | None) -> BigInt | None:
    return None if limit is None else BigInt(limit)


@strawberry.type(description="A speed limit, in force.")
class SpeedLimit:
    of: Limited = strawberry.field(description="What it is of.")
    id: strawberry.ID | None = strawberry.field(
        description="Of the task, or the number of the user; null for the server."
    )
    bytes_per_second: BigInt | None = strawberry.field(description="Null if there is no limit.")

    @classmethod
    def of_record(cls, record: Record) -> "SpeedLimit":
        key = None if record.id is None else strawberry.ID(record.id)
        return cls(of=record.of, id=key, bytes_per_second=_limit(record.limit))


@strawberry.type(description="The speed limits that hold for whoever asks, beside those of tasks.")
class SpeedLimits:
    server: BigInt | None = strawberry.field(
        description="Bytes a second of all tasks together; null if there is no limit."
    )
    own: BigInt | None = strawberry.field(
        description="Bytes a second of all your tasks; null if there is no limit."
    )

    @classmethod
    def of(cls, *, server: int | None, own: int | None) -> "SpeedLimits":
        return cls(server=_limit(server), own=_limit(own))


@strawberry.type(description="What was set, or the reasons why not.")
class SetSpeedLimitPayload:
    limit: SpeedLimit | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description="Empty if all is well.")

    @classmethod
    def of(cls, record: Record) -> "SetSpeedLimitPayload":
        return cls(limit=SpeedLimit.of_record(record), errors=[])

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> "SetSpeedLimitPayload":
        return cls(limit=None, errors=[UserError.of(error) for error in errors])
