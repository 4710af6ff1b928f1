"""What is asked of one's own account, and of those who log in."""

import strawberry

from schema.inputs.users import PASSWORD
from services.access.logins.programs import Credentials

OWN = "Your password, to show that it is you."


@strawberry.input(description="What a program logs in with.")
class LoginInput:
    name: str = strawberry.field(description="The user's name.")
    password: str = strawberry.field(description="The user's password.")
    code: str | None = strawberry.field(
        default=None,
        description=(
            "Where there is a second factor: a code of the authenticator, or a recovery code."
        ),
    )
    scopes: list[str] | None = strawberry.field(
        default=None,
        description=(
            "Up to 50 of what the tokens may be used for, such as `tasks:read`; null is all."
        ),
    )

    def given(self) -> Credentials:
        return Credentials(self.name, self.password, self.code, self.scopes)


@strawberry.input(description="What renews a login.")
class RefreshLoginInput:
    refresh_token: str = strawberry.field(description="The newest one, which was never used.")


@strawberry.input(description="What to end.")
class LogoutInput:
    everywhere: bool = strawberry.field(
        default=False, description="Whether all your logins end, and not only this one."
    )


@strawberry.input(description="A login to end.")
class RevokeSessionInput:
    id: strawberry.ID = strawberry.field(description="`session_…`; a bare UUID is taken too.")


@strawberry.input(description="Another password for yourself.")
class ChangePasswordInput:
    old_password: str = strawberry.field(description="The one that you have.")
    new_password: str = strawberry.field(description=PASSWORD)


@strawberry.input(description="Who wants a second factor.")
class BeginSecondFactorInput:
    password: str = strawberry.field(description=OWN)


@strawberry.input(description="The first code of an authenticator.")
class ConfirmSecondFactorInput:
    code: str = strawberry.field(description="Six digits.")


@strawberry.input(description="Who wants no second factor any more.")
class DisableSecondFactorInput:
    password: str = strawberry.field(description=OWN)


@strawberry.input(description="Who wants other recovery codes.")
class NewRecoveryCodesInput:
    password: str = strawberry.field(description=OWN)
