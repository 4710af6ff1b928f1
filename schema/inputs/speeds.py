"""What is asked of speed limits."""

from datetime import time

import strawberry

from schema.types.enums import Limited, Weekday
from schema.types.scalars import BigInt
from services.tasks.limits.windows import DAYS, Schedule, Window


@strawberry.input(description="A speed limit to set or to lift.")
class SetSpeedLimitInput:
    of: Limited = strawberry.field(description="What it is of.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="Of the task, or the number of the user; none for the server."
    )
    bytes_per_second: BigInt | None = strawberry.field(
        default=None, description="1 or more; null lifts the limit."
    )


@strawberry.input(description="Hours of the week in which another speed limit holds.")
class SpeedWindowInput:
    from_: time = strawberry.field(name="from", description="When it begins, such as `23:00:00`.")
    to: time = strawberry.field(
        description="When it ends; on the next day unless it is later than `from`."
    )
    days: list[Weekday] | None = strawberry.field(
        default=None, description="On which it begins. Up to 7; every day if none are given."
    )
    bytes_per_second: BigInt | None = strawberry.field(
        default=None, description="1 or more; null is no limit."
    )

    def window(self) -> Window:
        return Window(
            days=frozenset(self.days or DAYS),
            begin=self.from_,
            end=self.to,
            limit=self.bytes_per_second,
        )


@strawberry.input(description="The schedule of speed limits of the server or of a user.")
class SetSpeedScheduleInput:
    of: Limited = strawberry.field(description="`SERVER` or `USER`.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The number of the user; none for the server."
    )
    windows: list[SpeedWindowInput] = strawberry.field(
        description="Up to 50; the first that holds counts. None: no schedule."
    )
    time_zone: str | None = strawberry.field(
        default=None,
        description="Such as `Europe/Vienna`. That of the server's machine if none is given.",
    )

    def schedule(self) -> Schedule:
        return Schedule(tuple(window.window() for window in self.windows), self.time_zone)
