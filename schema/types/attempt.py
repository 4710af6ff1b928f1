"""How often tasks were tried."""

from datetime import datetime

import strawberry

from schema.types.enums import TaskState
from schema.types.errors import TaskError
from schema.types.scalars import BigInt
from services.tasks.records import AttemptRecord


@strawberry.type(description="One attempt at a task that is over.")
class Attempt:
    number: int = strawberry.field(description="The first is 1.")
    outcome: TaskState = strawberry.field(description="The state that it led to.")
    error: TaskError | None = strawberry.field(description="What went wrong, if anything.")
    received_bytes: BigInt = strawberry.field(description="How many bytes there were in the end.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime = strawberry.field(description="When it was over.")

    @classmethod
    def of(cls, record: AttemptRecord) -> "Attempt":
        return cls(
            number=record.number,
            outcome=record.outcome,
            error=TaskError.of(record),
            received_bytes=BigInt(record.received),
            started_at=record.started_at,
            ended_at=record.ended_at,
        )
