"""The mutations."""

import strawberry

import resolvers.changes
import resolvers.keys
import resolvers.queue
import resolvers.speeds
import resolvers.tasks
from schema.types.access import Needs, Reports
from schema.types.changes import (
    CancelTasksPayload,
    ClearFinishedTasksPayload,
    MoveTasksPayload,
    PauseTasksPayload,
    RemoveTasksPayload,
    RestoreTasksPayload,
    ResumeTasksPayload,
    RetryTasksPayload,
    UpdateTasksPayload,
)
from schema.types.key import CreateApiKeyPayload, RevokeApiKeyPayload
from schema.types.payloads import AddDownloadsPayload
from schema.types.queue import PauseQueuePayload, ResumeQueuePayload
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
    pause_tasks: PauseTasksPayload = strawberry.field(
        resolver=resolvers.changes.pause_tasks,
        description=("Stop tasks until somebody resumes them. What has come of them is kept."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(PauseTasksPayload)],
    )
    resume_tasks: ResumeTasksPayload = strawberry.field(
        resolver=resolvers.changes.resume_tasks,
        description=("Let paused tasks wait for their turns again, each at its old place."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ResumeTasksPayload)],
    )
    cancel_tasks: CancelTasksPayload = strawberry.field(
        resolver=resolvers.changes.cancel_tasks,
        description=(
            "Stop tasks and remove what has come of them. Finished ones stay as they are."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(CancelTasksPayload)],
    )
    retry_tasks: RetryTasksPayload = strawberry.field(
        resolver=resolvers.changes.retry_tasks,
        description=(
            "Try again what failed, was cancelled or skipped, or waits to be tried again."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RetryTasksPayload)],
    )
    move_tasks: MoveTasksPayload = strawberry.field(
        resolver=resolvers.changes.move_tasks,
        description=(
            "Move tasks within the queue. One that is moved beside another takes its priority."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(MoveTasksPayload)],
    )
    update_tasks: UpdateTasksPayload = strawberry.field(
        resolver=resolvers.changes.update_tasks,
        description=(
            "Change tasks that are not finished: how urgent, from when on, how fast, and how."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(UpdateTasksPayload)],
    )
    remove_tasks: RemoveTasksPayload = strawberry.field(
        resolver=resolvers.changes.remove_tasks,
        description=(
            "Remove tasks; what is not finished is stopped. For a minute they can be restored."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RemoveTasksPayload)],
    )
    restore_tasks: RestoreTasksPayload = strawberry.field(
        resolver=resolvers.changes.restore_tasks,
        description=("Restore what was removed less than a minute ago."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RestoreTasksPayload)],
    )
    clear_finished_tasks: ClearFinishedTasksPayload = strawberry.field(
        resolver=resolvers.changes.clear_finished_tasks,
        description=("Remove all your finished tasks. For a minute they can be restored."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ClearFinishedTasksPayload)],
    )
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
    create_api_key: CreateApiKeyPayload = strawberry.field(
        resolver=resolvers.keys.create_api_key,
        description="Make an access key, up to 100 of them. Its value is shown once.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(CreateApiKeyPayload)],
    )
    revoke_api_key: RevokeApiKeyPayload = strawberry.field(
        resolver=resolvers.keys.revoke_api_key,
        description=(
            "Take an access key away, at once and for ever; what it has open is ended within a "
            "second. Administrators may take away those of others."
        ),
        extensions=[Needs(Scope.USERS_WRITE), Reports(RevokeApiKeyPayload)],
    )
