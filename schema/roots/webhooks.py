"""The fields at the root about webhooks."""

import strawberry

import resolvers.webhooks
from schema.types.access import Needs, Reports
from schema.types.connection import Connection
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
from services.access.identity import Scope

READ, WRITE = Needs(Scope.WEBHOOKS_READ), Needs(Scope.WEBHOOKS_WRITE)


@strawberry.type
class WebhookQueries:
    webhooks: Connection[Webhook] = strawberry.field(
        resolver=resolvers.webhooks.webhooks,
        description="Your webhooks, the newest first.",
        extensions=[READ],
    )
    webhook: Webhook | None = strawberry.field(
        resolver=resolvers.webhooks.webhook,
        description="A webhook of yours.",
        extensions=[READ],
    )
    webhook_deliveries: Connection[WebhookDelivery] = strawberry.field(
        resolver=resolvers.webhooks.webhook_deliveries,
        description="What your webhooks and callbacks are told, the newest first.",
        extensions=[READ],
    )
    callback_secret: CallbackSecret | None = strawberry.field(
        resolver=resolvers.webhooks.callback_secret,
        description=(
            "With what the callbacks of your tasks are signed. Null until you have added a "
            "download with a `callbackUrl`, or made a secret with `rotateCallbackSecret`."
        ),
        extensions=[WRITE],
    )


@strawberry.type
class WebhookMutations:
    create_webhook: CreateWebhookPayload = strawberry.field(
        resolver=resolvers.webhooks.create_webhook,
        description="Make a webhook, up to 50 of them. Its secret is shown once.",
        extensions=[WRITE, Reports(CreateWebhookPayload)],
    )
    update_webhook: UpdateWebhookPayload = strawberry.field(
        resolver=resolvers.webhooks.update_webhook,
        description="Change a webhook, switch it off, or on again.",
        extensions=[WRITE, Reports(UpdateWebhookPayload)],
    )
    delete_webhook: DeleteWebhookPayload = strawberry.field(
        resolver=resolvers.webhooks.delete_webhook,
        description="Delete a webhook, and all that was told to it or waits for it.",
        extensions=[WRITE, Reports(DeleteWebhookPayload)],
    )
    rotate_webhook_secret: RotateWebhookSecretPayload = strawberry.field(
        resolver=resolvers.webhooks.rotate_webhook_secret,
        description="Give a webhook a new secret. For a while, both sign what is sent.",
        extensions=[WRITE, Reports(RotateWebhookSecretPayload)],
    )
    rotate_callback_secret: RotateCallbackSecretPayload = strawberry.field(
        resolver=resolvers.webhooks.rotate_callback_secret,
        description="Give the callbacks of your tasks a new secret.",
        extensions=[WRITE, Reports(RotateCallbackSecretPayload)],
    )
    test_webhook: TestWebhookPayload = strawberry.field(
        resolver=resolvers.webhooks.test_webhook,
        description="Send `webhook.test` to a webhook, to see whether it listens.",
        extensions=[WRITE, Reports(TestWebhookPayload)],
    )
    redeliver: RedeliverPayload = strawberry.field(
        resolver=resolvers.webhooks.redeliver,
        description="Send something again, now, with the `webhook-id` that it had.",
        extensions=[WRITE, Reports(RedeliverPayload)],
    )
