"""The mutations."""

import strawberry

import resolvers.account
import resolvers.changes
import resolvers.keys
import resolvers.logins
import resolvers.queue
import resolvers.speeds
import resolvers.tasks
import resolvers.users
from schema.types.access import Needs, Open, Reports
from schema.types.changes import (
    AddDownloadsPayload,
    CancelTasksPayload,
    ClearFinishedTasksPayload,
    MoveTasksPayload,
    PauseTasksPayload,
    RemoveTasksPayload,
    RestoreTasksPayload,
    ResumeTasksPayload,
    RetryTasksPayload,
    UpdateTasksPayload,
)
from schema.types.key import CreateApiKeyPayload, RevokeApiKeyPayload
from schema.types.queue import PauseQueuePayload, ResumeQueuePayload
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
)
from schema.types.speeds import SetSpeedLimitPayload, SetSpeedSchedulePayload
from schema.types.user import (
    ChangePasswordPayload,
    CreateUserPayload,
    DeleteUserPayload,
    UpdateUserPayload,
)
from services.access.identity import Scope
from services.errors import QuotaExceeded, Unauthorized


@strawberry.type(description="What can be changed.")
class Mutation:
    add_downloads: AddDownloadsPayload = strawberry.field(
        resolver=resolvers.tasks.add_downloads,
        description=(
            "Download what these URLs lead to. When this answers, the tasks survive a crash."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(AddDownloadsPayload, QuotaExceeded)],
    )
    pause_tasks: PauseTasksPayload = strawberry.field(
        resolver=resolvers.changes.pause_tasks,
        description=("Stop tasks until somebody resumes them. What has come of them is kept."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(PauseTasksPayload)],
    )
    resume_tasks: ResumeTasksPayload = strawberry.field(
        resolver=resolvers.changes.resume_tasks,
        description=("Let paused tasks wait for their turns again, each at its old place."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ResumeTasksPayload)],
    )
    cancel_tasks: CancelTasksPayload = strawberry.field(
        resolver=resolvers.changes.cancel_tasks,
        description=(
            "Stop tasks and remove what has come of them. Finished ones stay as they are."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(CancelTasksPayload)],
    )
    retry_tasks: RetryTasksPayload = strawberry.field(
        resolver=resolvers.changes.retry_tasks,
        description=(
            "Try again what failed, was cancelled or skipped, or waits to be tried again."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RetryTasksPayload)],
    )
    move_tasks: MoveTasksPayload = strawberry.field(
        resolver=resolvers.changes.move_tasks,
        description=(
            "Move tasks within the queue. One that is moved beside another takes its priority."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(MoveTasksPayload)],
    )
    update_tasks: UpdateTasksPayload = strawberry.field(
        resolver=resolvers.changes.update_tasks,
        description=(
            "Change tasks that are not finished: how urgent, from when on, how fast, and how."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(UpdateTasksPayload)],
    )
    remove_tasks: RemoveTasksPayload = strawberry.field(
        resolver=resolvers.changes.remove_tasks,
        description=(
            "Remove tasks; what is not finished is stopped. For a minute they can be restored."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RemoveTasksPayload)],
    )
    restore_tasks: RestoreTasksPayload = strawberry.field(
        resolver=resolvers.changes.restore_tasks,
        description=("Restore what was removed less than a minute ago."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(RestoreTasksPayload, QuotaExceeded)],
    )
    clear_finished_tasks: ClearFinishedTasksPayload = strawberry.field(
        resolver=resolvers.changes.clear_finished_tasks,
        description=("Remove all your finished tasks. For a minute they can be restored."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ClearFinishedTasksPayload)],
    )
    pause_queue: PauseQueuePayload = strawberry.field(
        resolver=resolvers.queue.pause_queue,
        description=(
            "Start nothing more, and put back what runs. The server is for administrators."
        ),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(PauseQueuePayload)],
    )
    resume_queue: ResumeQueuePayload = strawberry.field(
        resolver=resolvers.queue.resume_queue,
        description=("Let tasks start again. The server is for administrators."),
        extensions=[Needs(Scope.TASKS_WRITE), Reports(ResumeQueuePayload)],
    )
    set_speed_limit: SetSpeedLimitPayload = strawberry.field(
        resolver=resolvers.speeds.set_speed_limit,
        description="Set or lift a speed limit. It holds at once, for what is running too.",
        extensions=[Needs(Scope.TASKS_WRITE), Reports(SetSpeedLimitPayload)],
    )
    set_speed_schedule: SetSpeedSchedulePayload = strawberry.field(
        resolver=resolvers.speeds.set_speed_schedule,
        description="Set the hours in which other speed limits hold, such as those of the night.",
        extensions=[Needs(Scope.TASKS_WRITE), Reports(SetSpeedSchedulePayload)],
    )
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
    create_user: CreateUserPayload = strawberry.field(
        resolver=resolvers.users.create_user,
        description="Make a user. For administrators.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(CreateUserPayload)],
    )
    update_user: UpdateUserPayload = strawberry.field(
        resolver=resolvers.users.update_user,
        description="Change a user; the last administrator stays one. For administrators.",
        extensions=[Needs(Scope.USERS_WRITE), Reports(UpdateUserPayload)],
    )
    delete_user: DeleteUserPayload = strawberry.field(
        resolver=resolvers.users.delete_user,
        description=(
            "Remove a user, with all their logins, keys and tasks; what is not finished is "
            "stopped. Their finished files stay. For administrators."
        ),
        extensions=[Needs(Scope.USERS_WRITE), Reports(DeleteUserPayload)],
    )
