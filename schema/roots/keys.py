"""The fields at the root about access keys."""

import strawberry

import resolvers.keys
from schema.types.access import Needs, Reports
from schema.types.connection import Connection
from schema.types.key import ApiKey, CreateApiKeyPayload, RevokeApiKeyPayload
from services.access.identity import Scope


@strawberry.type
class KeyQueries:
    api_keys: Connection[ApiKey] = strawberry.field(
        resolver=resolvers.keys.api_keys,
        description="Your access keys, the newest first.",
        extensions=[Needs(Scope.USERS_READ)],
    )


@strawberry.type
class KeyMutations:
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
