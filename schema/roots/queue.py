"""The fields at the root about the queue, and how fast it may be."""

import strawberry

import resolvers.queue
import resolvers.speeds
from schema.types.access import Needs, Reports
from schema.types.queue import PauseQueuePayload, Queue, ResumeQueuePayload
from schema.types.speeds import SetSpeedLimitPayload, SetSpeedSchedulePayload, SpeedLimits
from services.access.identity import Scope


@strawberry.type
class QueueQueries:
    queue: Queue = strawberry.field(
        resolver=resolvers.queue.queue,
        description="Your queue: what runs, what waits, and the limits that hold.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    speed_limits: SpeedLimits = strawberry.field(
        resolver=resolvers.speeds.speed_limits,
        description="The speed limits of the server and of your own.",
        extensions=[Needs(Scope.TASKS_READ)],
    )


@strawberry.type
class QueueMutations:
    pause_queue: PauseQueuePayload = strawberry.field(
        resolver=resolvers.queue.pause_queue,
        description=(
            "Start nothing more, and put back what runs. The server is for administrators."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(PauseQueuePayload)],
    )
    resume_queue: ResumeQueuePayload = strawberry.field(
        resolver=resolvers.queue.resume_queue,
        description=("Let tasks start again. The server is for administrators."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ResumeQueuePayload)],
    )
    set_speed_limit: SetSpeedLimitPayload = strawberry.field(
        resolver=resolvers.speeds.set_speed_limit,
        description="Set or lift a speed limit. It holds at once, for what is running too.",
        extensions=[Needs(Scope.TASKS_WRITE), Reports(SetSpeedLimitPayload)],
    )
    set_speed_schedule: SetSpeedSchedulePayload = strawberry.field(
        resolver=resolvers.speeds.set_speed_schedule,
        description="Set the hours in which other speed limits hold, such as those of the night.",
        extensions=[Needs(Scope.TASKS_WRITE), Reports(SetSpeedSchedulePayload)],
    )
