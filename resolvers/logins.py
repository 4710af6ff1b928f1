"""Fields for programs that log in. Nobody has proved who they are yet."""

from typing import Annotated

import strawberry

from schema.inputs.account import LoginInput, RefreshLoginInput
from schema.types.context import ContextInfo
from schema.types.session import LoginPayload, RefreshLoginPayload


async def login(
    info: ContextInfo, input: Annotated[LoginInput, strawberry.argument(description="Who.")]
) -> LoginPayload:
    service, caller = info.context.services.programs, info.context.caller
    return LoginPayload.of(await service.log_in(input.given(), caller))


async def refresh_login(
    info: ContextInfo,
    input: Annotated[RefreshLoginInput, strawberry.argument(description="With what.")],
) -> RefreshLoginPayload:
    service, caller = info.context.services.programs, info.context.caller
    return RefreshLoginPayload.of(await service.renew(input.refresh_token, caller))
