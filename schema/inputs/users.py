"""What is asked of users."""

from typing import Annotated

import strawberry

from schema.types.enums import Role
from services.access.people.people import NewUser
from services.access.people.users import Change
from services.access.quotas.tiers import UNLIMITED

PASSWORD = "10 letters at least, 1,024 bytes at most."  # noqa: S105 - a description


OfUser = Annotated[
    int | None,
    strawberry.argument(description="Those of another user, by number. For administrators."),
]


@strawberry.input(description="A user to make.")
class CreateUserInput:
    name: str = strawberry.field(
        description="Up to 32 small letters and digits, with - and _ between them. It stays."
    )
    role: Role = strawberry.field(default=Role.USER, description="What kind of user.")
    tier: str = strawberry.field(default=UNLIMITED, description="The quotas that hold for them.")
    password: str | None = strawberry.field(
        default=None, description=f"{PASSWORD} Without one they can use keys alone."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "1 to 255 letters of your own. The same sent again with it within 24 hours makes "
            "nobody else, and gives the same user; something else is a `CONFLICT`."
        ),
    )

    def wanted(self) -> NewUser:
        return NewUser(self.name, self.role, self.tier, self.password)


@strawberry.input(description="A user to change, and in what. What is null stays as it is.")
class UpdateUserInput:
    id: int = strawberry.field(description="The user's number.")
    role: Role | None = strawberry.field(default=None, description="What kind of user.")
    tier: str | None = strawberry.field(
        default=None, description="The quotas that hold for them from now on."
    )
    is_active: bool | None = strawberry.field(
        default=None,
        description="False logs them out everywhere, and no key of theirs works until it is true.",
    )
    password: str | None = strawberry.field(
        default=None,
        description=f"A new one: {PASSWORD} It logs them out everywhere. Your own is changed with "
        "`changePassword`.",
    )
    reset_second_factor: bool = strawberry.field(
        default=False, description="True forgets it, for somebody who has lost it."
    )

    def change(self) -> Change:
        return Change(role=self.role, tier=self.tier, is_active=self.is_active)


@strawberry.input(description="A user to remove.")
class DeleteUserInput:
    id: int = strawberry.field(description="The user's number.")
