"""The queue of a user."""

import strawberry

from schema.types.context import ContextInfo
from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.scalars import BigInt
from services.tasks.limits.queue import QueueLimits as LimitsRecord
from services.tasks.limits.queue import QueueState


def _limit(limit: int | None) -> BigInt | None:
    return None if limit is None else BigInt(limit)


@strawberry.type(description="How many tasks may run at once, and how fast.")
class QueueLimits:
    at_once: int = strawberry.field(description="Tasks of everybody, on this server.")
    per_user: int = strawberry.field(description="Tasks of each user.")
    per_host: int = strawberry.field(description="Tasks from each host.")
    speed_bytes: BigInt | None = strawberry.field(
        description="Bytes a second of all tasks together; null if there is no limit."
    )
    own_speed_bytes: BigInt | None = strawberry.field(
        description="Bytes a second of all your tasks; null if there is no limit."
    )

    @classmethod
    def of(cls, record: LimitsRecord) -> "QueueLimits":
        return cls(
            at_once=record.at_once,
            per_user=record.per_user,
            per_host=record.per_host,
            speed_bytes=_limit(record.speed),
            own_speed_bytes=_limit(record.own_speed),
        )


async def _last_event(root: strawberry.Parent["Queue"], info: ContextInfo) -> str:
    return str(await info.context.services.events.end())


@strawberry.type(description="Your queue.")
class Queue:
    paused: bool = strawberry.field(description="Whether nothing of yours is started now.")
    is_server_paused: bool = strawberry.field(description="Whether nothing is, of anybody's.")
    running: int = strawberry.field(description="How many of your tasks are being done.")
    waiting: int = strawberry.field(
        description="How many wait: for their turns, for their time, or to be tried again."
    )
    speed_bytes: BigInt = strawberry.field(
        description="Bytes a second of your tasks that run on this server."
    )
    limits: QueueLimits = strawberry.field(description="The limits that hold.")
    last_event: str = strawberry.field(
        resolver=_last_event,
        description=(
            "The cursor of the last event there was. Give it to `taskEvents` as `after` to miss "
            "nothing from here on."
        ),
    )

    @classmethod
    def of(cls, record: QueueState) -> "Queue":
        return cls(
            paused=record.is_own_paused or record.is_server_paused,
            is_server_paused=record.is_server_paused,
            running=record.running,
            waiting=record.waiting,
            speed_bytes=BigInt(record.speed),
            limits=QueueLimits.of(record.limits),
        )


@strawberry.type(description="The queue that was paused.")
class PauseQueuePayload(MutationPayload):
    queue: Queue | None = strawberry.field(description="Null if the input makes no sense.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: QueueState) -> "PauseQueuePayload":
        return cls(queue=Queue.of(record), errors=[])


@strawberry.type(description="The queue that was resumed.")
class ResumeQueuePayload(MutationPayload):
    queue: Queue | None = strawberry.field(description="Null if the input makes no sense.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: QueueState) -> "ResumeQueuePayload":
        return cls(queue=Queue.of(record), errors=[])
