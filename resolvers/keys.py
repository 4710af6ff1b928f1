"""Fields about access keys."""

from typing import Annotated

import strawberry

from schema.inputs.keys import CreateApiKeyInput, RevokeApiKeyInput
from schema.inputs.users import OfUser
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.key import ApiKey, CreateApiKeyPayload, RevokeApiKeyPayload
from services import ids


async def api_keys(
    info: ContextInfo,
    first: First = DEFAULT_PAGE,
    after: After = None,
    user_id: OfUser = None,
) -> Connection[ApiKey]:
    service, identity = info.context.services.keys, info.context.identity
    return connect(
        await service.page(identity, user_id, first=check_first(first), after=after),
        lambda key: ApiKey.of(key, identity),
        preceded=lambda: service.has_before(identity, user_id, after),
        counted=lambda: service.count(identity, user_id),
    )


async def create_api_key(
    info: ContextInfo,
    input: Annotated[CreateApiKeyInput, strawberry.argument(description="What it is for.")],
) -> CreateApiKeyPayload:
    service, identity = info.context.services.keys, info.context.identity
    made = await service.create(identity, input.wish(), input.idempotency_key)
    return CreateApiKeyPayload.of(made, identity)


async def revoke_api_key(
    info: ContextInfo,
    input: Annotated[RevokeApiKeyInput, strawberry.argument(description="Which.")],
) -> RevokeApiKeyPayload:
    service, identity = info.context.services.keys, info.context.identity
    key_id = ids.read(ids.KEY, input.id, field="id")
    return RevokeApiKeyPayload.of(await service.revoke(identity, key_id), identity)
