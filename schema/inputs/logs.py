"""Which lines of the log are asked for, and which are kept."""

from datetime import datetime

import strawberry

from schema.types.upkeep_enums import LogLevel
from services import ids
from services.logs.wanted import ALL
from services.logs.wanted import LogFilter as Wanted


@strawberry.input(description="Which lines. All that is given must hold.")
class LogFilter:
    levels: list[LogLevel] | None = strawberry.field(
        default=None, description=f"Of one of these levels. Up to {len(LogLevel)}."
    )
    minimum_level: LogLevel | None = strawberry.field(
        default=None, description="Of this level, or a more important one."
    )
    task_id: strawberry.ID | None = strawberry.field(default=None, description="About this task.")
    request_id: str | None = strawberry.field(
        default=None, description="Told while this request was answered: its `requestId`."
    )
    text: str | None = strawberry.field(
        default=None,
        description="With these 1 to 200 letters somewhere in it, capital or small.",
    )
    since: datetime | None = strawberry.field(default=None, description="Told then or later.")
    until: datetime | None = strawberry.field(default=None, description="Told before that.")


@strawberry.input(description="From which level on lines are logged.")
class SetLogLevelInput:
    level: LogLevel = strawberry.field(description="The least important level that is logged.")


def wanted_lines(given: LogFilter | None) -> Wanted:
    """Return which lines an argument asks for; raise `InvalidInput` about the task's id."""
    if given is None:
        return ALL
    return Wanted(
        levels=None if given.levels is None else frozenset(given.levels),
        lowest=given.minimum_level or LogLevel.DEBUG,
        task_id=(
            None
            if given.task_id is None
            else ids.read(ids.TASK, given.task_id, field="filter.taskId")
        ),
        request_id=given.request_id,
        text=given.text,
        since=given.since,
        until=given.until,
    )
