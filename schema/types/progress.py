"""How a queue is doing."""

import strawberry

from schema.types.scalars import BigInt
from schema.types.task import TaskProgress
from services.tasks.telling.board import QueueProgress as Record


@strawberry.type(description="How a queue is doing now.")
class QueueProgress:
    cursor: str = strawberry.field(
        description="Tells how things stand from all other ways. Give it as `after`."
    )
    is_snapshot: bool = strawberry.field(
        description="Whether `tasks` are all that run; else they are those with something new."
    )
    tasks: list[TaskProgress] = strawberry.field(
        description="One for each task. What runs no more is here once, with its new state."
    )
    running: int = strawberry.field(description="How many tasks run.")
    waiting: int = strawberry.field(
        description="How many wait for their turn. With very many, it is counted less often."
    )
    speed_bytes: BigInt = strawberry.field(description="Bytes a second of all that run.")
    paused: bool = strawberry.field(description="Whether nothing is started at present.")

    @classmethod
    def of(cls, record: Record) -> "QueueProgress":
        return cls(
            cursor=record.cursor,
            is_snapshot=record.is_snapshot,
            tasks=[TaskProgress.of(task) for task in record.tasks],
            running=record.running,
            waiting=record.waiting,
            speed_bytes=BigInt(record.speed),
            paused=record.is_paused,
        )
