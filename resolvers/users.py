"""Fields about users, for administrators."""

from typing import Annotated

import strawberry

from schema.inputs.users import CreateUserInput, DeleteUserInput, UpdateUserInput
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.user import CreateUserPayload, DeleteUserPayload, UpdateUserPayload, User


async def users(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None
) -> Connection[User]:
    service, identity = info.context.services.people, info.context.identity
    return connect(
        await service.page(identity, first=check_first(first), after=after),
        User.of,
        preceded=lambda: service.has_before(identity, after),
        counted=lambda: service.count(identity),
    )


async def create_user(
    info: ContextInfo, input: Annotated[CreateUserInput, strawberry.argument(description="Who.")]
) -> CreateUserPayload:
    service, identity = info.context.services.people, info.context.identity
    made = await service.create(identity, input.wanted(), input.idempotency_key)
    return CreateUserPayload.of(made)


async def update_user(
    info: ContextInfo,
    input: Annotated[UpdateUserInput, strawberry.argument(description="Whom, and in what.")],
) -> UpdateUserPayload:
    updated = await info.context.services.people.update(
        info.context.identity,
        input.id,
        input.change(),
        password=input.password,
        resets_second_factor=input.reset_second_factor,
    )
    return UpdateUserPayload.of(updated)


async def delete_user(
    info: ContextInfo, input: Annotated[DeleteUserInput, strawberry.argument(description="Whom.")]
) -> DeleteUserPayload:
    service, identity = info.context.services.people, info.context.identity
    return DeleteUserPayload.of(await service.remove(identity, input.id))
