"""Users, and what is given back by those who change them."""

from datetime import datetime
from typing import Self

import strawberry

from schema.types.enums import Role
from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from services.access.people.own_account import Account as AccountRecord
from services.access.people.users import User as Record


@strawberry.type(description="Somebody who may use this server.")
class User:
    id: int = strawberry.field(description="The user's number.")
    name: str = strawberry.field(description="The user's name, and that of their folder.")
    role: Role = strawberry.field(description="Administrators see what everybody has.")
    tier: str = strawberry.field(description="The quotas that hold for them.")
    is_active: bool = strawberry.field(
        description="Whether they may use the server. What they have queued goes on all the same."
    )
    has_password: bool = strawberry.field(
        description="Whether they can log in with a password; else they use keys alone."
    )
    has_second_factor: bool = strawberry.field(
        description="Whether a login needs a code of their authenticator too."
    )
    created_at: datetime = strawberry.field(description="When they were made.")

    @classmethod
    def of(cls, record: Record) -> "User":
        return cls(
            id=record.id,
            name=record.name,
            role=record.role,
            tier=record.tier,
            is_active=record.is_active,
            has_password=record.has_password,
            has_second_factor=record.has_second_factor,
            created_at=record.created_at,
        )


@strawberry.type(description="How you can log in.")
class Account:
    has_password: bool = strawberry.field(
        description="Whether there is a password to log in with; else there are keys alone."
    )
    has_second_factor: bool = strawberry.field(
        description="Whether a login needs a code of your authenticator too."
    )
    recovery_code_count: int = strawberry.field(
        description="How many recovery codes are left, each good for one login."
    )
    created_at: datetime = strawberry.field(description="When the account was made.")

    @classmethod
    def of(cls, record: AccountRecord) -> "Account":
        return cls(
            has_password=record.user.has_password,
            has_second_factor=record.user.has_second_factor,
            recovery_code_count=record.recovery_codes,
            created_at=record.user.created_at,
        )


class UserPayload(MutationPayload):
    """A user as they are now, or errors."""

    def __init__(self, *, user: User | None, errors: list[UserError]) -> None:
        raise NotImplementedError

    @classmethod
    def of(cls, record: Record) -> Self:
        return cls(user=User.of(record), errors=[])


@strawberry.type(description="The user who was made, or the reasons why not.")
class CreateUserPayload(UserPayload):
    user: User | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The user as they are now, or the reasons why nothing was changed.")
class UpdateUserPayload(UserPayload):
    user: User | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The user who was removed, or the reasons why not.")
class DeleteUserPayload(UserPayload):
    user: User | None = strawberry.field(
        description="As they were; they are nobody now. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="You, with a new password, or the reasons why not.")
class ChangePasswordPayload(UserPayload):
    user: User | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)
