"""Second factors. What is secret is shown once."""

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.user import User, UserPayload
from services.access.logins.second_factor import Proposal

CODES = (
    "Ten codes, each good for one login. They are not shown again. Null where something is wrong."
)


@strawberry.type(description="A secret for an authenticator, or the reasons why there is none.")
class BeginSecondFactorPayload(MutationPayload):
    secret: str | None = strawberry.field(
        description="To type into an authenticator. Null where something is wrong."
    )
    uri: str | None = strawberry.field(
        description="`otpauth://…`, which opens an authenticator. Null where something is wrong."
    )
    qr_code: str | None = strawberry.field(
        description="The same as a picture to scan (SVG). Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, proposal: Proposal) -> "BeginSecondFactorPayload":
        return cls(secret=proposal.secret, uri=proposal.uri, qr_code=proposal.picture, errors=[])


@strawberry.type(description="It is switched on, or the reasons why not.")
class ConfirmSecondFactorPayload(MutationPayload):
    recovery_codes: list[str] | None = strawberry.field(description=CODES)
    errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="New recovery codes, or the reasons why the old ones stay.")
class NewRecoveryCodesPayload(MutationPayload):
    recovery_codes: list[str] | None = strawberry.field(description=CODES)
    errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="You, without a second factor, or the reasons why not.")
class DisableSecondFactorPayload(UserPayload):
    user: User | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)
