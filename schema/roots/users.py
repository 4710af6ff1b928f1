"""The fields at the root about users."""

import strawberry

import resolvers.users
from schema.types.access import Needs, Reports
from schema.types.connection import Connection
from schema.types.user import (
    CreateUserPayload,
    DeleteUserPayload,
    UpdateUserPayload,
    User,
)
from services.access.identity import Scope


@strawberry.type
class UserQueries:
    users: Connection[User] = strawberry.field(
        resolver=resolvers.users.users,
        description="All users, the oldest first. For administrators.",
        extensions=[Needs(Scope.USERS_READ)],
    )


@strawberry.type
class UserMutations:
    create_user: CreateUserPayload = strawberry.field(
        resolver=resolvers.users.create_user,
        description="Make a user. For administrators.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(CreateUserPayload)],
    )
    update_user: UpdateUserPayload = strawberry.field(
        resolver=resolvers.users.update_user,
        description="Change a user; the last administrator stays one. For administrators.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(UpdateUserPayload)],
    )
    delete_user: DeleteUserPayload = strawberry.field(
        resolver=resolvers.users.delete_user,
        description=(
            "Remove a user, with all their logins, keys and tasks; what is not finished is "
            "stopped. Their finished files stay. For administrators."
        ),
        extensions=[Needs(Scope.USERS_WRITE), Reports(DeleteUserPayload)],
    )
