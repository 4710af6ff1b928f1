"""The mutations."""

import strawberry

import resolvers.speeds
import resolvers.tasks
from schema.types.access import Needs, Reports
from schema.types.payloads import AddDownloadsPayload, CancelTasksPayload
from schema.types.speeds import SetSpeedLimitPayload, SetSpeedSchedulePayload
from services.access.identity import Scope


@strawberry.type(description="What can be changed.")
class Mutation:
    add_downloads: AddDownloadsPayload = strawberry.field(
        resolver=resolvers.tasks.add_downloads,
        description=(
            "Download what these URLs lead to. When this answers, the tasks survive a crash."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(AddDownloadsPayload)],
    )
    cancel_tasks: CancelTasksPayload = strawberry.field(
        resolver=resolvers.tasks.cancel_tasks,
        description="Stop tasks and remove what has come of them. Finished ones stay as they are.",
        extensions=[Needs(Scope.TASKS_WRITE), Reports(CancelTasksPayload)],
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
