"""Speed limits."""

from datetime import time

import strawberry

from schema.types.enums import Limited, Weekday
from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.scalars import BigInt
from services.tasks.limits.speeds import SpeedLimit as Record
from services.tasks.limits.speeds import SpeedRule
from services.tasks.limits.windows import DAYS
from services.tasks.limits.windows import Schedule as ScheduleRecord
from services.tasks.limits.windows import Window as WindowRecord


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


@strawberry.type(description="Hours of the week in which another speed limit holds.")
class SpeedWindow:
    from_: time = strawberry.field(name="from", description="When it begins.")
    to: time = strawberry.field(
        description="When it ends; on the next day unless it is later than `from`."
    )
    days: list[Weekday] = strawberry.field(description="On which it begins.")
    bytes_per_second: BigInt | None = strawberry.field(description="Null if there is no limit.")

    @classmethod
    def of(cls, record: WindowRecord) -> "SpeedWindow":
        return cls(
            from_=record.begin,
            to=record.end,
            days=[day for day in DAYS if day in record.days],
            bytes_per_second=_limit(record.limit),
        )


@strawberry.type(description="When which speed limit holds; at other times it is the usual one.")
class SpeedSchedule:
    windows: list[SpeedWindow] = strawberry.field(description="The first that holds counts.")
    time_zone: str | None = strawberry.field(
        description="Where its hours are told. Null: where the server's machine is."
    )

    @classmethod
    def of(cls, record: ScheduleRecord) -> "SpeedSchedule":
        windows = [SpeedWindow.of(window) for window in record.windows]
        return cls(windows=windows, time_zone=record.zone)


@strawberry.type(description="The speed limits of whoever asks, beside those of tasks.")
class SpeedLimits:
    server: BigInt | None = strawberry.field(
        description="The usual bytes a second of all tasks together; null if there is no limit."
    )
    own: BigInt | None = strawberry.field(
        description="The usual bytes a second of all your tasks; null if there is no limit."
    )
    server_now: BigInt | None = strawberry.field(description="What holds for all tasks now.")
    own_now: BigInt | None = strawberry.field(description="What holds for all your tasks now.")
    server_schedule: SpeedSchedule = strawberry.field(description="Of all tasks together.")
    own_schedule: SpeedSchedule = strawberry.field(description="Of all your tasks.")

    @classmethod
    def of(cls, *, server: SpeedRule, own: SpeedRule) -> "SpeedLimits":
        return cls(
            server=_limit(server.usual),
            own=_limit(own.usual),
            server_now=_limit(server.now),
            own_now=_limit(own.now),
            server_schedule=SpeedSchedule.of(server.schedule),
            own_schedule=SpeedSchedule.of(own.schedule),
        )


@strawberry.type(description="The schedule that was set, or the reasons why not.")
class SetSpeedSchedulePayload(MutationPayload):
    schedule: SpeedSchedule | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: ScheduleRecord) -> "SetSpeedSchedulePayload":
        return cls(schedule=SpeedSchedule.of(record), errors=[])


@strawberry.type(description="What was set, or the reasons why not.")
class SetSpeedLimitPayload(MutationPayload):
    limit: SpeedLimit | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record) -> "SetSpeedLimitPayload":
        return cls(limit=SpeedLimit.of_record(record), errors=[])
