"""What can be followed, and what each caller hears first."""

from services.access.identity import Scope
from services.alerts.issues import Level
from services.ids import TASK, new_id, show
from tests.contracts.ownership.answers import Absent, Forbidden, Nobody, Own, Sees
from tests.contracts.ownership.rows import Caller, Row, Values, World
from tests.contracts.ownership.things import (
    add,
    in_an_hour,
    nothing,
    plant,
    raise_alert,
    tell,
)

TASKS = Scope.TASKS_READ
ALERTS = Scope.ALERTS_READ


async def a_task(world: World) -> Values:
    return {"taskId": await plant(world)}


async def a_running_task(world: World) -> Values:
    await plant(world, state="RUNNING", worker="one", lease_until=in_an_hour())
    return {}


async def everybodys_tasks(world: World) -> Values:
    await a_running_task(world)
    return {"everybody": True}


async def an_event_of_each(world: World) -> Values:
    """Let something happen to the owner, and then to whoever asks."""
    after = str(await world.argosy.container.services.events.end())
    await add(world, world.owners_key, world.owner.name)
    if world.caller is Caller.OTHER and world.key:
        await add(world, world.key, "plain")
    return {"after": after}


async def a_line_of_each(world: World) -> Values:
    """Log something about a task of the owner, and then about one of whoever asks."""
    book = world.argosy.container._logs.book
    after = str(book.place(book.last))
    await tell(world, world.owner, await plant(world), world.owner.name)
    if world.caller is Caller.OTHER:
        await tell(world, world.other, show(TASK, new_id()), "plain")
    return {"after": after, "level": "INFO"}


async def lines_of_a_task(world: World) -> Values:
    task = await plant(world)
    values = await a_line_of_each(world)
    await tell(world, world.owner, task, world.owner.name)
    return {**values, "taskId": task}


async def an_alert_of_each(world: World) -> Values:
    """Let something be wrong with the affairs of the owner, and then with those of whoever asks."""
    after = str(await world.argosy.container.services.events.end())
    await raise_alert(world)
    if world.caller is Caller.OTHER:
        await world.argosy.container.alerts.alerts.report(
            *("webhook.failing", "plain"),
            level=Level.WARNING, subject=world.other.name, owner_id=world.other.id,
        )  # fmt: skip
    return {"after": after}


SUBSCRIPTIONS = [
    Row(
        field="Subscription.taskProgress", scope=TASKS, ask=a_task,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Subscription.queueProgress", scope=TASKS, ask=a_running_task,
        owner=Sees(), other=Own(figures=(("queueProgress.running", 0),)),
        admin=Own(figures=(("queueProgress.running", 0),)),
        anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Subscription.queueProgress", about="of everybody", scope=TASKS,
        ask=everybodys_tasks,
        owner=Forbidden(), other=Forbidden(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Subscription.taskEvents", scope=TASKS, ask=an_event_of_each,
        owner=Sees(), other=Own(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(TASKS),
    ),
    Row(
        field="Subscription.logs", scope=Scope.LOGS_READ, ask=a_line_of_each,
        owner=Sees(), other=Own(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.LOGS_READ),
    ),
    Row(
        field="Subscription.logs", about="of a task", scope=Scope.LOGS_READ, ask=lines_of_a_task,
        owner=Sees(), other=Absent(), admin=Sees(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.LOGS_READ),
    ),
    Row(
        field="Subscription.alerts", scope=ALERTS, ask=an_alert_of_each,
        owner=Sees(), other=Own(), admin=Sees(), anonymous=Nobody(), unscoped=Forbidden(ALERTS),
    ),
    Row(
        field="Subscription.systemMetrics", scope=Scope.METRICS_READ, ask=nothing,
        owner=Sees(shows=False), other=Own(), admin=Own(), anonymous=Nobody(),
        unscoped=Forbidden(Scope.METRICS_READ),
    ),
]  # fmt: skip
