"""Fields about webhooks."""

from typing import Annotated

import strawberry

from schema.inputs.webhooks import (
    CreateWebhookInput,
    RedeliverInput,
    RotateCallbackSecretInput,
    RotateWebhookSecretInput,
    UpdateWebhookInput,
    WebhookDeliveryFilter,
    WebhookInput,
)
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.webhook import (
    CallbackSecret,
    CreateWebhookPayload,
    DeleteWebhookPayload,
    RedeliverPayload,
    RotateCallbackSecretPayload,
    RotateWebhookSecretPayload,
    TestWebhookPayload,
    UpdateWebhookPayload,
    Webhook,
    WebhookDelivery,
)
from services import ids
from services.webhooks.deliveries import DeliveryFilter

Filter = Annotated[
    WebhookDeliveryFilter | None, strawberry.argument(description="Which deliveries.")
]
WebhookId = Annotated[
    strawberry.ID, strawberry.argument(description="`webhook_…`; a bare UUID is taken too.")
]


async def webhooks(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None
) -> Connection[Webhook]:
    service, identity = info.context.services.webhooks, info.context.identity
    return connect(
        await service.page(identity, first=check_first(first), after=after),
        Webhook.of,
        preceded=lambda: service.has_before(identity, after),
        counted=lambda: service.count(identity),
    )


async def webhook(info: ContextInfo, id: WebhookId) -> Webhook | None:
    key = ids.read(ids.WEBHOOK, id, field="id")
    return Webhook.of(await info.context.services.webhooks.get(info.context.identity, key))


async def webhook_deliveries(
    info: ContextInfo, filter: Filter = None, first: First = DEFAULT_PAGE, after: After = None
) -> Connection[WebhookDelivery]:
    service, identity = info.context.services.deliveries, info.context.identity
    wanted = filter.wanted() if filter else DeliveryFilter()
    page = await service.page(identity, wanted, first=check_first(first), after=after)
    tries = await service.tries([delivery.number for delivery in page.items])
    return connect(
        page,
        lambda delivery: WebhookDelivery.of(delivery, tries.get(delivery.number, ())),
        preceded=lambda: service.has_before(identity, wanted, after),
        counted=lambda: service.count(identity, wanted),
    )


async def callback_secret(info: ContextInfo) -> CallbackSecret | None:
    found = await info.context.services.callbacks.secret(info.context.identity)
    return None if found is None else CallbackSecret.of(found)


async def create_webhook(
    info: ContextInfo,
    input: Annotated[CreateWebhookInput, strawberry.argument(description="Where, and what.")],
) -> CreateWebhookPayload:
    service, identity = info.context.services.webhooks, info.context.identity
    made = await service.create(identity, input.wish(), input.idempotency_key)
    return CreateWebhookPayload.of(made)


async def update_webhook(
    info: ContextInfo,
    input: Annotated[UpdateWebhookInput, strawberry.argument(description="Which, and how.")],
) -> UpdateWebhookPayload:
    service, identity = info.context.services.webhooks, info.context.identity
    key = ids.read(ids.WEBHOOK, input.id, field="id")
    return UpdateWebhookPayload.of(await service.update(identity, key, input.change()))


async def delete_webhook(
    info: ContextInfo,
    input: Annotated[WebhookInput, strawberry.argument(description="Which.")],
) -> DeleteWebhookPayload:
    service, identity = info.context.services.webhooks, info.context.identity
    key = ids.read(ids.WEBHOOK, input.id, field="id")
    return DeleteWebhookPayload.of(await service.delete(identity, key))


async def rotate_webhook_secret(
    info: ContextInfo,
    input: Annotated[RotateWebhookSecretInput, strawberry.argument(description="Which.")],
) -> RotateWebhookSecretPayload:
    service, identity = info.context.services.webhooks, info.context.identity
    key = ids.read(ids.WEBHOOK, input.id, field="id")
    made = await service.rotate_secret(identity, key, input.secret, input.overlap())
    return RotateWebhookSecretPayload.of(made)


async def rotate_callback_secret(
    info: ContextInfo,
    input: Annotated[RotateCallbackSecretInput, strawberry.argument(description="How.")],
) -> RotateCallbackSecretPayload:
    service, identity = info.context.services.callbacks, info.context.identity
    made = await service.rotate(identity, input.secret, input.overlap())
    return RotateCallbackSecretPayload.of(made)


async def test_webhook(
    info: ContextInfo,
    input: Annotated[WebhookInput, strawberry.argument(description="Which.")],
) -> TestWebhookPayload:
    service, identity = info.context.services.deliveries, info.context.identity
    key = ids.read(ids.WEBHOOK, input.id, field="id")
    return TestWebhookPayload.of(await service.test(identity, key))


async def redeliver(
    info: ContextInfo,
    input: Annotated[RedeliverInput, strawberry.argument(description="What.")],
) -> RedeliverPayload:
    service, identity = info.context.services.deliveries, info.context.identity
    key = ids.read(ids.DELIVERY, input.id, field="id")
    delivery = await service.redeliver(identity, key)
    tries = await service.tries([delivery.number])
    return RedeliverPayload.of(delivery, tries.get(delivery.number, ()))
