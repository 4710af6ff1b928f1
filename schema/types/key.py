"""Access keys. Their values are shown once, when they are made."""

from datetime import datetime

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from services import ids
from services.access.identity import Identity
from services.access.keys.keys import Key, NewKey


@strawberry.type(description="An access key. Nobody can read its value again.")
class ApiKey:
    id: strawberry.ID = strawberry.field(description="`key_` and a UUID.")
    user_id: int = strawberry.field(description="The number of the user whose key it is.")
    name: str = strawberry.field(description="To tell it from others.")
    prefix: str = strawberry.field(
        description="The first letters of its value; empty where somebody chose the value."
    )
    scopes: list[str] = strawberry.field(description="What it may be used for.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(
        description="From then on it is good for nothing. Null: never."
    )
    last_used_at: datetime | None = strawberry.field(
        description="When it was used last, to the minute. Null: not yet."
    )
    is_current: bool = strawberry.field(description="Whether you ask with this one.")

    @classmethod
    def of(cls, key: Key, identity: Identity) -> "ApiKey":
        return cls(
            id=strawberry.ID(ids.show(ids.KEY, key.id)),
            user_id=key.owner_id,
            name=key.name,
            prefix=key.prefix,
            scopes=sorted(scope.value for scope in key.scopes),
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            is_current=key.id == identity.credential.id,
        )


@strawberry.type(description="The key that was made, or the reasons why not.")
class CreateApiKeyPayload(MutationPayload):
    api_key: ApiKey | None = strawberry.field(description="Null where something is wrong.")
    value: str | None = strawberry.field(
        description=(
            "The key itself, to be sent as `Authorization: Bearer …`. It is shown now and never "
            "again: null where the same `idempotencyKey` made it before. If that answer was lost, "
            "revoke the key and make another."
        )
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, made: NewKey | Key, identity: Identity) -> "CreateApiKeyPayload":
        if isinstance(made, NewKey):
            return cls(api_key=ApiKey.of(made.key, identity), value=made.value, errors=[])
        return cls(api_key=ApiKey.of(made, identity), value=None, errors=[])


@strawberry.type(description="The key that was taken away, or the reasons why not.")
class RevokeApiKeyPayload(MutationPayload):
    api_key: ApiKey | None = strawberry.field(
        description="As it was; it is gone. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, key: Key, identity: Identity) -> "RevokeApiKeyPayload":
        return cls(api_key=ApiKey.of(key, identity), errors=[])
