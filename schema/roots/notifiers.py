"""The fields at the root about notifiers."""

import strawberry

import resolvers.notifiers
from schema.types.access import Needs, Reports
from schema.types.connection import Connection
from schema.types.notifier import (
    CreateNotifierPayload,
    DeleteNotifierPayload,
    Notifier,
    TestNotifierPayload,
    UpdateNotifierPayload,
)
from services.access.identity import Scope
from services.errors import FetchFailed, Unavailable


@strawberry.type
class NotifierQueries:
    notifiers: Connection[Notifier] = strawberry.field(
        resolver=resolvers.notifiers.notifiers,
        description="Where you are told of alerts, the newest first.",
        extensions=[Needs(Scope.ALERTS_READ)],
    )


@strawberry.type
class NotifierMutations:
    create_notifier: CreateNotifierPayload = strawberry.field(
        resolver=resolvers.notifiers.create_notifier,
        description=(
            "Be told of alerts over a service, up to 20 of them. Administrators are told what is "
            "wrong with the server, everybody what is wrong with what they have."
        ),
        extensions=[
            Needs(Scope.ALERTS_WRITE),
            Reports(CreateNotifierPayload, FetchFailed, Unavailable),
        ],
    )
    update_notifier: UpdateNotifierPayload = strawberry.field(
        resolver=resolvers.notifiers.update_notifier,
        description="Change a notifier. Administrators may change those of others.",
        extensions=[
            Needs(Scope.ALERTS_WRITE),
            Reports(UpdateNotifierPayload, FetchFailed, Unavailable),
        ],
    )
    delete_notifier: DeleteNotifierPayload = strawberry.field(
        resolver=resolvers.notifiers.delete_notifier,
        description=(
            "Delete a notifier, and what it was still to tell. Administrators may delete those of "
            "others."
        ),
        extensions=[Needs(Scope.ALERTS_WRITE), Reports(DeleteNotifierPayload)],
    )
    test_notifier: TestNotifierPayload = strawberry.field(
        resolver=resolvers.notifiers.test_notifier,
        description=(
            "Send a message at once, and wait for what comes of it, up to 45 seconds. If it is "
            "taken, what failed before is tried again."
        ),
        extensions=[
            Needs(Scope.ALERTS_WRITE),
            Reports(TestNotifierPayload, FetchFailed, Unavailable),
        ],
    )
