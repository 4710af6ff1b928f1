"""Webhooks: what each caller is answered. They are their owner's alone, whoever else asks."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.access.identity import Scope
from services.ids import DELIVERY, WEBHOOK, new_id, show
from services.store.store import Transaction
from services.webhooks.outbox import INSERT
from services.webhooks.seals import Seals
from services.webhooks.webhooks import NewSecret
from services.webhooks.wishes import WebhookWish
from tests.contracts.ownership.answers import (
    Absent,
    Expected,
    Forbidden,
    Nobody,
    Nothing,
    Own,
    Sees,
)
from tests.contracts.ownership.rows import Ask, Row, Values, World
from tests.contracts.ownership.things import identity

READ, WRITE = Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE
NOWHERE = "http://127.0.0.1:9/"  # may not be reached: nothing leaves the machine


async def make_webhook(world: World) -> UUID:
    """Give the owner a webhook and return its id."""
    word, container = world.owner.name, world.argosy.container
    wish = WebhookWish(url=f"https://{word}.example/", events=["account.*"], name=word)
    made = await container.services.webhooks.create(await identity(world), wish)
    assert isinstance(made, NewSecret)
    webhook_id = made.webhook.id
    url = await Seals(container._sealer).seal_url(webhook_id, NOWHERE)

    async def write(transaction: Transaction) -> None:
        await transaction.execute("UPDATE webhooks SET url = ? WHERE id = ?", url, webhook_id)

    await container._store.write(write)
    world.traces.append(show(WEBHOOK, webhook_id))
    return webhook_id


async def make_delivery(world: World) -> str:
    """Give the owner something that was delivered and return its id."""
    webhook_id, message, owner = await make_webhook(world), new_id(), world.owner
    now, body = datetime.now(UTC), f'{{"a": "{owner.name}"}}'
    what = (message, webhook_id, owner.id, None, "account.a", body, None)

    async def write(transaction: Transaction) -> None:
        await transaction.execute(INSERT, *what, "DELIVERED", now, now)
        await transaction.execute(
            "UPDATE webhook_deliveries SET ended_at = ? WHERE message = ?", now, message
        )

    await world.argosy.container._store.write(write)
    delivery = show(DELIVERY, message)
    world.traces.append(delivery)
    return delivery


async def a_webhook(world: World) -> Values:
    return {"id": show(WEBHOOK, await make_webhook(world))}


async def webhooks(world: World) -> Values:
    await make_webhook(world)
    return {"first": 5}


async def deliveries(world: World) -> Values:
    await make_delivery(world)
    return {"first": 5}


async def a_secret(world: World) -> Values:
    secret = f"secret-of-{world.owner.name}"
    await world.argosy.container.services.callbacks.rotate(
        await identity(world), secret, timedelta()
    )
    world.traces.append(secret)
    return {}


def about_webhook(**more: object) -> Ask:
    """Return what asks about a webhook of the owner."""

    async def ask(world: World) -> Values:
        return {"input": {**await a_webhook(world), **more}}

    return ask


async def about_delivery(world: World) -> Values:
    return {"input": {"id": await make_delivery(world)}}


async def new_webhook(world: World) -> Values:
    url = f"https://{world.word}.example/"
    return {"input": {"url": url, "events": ["task.*"], "name": world.word, "isActive": False}}


async def new_secret(world: World) -> Values:
    return {"input": {"secret": f"a-secret-of-{world.word}"}}


def own(field: str, ask: Ask, *, owner: Expected, other: Expected) -> Row:
    """Return the row of a mutation that knows only what is the caller's."""
    return Row(
        field=f"Mutation.{field}", scope=WRITE, ask=ask,
        owner=owner, other=other, admin=other, anonymous=Nobody(), unscoped=Forbidden(WRITE),
    )  # fmt: skip


WEBHOOK_QUERIES = [
    Row(
        field="Query.webhooks", scope=READ, ask=webhooks,
        owner=Sees(), other=Own(figures=(("webhooks.totalCount", 0),)),
        admin=Own(figures=(("webhooks.totalCount", 0),)),
        anonymous=Nobody(), unscoped=Forbidden(READ),
    ),
    Row(
        field="Query.webhook", scope=READ, ask=a_webhook,
        owner=Sees(), other=Absent(), admin=Absent(), anonymous=Nobody(),
        unscoped=Forbidden(READ),
    ),
    Row(
        field="Query.node", about="a webhook", on="Webhook", scope=READ, ask=a_webhook,
        owner=Sees(), other=Nothing(), admin=Nothing(), anonymous=Nobody(),
        unscoped=Forbidden(READ),
    ),
    Row(
        field="Query.webhookDeliveries", scope=READ, ask=deliveries,
        owner=Sees(), other=Own(figures=(("webhookDeliveries.totalCount", 0),)),
        admin=Own(figures=(("webhookDeliveries.totalCount", 0),)),
        anonymous=Nobody(), unscoped=Forbidden(READ),
    ),
    Row(
        field="Query.callbackSecret", scope=WRITE, ask=a_secret,
        owner=Sees(), other=Nothing(), admin=Nothing(), anonymous=Nobody(),
        unscoped=Forbidden(WRITE),
    ),
]  # fmt: skip
WEBHOOK_MUTATIONS = [
    own("createWebhook", new_webhook, owner=Sees(), other=Own()),
    own("updateWebhook", about_webhook(name="new"), owner=Sees(), other=Absent()),
    own("deleteWebhook", about_webhook(), owner=Sees(), other=Absent()),
    own("testWebhook", about_webhook(), owner=Sees(), other=Absent()),
    own("rotateWebhookSecret", about_webhook(), owner=Sees(), other=Absent()),
    own("rotateCallbackSecret", new_secret, owner=Sees(), other=Own()),
    own("redeliver", about_delivery, owner=Sees(), other=Absent()),
]
