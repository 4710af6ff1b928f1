"""Fields about notifiers."""

from typing import Annotated

import strawberry

from schema.inputs.notifiers import (
    CreateNotifierInput,
    DeleteNotifierInput,
    TestNotifierInput,
    UpdateNotifierInput,
)
from schema.inputs.users import OfUser
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.notifier import (
    CreateNotifierPayload,
    DeleteNotifierPayload,
    Notifier,
    TestNotifierPayload,
    UpdateNotifierPayload,
)
from services import ids

WHICH = strawberry.argument(description="Which.")


async def notifiers(
    info: ContextInfo,
    first: First = DEFAULT_PAGE,
    after: After = None,
    user_id: OfUser = None,
) -> Connection[Notifier]:
    service, identity = info.context.services.notifiers, info.context.identity
    return connect(
        await service.page(identity, user_id, first=check_first(first), after=after),
        Notifier.of,
        preceded=lambda: service.has_before(identity, user_id, after),
        counted=lambda: service.count(identity, user_id),
    )


async def create_notifier(
    info: ContextInfo,
    input: Annotated[CreateNotifierInput, strawberry.argument(description="Where to, and what.")],
) -> CreateNotifierPayload:
    service, identity = info.context.services.notifiers, info.context.identity
    made = await service.create(identity, input.wish(), input.idempotency_key)
    return CreateNotifierPayload.of(made)


async def update_notifier(
    info: ContextInfo,
    input: Annotated[UpdateNotifierInput, strawberry.argument(description="Which, and in what.")],
) -> UpdateNotifierPayload:
    service, identity = info.context.services.notifiers, info.context.identity
    notifier_id = ids.read(ids.NOTIFIER, input.id, field="id")
    return UpdateNotifierPayload.of(await service.change(identity, notifier_id, input.change()))


async def delete_notifier(
    info: ContextInfo, input: Annotated[DeleteNotifierInput, WHICH]
) -> DeleteNotifierPayload:
    service, identity = info.context.services.notifiers, info.context.identity
    notifier_id = ids.read(ids.NOTIFIER, input.id, field="id")
    return DeleteNotifierPayload.of(await service.delete(identity, notifier_id))


async def test_notifier(
    info: ContextInfo, input: Annotated[TestNotifierInput, WHICH]
) -> TestNotifierPayload:
    service, identity = info.context.services.notifiers, info.context.identity
    notifier_id = ids.read(ids.NOTIFIER, input.id, field="id")
    return TestNotifierPayload.of(await service.test(identity, notifier_id))
