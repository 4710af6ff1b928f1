"""What can be asked, and what each caller is answered."""

from services.access.identity import Scope
from services.tasks.limits.speeds import Limited
from tests.contracts.ownership.answers import Absent, Forbidden, Nobody, Nothing, Own, Sees
from tests.contracts.ownership.rows import Row, Values, World
from tests.contracts.ownership.things import (
    FAR,
    add,
    fetch_much,
    identity,
    in_an_hour,
    make_key,
    make_notifier,
    nothing,
    open_session,
    plant,
    plant_file,
    raise_alert,
    remove,
    tell,
)
from tests.contracts.ownership.webhooks import WEBHOOK_QUERIES

TASKS = Scope.TASKS_READ
ALERTS = Scope.ALERTS_READ
USERS = Scope.USERS_READ
ALERTS = Scope.ALERTS_READ
NOTHING_USED = (("viewer.quota.storedBytes.used", 0), ("viewer.quota.tasksAtOnce.used", 0))


async def some_tasks(world: World) -> Values:
    await plant(world)
    return {"first": 5}


async def tasks_of_the_owner(world: World) -> Values:
    await plant(world)
    return {"first": 5, "filter": {"ownerId": world.owner.id}}


async def a_task(world: World) -> Values:
    return {"id": await plant(world)}


async def a_file(world: World) -> Values:
    return {"id": await plant_file(world)}


async def ids_of_a_task(world: World) -> Values:
    return {"ids": [await plant(world)]}


async def ids_of_a_file(world: World) -> Values:
    return {"ids": [await plant_file(world)]}


async def alerts(world: World) -> Values:
    await raise_alert(world)
    return {}


async def an_alert(world: World) -> Values:
    return {"id": await raise_alert(world)}


async def ids_of_an_alert(world: World) -> Values:
    return {"ids": [await raise_alert(world)]}


async def a_task_by_its_older_name(world: World) -> Values:
    return {"taskId": await plant(world)}


async def events(world: World) -> Values:
    await add(world, world.owners_key, world.owner.name)
    return {"first": 5}


async def events_of_a_task(world: World) -> Values:
    task = await add(world, world.owners_key, world.owner.name)
    world.traces.append(task)
    return {"first": 5, "filter": {"taskId": task}}


async def sums(world: World) -> Values:
    await plant(world)
    await fetch_much(world, 7)
    return {}


async def sums_of_the_owner(world: World) -> Values:
    await fetch_much(world, 7)
    return {"userId": world.owner.id}


async def a_busy_queue(world: World) -> Values:
    await plant(world, state="RUNNING", worker="one", lease_until=in_an_hour())
    await plant(world, state="PENDING", due_at=FAR, is_due=False)
    return {}


async def a_speed_limit(world: World) -> Values:
    speeds, owner = world.argosy.container.services.speeds, await identity(world)
    await speeds.set(owner, Limited.USER, str(world.owner.id), 4242)
    return {}


async def an_entry(world: World) -> Values:
    await remove(world)
    return {"first": 5}


async def lines(world: World) -> Values:
    await a_line(world)
    return {"first": 5}


async def a_line(world: World) -> Values:
    await tell(world, world.owner, await plant(world), world.owner.name)
    return {}


async def keys(world: World) -> Values:
    await make_key(world)
    return {"first": 5}


async def keys_of_the_owner(world: World) -> Values:
    await make_key(world)
    return {"first": 5, "userId": world.owner.id}


async def notifiers(world: World) -> Values:
    await make_notifier(world)
    return {"first": 5}


async def notifiers_of_the_owner(world: World) -> Values:
    await make_notifier(world)
    return {"first": 5, "userId": world.owner.id}


async def sessions(world: World) -> Values:
    await open_session(world)
    return {"first": 5}


async def sessions_of_the_owner(world: World) -> Values:
    await open_session(world)
    return {"first": 5, "userId": world.owner.id}


async def users(_: World) -> Values:
    return {"first": 100}


QUERIES = [
    *WEBHOOK_QUERIES,
    Row(
        field="Query.viewer", scope=None, ask=sums,
        owner=Sees(figures=(("viewer.quota.storedBytes.used", 7),)),
        other=Own(figures=NOTHING_USED), admin=Own(figures=NOTHING_USED),
        anonymous=Nobody(),
        unscoped=Sees(figures=(("viewer.quota.tasksAtOnce.used", 1),)),
    ),
    Row(
        field="Query.status", scope=None, ask=sums,
        owner=Sees(shows=False, figures=(("status.activeTasks", 1), ("status.totalDownloads", 7))),
        other=Own(figures=(("status.activeTasks", 0), ("status.totalDownloads", 0))),
        admin=Sees(shows=False),
        anonymous=Nobody(),
        unscoped=Sees(shows=False, figures=(("status.activeTasks", 1),)),
    ),
    Row(
        field="Query.rateLimit", scope=None, ask=nothing,
        owner=Sees(shows=False), other=Own(), admin=Own(), anonymous=Nobody(),
        unscoped=Sees(shows=False),
    ),
    Row(
        field="Query.task", scope=TASKS, ask=a_task,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.tasks", scope=TASKS, ask=some_tasks,
        owner=Sees(), other=Own(figures=(("tasks.totalCount", 0),)), admin=Sees(),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.tasks", about="of another user", scope=TASKS, ask=tasks_of_the_owner,
        owner=Forbidden(), other=Forbidden(), admin=Sees(),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.node", about="task", on="Task", scope=TASKS, ask=a_task,
        owner=Sees(), other=Nothing(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.node", about="file", on="File", scope=TASKS, ask=a_file,
        owner=Sees(), other=Nothing(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.nodes", about="task", on="Task", scope=TASKS, ask=ids_of_a_task,
        owner=Sees(), other=Nothing(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.nodes", about="file", on="File", scope=TASKS, ask=ids_of_a_file,
        owner=Sees(), other=Nothing(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.node", about="alert", on="Alert", scope=ALERTS, ask=an_alert,
        owner=Sees(), other=Nothing(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Query.nodes", about="alert", on="Alert", scope=ALERTS, ask=ids_of_an_alert,
        owner=Sees(), other=Nothing(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Query.taskEvents", scope=TASKS, ask=events,
        owner=Sees(), other=Own(figures=(("taskEvents.totalCount", 0),)), admin=Sees(),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.taskEvents", about="of a task", scope=TASKS, ask=events_of_a_task,
        owner=Sees(), other=Own(figures=(("taskEvents.totalCount", 0),)), admin=Sees(),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.taskStatus", scope=TASKS, ask=a_task_by_its_older_name,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.queue", scope=TASKS, ask=a_busy_queue,
        owner=Sees(shows=False, figures=(("queue.running", 1), ("queue.waiting", 1))),
        other=Own(figures=(("queue.running", 0), ("queue.waiting", 0))),
        admin=Own(figures=(("queue.running", 0), ("queue.waiting", 0))),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.downloadStats", scope=TASKS, ask=sums,
        owner=Sees(shows=False, figures=(("downloadStats.todayDownloads", 7),)),
        other=Own(figures=(("downloadStats.todayDownloads", 0),)),
        admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.statistics", scope=TASKS, ask=sums,
        owner=Sees(shows=False, figures=(("statistics.sums.downloads", 7),)),
        other=Own(figures=(("statistics.sums.downloads", 0),)),
        admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.statistics", about="of another user", scope=TASKS, ask=sums_of_the_owner,
        owner=Sees(shows=False, figures=(("statistics.sums.downloads", 7),)), other=Forbidden(),
        admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.speedLimits", scope=TASKS, ask=a_speed_limit,
        owner=Sees(shows=False, figures=(("speedLimits.own", 4242),)),
        other=Own(figures=(("speedLimits.own", None),)),
        admin=Own(figures=(("speedLimits.own", None),)),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Query.logs", scope=Scope.LOGS_READ, ask=lines,
        owner=Sees(), other=Own(figures=(("logs.totalCount", 0),)), admin=Sees(),
        anonymous=Nobody(), unscoped=Forbidden(Scope.LOGS_READ),
    ),
    Row(
        field="Query.loggerStats", scope=Scope.LOGS_READ, ask=a_line,
        owner=Forbidden(), other=Forbidden(), admin=Sees(shows=False), anonymous=Nobody(),
        unscoped=Forbidden(Scope.LOGS_READ),
    ),
    Row(
        field="Query.auditLog", scope=Scope.AUDIT_READ, ask=an_entry,
        owner=Forbidden(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.AUDIT_READ),
    ),
    Row(
        field="Query.plugins", scope=Scope.PLUGINS_WRITE, ask=nothing,
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.PLUGINS_WRITE),
    ),
    Row(
        field="Query.installedPlugins", scope=Scope.PLUGINS_WRITE, ask=nothing,
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.PLUGINS_WRITE),
    ),
    Row(
        field="Query.alertSummary", scope=ALERTS, ask=alerts,
        owner=Sees(figures=(("alertSummary.totalAlerts", 1),)),
        other=Own(figures=(("alertSummary.totalAlerts", 0),)),
        admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Query.alerts", scope=ALERTS, ask=alerts,
        owner=Sees(), other=Own(figures=(("alerts.totalCount", 0),)), admin=Sees(),
        anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Query.apiKeys", scope=USERS, ask=keys,
        owner=Sees(), other=Own(figures=(("apiKeys.totalCount", 1),)), admin=Own(),
        anonymous=Nobody(), unscoped=Forbidden(USERS),
    ),
    Row(
        field="Query.apiKeys", about="of another user", scope=USERS, ask=keys_of_the_owner,
        owner=Sees(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(USERS),
    ),
    Row(
        field="Query.notifiers", scope=ALERTS, ask=notifiers,
        owner=Sees(), other=Own(figures=(("notifiers.totalCount", 0),)), admin=Own(),
        anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Query.notifiers", about="of another user", scope=ALERTS,
        ask=notifiers_of_the_owner,
        owner=Sees(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Query.sessions", scope=USERS, ask=sessions,
        owner=Sees(), other=Own(figures=(("sessions.totalCount", 0),)), admin=Own(),
        anonymous=Nobody(), unscoped=Forbidden(USERS),
    ),
    Row(
        field="Query.sessions", about="of another user", scope=USERS, ask=sessions_of_the_owner,
        owner=Sees(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(USERS),
    ),
    Row(
        field="Query.users", scope=USERS, ask=users,
        owner=Forbidden(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(USERS),
    ),
    Row(
        field="Query.configuration", scope=Scope.CONFIG_READ, ask=nothing,
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.CONFIG_READ),
    ),
    Row(
        field="Query.services", scope=Scope.CONFIG_READ, ask=nothing,
        owner=Forbidden(), other=Forbidden(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.CONFIG_READ),
    ),
]  # fmt: skip
