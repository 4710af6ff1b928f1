"""Fields about speed limits."""

from typing import Annotated

import strawberry

from schema.inputs.speeds import SetSpeedLimitInput, SetSpeedScheduleInput
from schema.types.context import ContextInfo
from schema.types.speeds import SetSpeedLimitPayload, SetSpeedSchedulePayload, SpeedLimits


async def speed_limits(info: ContextInfo) -> SpeedLimits:
    speeds = info.context.services.speeds
    return SpeedLimits.of(server=speeds.server(), own=speeds.own(info.context.identity))


async def set_speed_limit(
    info: ContextInfo,
    input: Annotated[SetSpeedLimitInput, strawberry.argument(description="Of what, and which.")],
) -> SetSpeedLimitPayload:
    speeds, identity = info.context.services.speeds, info.context.identity
    limit = await speeds.set(identity, input.of, input.id, input.bytes_per_second)
    return SetSpeedLimitPayload.of(limit)


async def set_speed_schedule(
    info: ContextInfo,
    input: Annotated[SetSpeedScheduleInput, strawberry.argument(description="Of what, and when.")],
) -> SetSpeedSchedulePayload:
    speeds, identity = info.context.services.speeds, info.context.identity
    schedule = await speeds.set_schedule(identity, input.of, input.id, input.schedule())
    return SetSpeedSchedulePayload.of(schedule)
