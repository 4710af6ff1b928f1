"""What can be changed, and what each caller is answered who tries."""

from collections.abc import Awaitable, Callable

from services.access.identity import Scope
from tests.contracts.ownership.answers import (
    Absent,
    Expected,
    Forbidden,
    Nobody,
    Own,
    Refused,
    Sees,
)
from tests.contracts.ownership.rows import Ask, Row, Values, World
from tests.contracts.ownership.things import (
    FAR,
    make_key,
    make_notifier,
    open_session,
    plant,
    raise_alert,
    remove,
)
from tests.contracts.ownership.webhooks import WEBHOOK_MUTATIONS
from tests.integration.http.accounts import PASSWORD

TASKS = Scope.TASKS_WRITE
USERS = Scope.USERS_WRITE
ALERTS = Scope.ALERTS_WRITE
PLUGINS = Scope.PLUGINS_WRITE


def given(make: Callable[[World], Awaitable[Values]]) -> Ask:
    """Return what asks with these as the input."""

    async def ask(world: World) -> Values:
        return {"input": await make(world)}

    return ask


def with_task(state: str, **more: object) -> Ask:
    """Return what asks about a task of the owner in a state."""

    async def ids(world: World) -> Values:
        return {"ids": [await plant(world, state=state)], **more}

    return given(ids)


def plainly(**values: object) -> Ask:
    """Return what asks with the same, whoever asks."""

    async def same(_: World) -> Values:
        return values

    return given(same)


async def an_alert_by_hand(world: World) -> Values:
    return {"level": "warning", "message": world.word}


async def an_alert(world: World) -> Values:
    return {"id": await raise_alert(world)}


def about_owner(**more: object) -> Ask:
    """Return what asks about the owner, by their number."""

    async def one(world: World) -> Values:
        return {"id": world.owner.id, **more}

    return given(one)


def speed_of_owner(**more: object) -> Ask:
    """Return what asks about the speed of the owner, by their number in text."""

    async def one(world: World) -> Values:
        return {"of": "USER", "id": str(world.owner.id), **more}

    return given(one)


@given
async def downloads(world: World) -> Values:
    return {"urls": [f"https://{world.word}.example/a"], "startAt": FAR}


@given
async def removed_task(world: World) -> Values:
    return {"ids": [(await remove(world))[0]]}


@given
async def removal(world: World) -> Values:
    return {"removalId": (await remove(world))[1]}


@given
async def speed_of_a_task(world: World) -> Values:
    return {"of": "TASK", "id": await plant(world), "bytesPerSecond": 5}


@given
async def place_beside_a_task(world: World) -> Values:
    """Ask to move one's own task beside one of the owner: no anchor may be somebody else's."""
    task, anchor = await plant(world), await plant(world)
    return {"ids": [task], "to": "BEFORE", "anchor": anchor}


@given
async def finished(world: World) -> Values:
    await plant(world, state="COMPLETED", finished_at="2026-01-01T00:00:00Z")
    return {}


@given
async def new_key(world: World) -> Values:
    return {"name": world.word}


@given
async def a_key(world: World) -> Values:
    return {"id": await make_key(world)}


@given
async def new_notifier(world: World) -> Values:
    return {"name": world.word, "url": f"json://127.0.0.1:1/{world.word}"}


@given
async def a_notifier(world: World) -> Values:
    return {"id": await make_notifier(world)}


@given
async def change_of_a_notifier(world: World) -> Values:
    return {"id": await make_notifier(world), "level": "CRITICAL"}


@given
async def a_session(world: World) -> Values:
    return {"id": await open_session(world)}


@given
async def all_sessions(world: World) -> Values:
    await open_session(world)
    return {"everywhere": True}


@given
async def wrong_password(world: World) -> Values:
    return {"name": world.owner.name, "password": "not that one"}


async def a_plugin_to_switch(_: World) -> Values:
    return {"pluginName": "custom_notifier", "enabled": False}


@given
async def new_user(world: World) -> Values:
    return {"name": f"new-{world.word}"}


def about_tasks(field: str, ask: Ask, about: str = "") -> Row:
    """Return the row of a mutation that is given tasks, and shows what became of each."""
    return Row(
        field=f"Mutation.{field}", about=about, scope=TASKS, ask=ask,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    )  # fmt: skip


def for_administrators(field: str, ask: Ask, *, admin: Expected, scope: Scope = USERS) -> Row:
    """Return the row of a mutation that only administrators may call."""
    return Row(
        field=f"Mutation.{field}", scope=scope, ask=ask,
        owner=Forbidden(), other=Forbidden(), admin=admin, anonymous=Nobody(),
        unscoped=Forbidden(scope),
    )  # fmt: skip


async def the_scheduler(_: World) -> Values:
    return {"service": "scheduler"}


async def every_cache(_: World) -> Values:
    return {}


def own_account(field: str, ask: Ask, *, owner: Expected, other: Expected) -> Row:
    """Return the row of a mutation of whoever calls it, and of nobody else."""
    return Row(
        field=f"Mutation.{field}", scope=USERS, ask=ask,
        owner=owner, other=other, admin=other, anonymous=Nobody(), unscoped=Forbidden(USERS),
    )  # fmt: skip


MUTATIONS = [
    *WEBHOOK_MUTATIONS,
    Row(
        field="Mutation.triggerAlert", scope=ALERTS, ask=an_alert_by_hand,
        owner=Sees(), other=Own(), admin=Own(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Mutation.acknowledgeAlert", scope=ALERTS, ask=given(an_alert),
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Mutation.addDownloads", scope=TASKS, ask=downloads,
        owner=Sees(), other=Own(), admin=Own(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    about_tasks("pauseTasks", with_task("PAUSED")),
    about_tasks("resumeTasks", with_task("PAUSED")),
    about_tasks("cancelTasks", with_task("PAUSED")),
    about_tasks("retryTasks", with_task("FAILED")),
    about_tasks("moveTasks", with_task("PAUSED", to="TOP")),
    about_tasks("moveTasks", place_beside_a_task, "beside another"),
    about_tasks("updateTasks", with_task("PAUSED", priority="HIGH")),
    about_tasks("removeTasks", with_task("PAUSED")),
    about_tasks("restoreTasks", removed_task),
    about_tasks("restoreTasks", removal, "of a removal"),
    Row(
        field="Mutation.clearFinishedTasks", scope=TASKS, ask=finished,
        owner=Sees(shows=False, figures=(("clearFinishedTasks.count", 1),)),
        other=Own(figures=(("clearFinishedTasks.count", 0),)),
        admin=Own(figures=(("clearFinishedTasks.count", 0),)),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Mutation.setLogLevel", scope=Scope.CONFIG_WRITE, ask=plainly(level="WARNING"),
        owner=Forbidden(), other=Forbidden(), admin=Sees(shows=False), anonymous=Nobody(),
        unscoped=Forbidden(Scope.CONFIG_WRITE),
    ),
    Row(
        field="Mutation.pauseQueue", scope=TASKS, ask=plainly(of="USER"),
        owner=Sees(shows=False), other=Own(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Mutation.pauseQueue", about="of the server", scope=TASKS, ask=plainly(of="SERVER"),
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Mutation.resumeQueue", scope=TASKS, ask=plainly(of="USER"),
        owner=Sees(shows=False), other=Own(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Mutation.resumeQueue", about="of the server", scope=TASKS, ask=plainly(of="SERVER"),
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Mutation.setSpeedLimit", about="of a user", scope=TASKS,
        ask=speed_of_owner(bytesPerSecond=5),
        owner=Sees(shows=False), other=Forbidden(), admin=Sees(shows=False), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    about_tasks("setSpeedLimit", speed_of_a_task, "of a task"),
    Row(
        field="Mutation.setSpeedLimit", about="of the server", scope=TASKS,
        ask=plainly(of="SERVER", bytesPerSecond=5_000_000),
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Mutation.setSpeedSchedule", about="of a user", scope=TASKS,
        ask=speed_of_owner(windows=[]),
        owner=Sees(shows=False), other=Forbidden(), admin=Sees(shows=False), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Mutation.setSpeedSchedule", about="of the server", scope=TASKS,
        ask=plainly(of="SERVER", windows=[]),
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    own_account("createApiKey", new_key, owner=Sees(), other=Own()),
    Row(
        field="Mutation.revokeApiKey", scope=USERS, ask=a_key,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(USERS),
    ),
    Row(
        field="Mutation.createNotifier", scope=ALERTS, ask=new_notifier,
        owner=Sees(), other=Own(), admin=Own(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Mutation.updateNotifier", scope=ALERTS, ask=change_of_a_notifier,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Mutation.deleteNotifier", scope=ALERTS, ask=a_notifier,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Mutation.testNotifier", about="whose address is refused", scope=ALERTS,
        ask=a_notifier,
        owner=Refused("FORBIDDEN_ADDRESS"), other=Absent(), admin=Refused("FORBIDDEN_ADDRESS"),
        anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Mutation.login", about="with a wrong password", scope=None, ask=wrong_password,
        owner=Absent("UNAUTHORIZED"), other=Absent("UNAUTHORIZED"), admin=Absent("UNAUTHORIZED"),
        anonymous=Absent("UNAUTHORIZED"), unscoped=Absent("UNAUTHORIZED"),
    ),
    Row(
        field="Mutation.refreshLogin", about="with a wrong token", scope=None,
        ask=plainly(refreshToken="x" * 43),
        owner=Refused("UNAUTHORIZED"), other=Refused("UNAUTHORIZED"),
        admin=Refused("UNAUTHORIZED"), anonymous=Refused("UNAUTHORIZED"),
        unscoped=Refused("UNAUTHORIZED"),
    ),
    own_account("logout", all_sessions, owner=Sees(shows=False), other=Own()),
    Row(
        field="Mutation.revokeSession", scope=USERS, ask=a_session,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(USERS),
    ),
    own_account(
        "changePassword", plainly(oldPassword=PASSWORD, newPassword="another horse battery"),
        owner=Sees(), other=Own(),
    ),
    own_account("beginSecondFactor", plainly(password=PASSWORD), owner=Sees(), other=Own()),
    own_account(
        "confirmSecondFactor", plainly(code="000000"),
        owner=Refused("CONFLICT"), other=Refused("CONFLICT"),
    ),
    own_account(
        "disableSecondFactor", plainly(password=PASSWORD), owner=Sees(), other=Own()
    ),
    own_account(
        "newRecoveryCodes", plainly(password=PASSWORD),
        owner=Refused("CONFLICT"), other=Refused("CONFLICT"),
    ),
    for_administrators("createUser", new_user, admin=Own()),
    for_administrators("updateUser", about_owner(isActive=False), admin=Sees()),
    for_administrators("deleteUser", about_owner(), admin=Sees()),
    Row(
        field="Mutation.togglePlugin", scope=PLUGINS, ask=a_plugin_to_switch,
        owner=Forbidden(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(PLUGINS),
    ),
    Row(
        field="Mutation.updatePluginSettings", scope=PLUGINS,
        ask=plainly(name="custom_notifier", settings={"events": []}),
        owner=Forbidden(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(PLUGINS),
    ),
    for_administrators(
        "updateConfiguration", plainly(maxConcurrentDownloads=7), admin=Own(),
        scope=Scope.CONFIG_WRITE,
    ),
    for_administrators("clearCache", every_cache, admin=Own(), scope=Scope.CONFIG_WRITE),
    for_administrators("restartService", the_scheduler, admin=Own(), scope=Scope.CONFIG_WRITE),
]  # fmt: skip
