"""Fields about one's own account: password, second factor, logins."""

from typing import Annotated

import strawberry

from schema.inputs.account import (
    BeginSecondFactorInput,
    ChangePasswordInput,
    ConfirmSecondFactorInput,
    DisableSecondFactorInput,
    LogoutInput,
    NewRecoveryCodesInput,
    RevokeSessionInput,
)
from schema.inputs.users import OfUser
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.second_factor import (
    BeginSecondFactorPayload,
    ConfirmSecondFactorPayload,
    DisableSecondFactorPayload,
    NewRecoveryCodesPayload,
)
from schema.types.session import LogoutPayload, RevokeSessionPayload, Session
from schema.types.user import ChangePasswordPayload
from services import ids


async def sessions(
    info: ContextInfo,
    first: First = DEFAULT_PAGE,
    after: After = None,
    user_id: OfUser = None,
) -> Connection[Session]:
    service, identity = info.context.services.account, info.context.identity
    return connect(
        await service.sessions(identity, user_id, first=check_first(first), after=after),
        lambda session: Session.of(session, identity),
        preceded=lambda: service.has_sessions_before(identity, user_id, after),
        counted=lambda: service.count_sessions(identity, user_id),
    )


async def revoke_session(
    info: ContextInfo,
    input: Annotated[RevokeSessionInput, strawberry.argument(description="Which.")],
) -> RevokeSessionPayload:
    service, identity = info.context.services.account, info.context.identity
    ended = await service.end_session(identity, ids.read(ids.SESSION, input.id, field="id"))
    return RevokeSessionPayload.of(ended, identity)


async def logout(
    info: ContextInfo, input: Annotated[LogoutInput, strawberry.argument(description="Which.")]
) -> LogoutPayload:
    service, identity = info.context.services.account, info.context.identity
    count = await service.log_out(identity, everywhere=input.everywhere)
    return LogoutPayload(count=count, errors=[])


async def change_password(
    info: ContextInfo,
    input: Annotated[ChangePasswordInput, strawberry.argument(description="Both of them.")],
) -> ChangePasswordPayload:
    context, service = info.context, info.context.services.account
    changed = await service.change_password(
        context.identity, input.old_password, input.new_password, context.caller
    )
    return ChangePasswordPayload.of(changed)


async def begin_second_factor(
    info: ContextInfo,
    input: Annotated[BeginSecondFactorInput, strawberry.argument(description="Who you are.")],
) -> BeginSecondFactorPayload:
    context, service = info.context, info.context.services.account
    proposal = await service.begin_second_factor(context.identity, input.password, context.caller)
    return BeginSecondFactorPayload.of(proposal)


async def confirm_second_factor(
    info: ContextInfo,
    input: Annotated[
        ConfirmSecondFactorInput, strawberry.argument(description="That you have it.")
    ],
) -> ConfirmSecondFactorPayload:
    service, identity = info.context.services.account, info.context.identity
    codes = await service.confirm_second_factor(identity, input.code)
    return ConfirmSecondFactorPayload(recovery_codes=codes, errors=[])


async def disable_second_factor(
    info: ContextInfo,
    input: Annotated[DisableSecondFactorInput, strawberry.argument(description="Who you are.")],
) -> DisableSecondFactorPayload:
    context, service = info.context, info.context.services.account
    user = await service.disable_second_factor(context.identity, input.password, context.caller)
    return DisableSecondFactorPayload.of(user)


async def new_recovery_codes(
    info: ContextInfo,
    input: Annotated[NewRecoveryCodesInput, strawberry.argument(description="Who you are.")],
) -> NewRecoveryCodesPayload:
    context, service = info.context, info.context.services.account
    codes = await service.new_recovery_codes(context.identity, input.password, context.caller)
    return NewRecoveryCodesPayload(recovery_codes=codes, errors=[])
