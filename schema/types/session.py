"""Logins that last, and what is given to programs that log in."""

from datetime import datetime
from typing import Self

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from services import ids
from services.access.identity import Identity
from services.access.logins.sessions import Session as Record
from services.access.logins.sessions import SessionKind
from services.access.logins.tokens import Grant


@strawberry.type(description="A login that lasts until it is ended, or not used for 30 days.")
class Session:
    id: strawberry.ID = strawberry.field(description="`session_` and a UUID.")
    user_id: int = strawberry.field(description="The number of the user who logged in.")
    kind: SessionKind = strawberry.field(description="Who holds it.")
    scopes: list[str] = strawberry.field(description="What it may be used for.")
    address: str = strawberry.field(description="From where somebody logged in.")
    agent: str = strawberry.field(description="What their program called itself.")
    created_at: datetime = strawberry.field(description="When they logged in.")
    last_used_at: datetime = strawberry.field(
        description="When it was used last: to the minute, or by a program when it was renewed."
    )
    expires_at: datetime = strawberry.field(description="When it ends if it is not used.")
    is_current: bool = strawberry.field(description="Whether you ask with this one.")

    @classmethod
    def of(cls, record: Record, identity: Identity) -> "Session":
        return cls(
            id=strawberry.ID(ids.show(ids.SESSION, record.id)),
            user_id=record.user_id,
            kind=record.kind,
            scopes=sorted(scope.value for scope in record.scopes),
            address=record.address,
            agent=record.agent,
            created_at=record.created_at,
            last_used_at=record.last_used_at,
            expires_at=record.expires_at,
            is_current=record.id == identity.credential.id,
        )


@strawberry.type(description="What a program shows, and what renews it.")
class LoginTokens:
    access_token: str = strawberry.field(
        description="To be sent as `Authorization: Bearer …`, for 15 minutes."
    )
    access_token_expires_at: datetime = strawberry.field(description="Until when it is good.")
    refresh_token: str = strawberry.field(
        description=(
            "For `refreshLogin`, once: that gives the next one. Whoever uses it a second time "
            "ends the login."
        )
    )
    refresh_token_expires_at: datetime = strawberry.field(description="Until when it is good.")
    session_id: strawberry.ID = strawberry.field(description="Of the login, for `revokeSession`.")

    @classmethod
    def of(cls, grant: Grant) -> "LoginTokens":
        return cls(
            access_token=grant.access.value,
            access_token_expires_at=grant.access.expires_at,
            refresh_token=grant.refresh,
            refresh_token_expires_at=grant.session.expires_at,
            session_id=strawberry.ID(ids.show(ids.SESSION, grant.session.id)),
        )


class TokensPayload(MutationPayload):
    """Tokens, or errors."""

    def __init__(self, *, tokens: LoginTokens | None, errors: list[UserError]) -> None:
        raise NotImplementedError

    @classmethod
    def of(cls, grant: Grant) -> Self:
        return cls(tokens=LoginTokens.of(grant), errors=[])


@strawberry.type(description="Tokens, or the reasons why not.")
class LoginPayload(TokensPayload):
    tokens: LoginTokens | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(
        description="`UNAUTHORIZED`, `SECOND_FACTOR_NEEDED`, … Empty if all is well."
    )


@strawberry.type(description="The next tokens, or the reasons why not.")
class RefreshLoginPayload(TokensPayload):
    tokens: LoginTokens | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(
        description="`UNAUTHORIZED` where one has to log in again. Empty if all is well."
    )


@strawberry.type(description="What has ended.")
class LogoutPayload(MutationPayload):
    count: int | None = strawberry.field(
        description="How many logins have ended. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The login that has ended, or the reasons why not.")
class RevokeSessionPayload(MutationPayload):
    session: Session | None = strawberry.field(
        description="As it was; it is gone. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record, identity: Identity) -> "RevokeSessionPayload":
        return cls(session=Session.of(record, identity), errors=[])
