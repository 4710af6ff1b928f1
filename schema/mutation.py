"""The mutations."""

import strawberry

import resolvers.tasks
from schema.types.access import Needs, Reports
from schema.types.payloads import AddDownloadsPayload, CancelTasksPayload
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
