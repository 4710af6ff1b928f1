"""The fields at the root about logins, and what users do with their own accounts."""

import strawberry

import resolvers.account
import resolvers.logins
from schema.types.access import Needs, Open, Reports
from schema.types.connection import Connection
from schema.types.second_factor import (
    BeginSecondFactorPayload,
    ConfirmSecondFactorPayload,
    DisableSecondFactorPayload,
    NewRecoveryCodesPayload,
)
from schema.types.session import (
    LoginPayload,
    LogoutPayload,
    RefreshLoginPayload,
    RevokeSessionPayload,
    Session,
)
from schema.types.user import (
    ChangePasswordPayload,
)
from services.access.identity import Scope
from services.errors import Unauthorized


@strawberry.type
class LoginQueries:
    sessions: Connection[Session] = strawberry.field(
        resolver=resolvers.account.sessions,
        description="Your logins, the oldest first.",
        extensions=[Needs(Scope.USERS_READ)],
    )


@strawberry.type
class LoginMutations:
    login: LoginPayload = strawberry.field(
        resolver=resolvers.logins.login,
        description="Log a program in. Browsers do that on the page `/login`, and get a cookie.",
        extensions=[Open(), Reports(LoginPayload, Unauthorized)],
    )
    refresh_login: RefreshLoginPayload = strawberry.field(
        resolver=resolvers.logins.refresh_login,
        description="Give the next tokens of a login for its newest refresh token.",
        extensions=[Open(), Reports(RefreshLoginPayload, Unauthorized)],
    )
    logout: LogoutPayload = strawberry.field(
        resolver=resolvers.account.logout,
        description="End the login that you ask with, or all of yours. Keys are left alone.",
        extensions=[Reports(LogoutPayload)],
    )
    revoke_session: RevokeSessionPayload = strawberry.field(
        resolver=resolvers.account.revoke_session,
        description=(
            "End a login, at once and for ever; what it has open is ended within a second. "
            "Administrators may end those of others."
        ),
        extensions=[Needs(Scope.USERS_WRITE), Reports(RevokeSessionPayload)],
    )
    change_password: ChangePasswordPayload = strawberry.field(
        resolver=resolvers.account.change_password,
        description="Change your password. All your logins end but the one that you ask with.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(ChangePasswordPayload)],
    )
    begin_second_factor: BeginSecondFactorPayload = strawberry.field(
        resolver=resolvers.account.begin_second_factor,
        description=(
            "Make a secret for an authenticator. It counts once `confirmSecondFactor` has shown "
            "that you have it."
        ),
        extensions=[Needs(Scope.USERS_WRITE), Reports(BeginSecondFactorPayload)],
    )
    confirm_second_factor: ConfirmSecondFactorPayload = strawberry.field(
        resolver=resolvers.account.confirm_second_factor,
        description="Switch on the second factor that was begun.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(ConfirmSecondFactorPayload)],
    )
    disable_second_factor: DisableSecondFactorPayload = strawberry.field(
        resolver=resolvers.account.disable_second_factor,
        description="Switch your second factor off.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(DisableSecondFactorPayload)],
    )
    new_recovery_codes: NewRecoveryCodesPayload = strawberry.field(
        resolver=resolvers.account.new_recovery_codes,
        description="Make ten recovery codes, in the place of those that you had.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(NewRecoveryCodesPayload)],
    )
