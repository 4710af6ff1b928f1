"""Webhooks: what tells other programs what happens. Their secrets are shown once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from schema.types.enums import FileKind
from schema.types.errors import UserError
from schema.types.node import Node
from schema.types.payload import ERRORS, MutationPayload
from schema.types.upkeep_enums import AlertLevel, DeliveryState
from services import ids
from services.webhooks.callbacks import CallbackSecret as CallbackSecretRecord
from services.webhooks.conditions import Conditions
from services.webhooks.records import Delivery, Try
from services.webhooks.records import Webhook as Record
from services.webhooks.webhooks import NewSecret


@strawberry.type(description="Of what a webhook's events are about, what is wanted.")
class WebhookFilter:
    engines: list[str] = strawberry.field(description="Of tasks: their engines. Empty: any.")
    hosts: list[str] = strawberry.field(
        description="Of tasks: the hosts of their URLs, and those below them. Empty: any."
    )
    folder: str = strawberry.field(
        description="Of tasks: the folder that they go to, or one above it. Empty: any."
    )
    kinds: list[FileKind] = strawberry.field(
        description="Of tasks: what their files are. Empty: any."
    )
    minimum_level: AlertLevel | None = strawberry.field(
        description="Of alerts: how bad they are at least. Null: any."
    )

    @classmethod
    def of(cls, conditions: Conditions) -> "WebhookFilter":
        return cls(
            engines=list(conditions.engines),
            hosts=list(conditions.hosts),
            folder=conditions.folder,
            kinds=list(conditions.kinds),
            minimum_level=conditions.level,
        )


@strawberry.type(description="An endpoint of yours that is told what happens.")
class Webhook(Node):
    id: strawberry.ID = strawberry.field(description="`webhook_` and a UUID.")
    name: str = strawberry.field(description="To tell it from others.")
    url: str = strawberry.field(
        description="Where it is, without its path and query: those may be as good as a password."
    )
    events: list[str] = strawberry.field(
        description="What it is told: names such as `job.completed`, or `task.*`."
    )
    filter: WebhookFilter = strawberry.field(description="Of those, what it is told.")
    has_headers: bool = strawberry.field(
        description="Whether headers of your own are sent. Nobody can read them again."
    )
    is_active: bool = strawberry.field(description="Whether it is told anything now.")
    previous_secret_until: datetime | None = strawberry.field(
        description="Until then everything is signed with the secret before this one too."
    )
    failing_since: datetime | None = strawberry.field(
        description="Since when nothing was delivered. Null: all is well, or nothing was sent."
    )
    disabled_because: str | None = strawberry.field(
        description="Why the server switched it off. Null if it did not."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was changed last.")

    @classmethod
    def of(cls, webhook: Record) -> "Webhook":
        return cls(
            id=strawberry.ID(ids.show(ids.WEBHOOK, webhook.id)),
            name=webhook.name,
            url=webhook.shown_url,
            events=list(webhook.events),
            filter=WebhookFilter.of(webhook.conditions),
            has_headers=webhook.has_headers,
            is_active=webhook.is_active,
            previous_secret_until=webhook.previous_until,
            failing_since=webhook.failing_since,
            disabled_because=webhook.disabled_because,
            created_at=webhook.created_at,
            updated_at=webhook.updated_at,
        )


@strawberry.type(description="A header of a request or an answer.")
class WebhookHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value; `[hidden]` where it is your own.")


@strawberry.type(description="One try to deliver something.")
class WebhookAttempt:
    number: int = strawberry.field(description="From 1.")
    at: datetime = strawberry.field(description="When it ended.")
    milliseconds: int = strawberry.field(description="How long it took.")
    request_headers: list[WebhookHeader] = strawberry.field(
        description="What was sent beside the body. Empty where nothing was."
    )
    status: int | None = strawberry.field(description="What was answered. Null: nothing.")
    answer_headers: list[WebhookHeader] = strawberry.field(
        description="Up to 50 headers of the answer."
    )
    answer: str | None = strawberry.field(
        description="The first 4,096 bytes of the answer's body. Null: there was no answer."
    )
    error: str | None = strawberry.field(description="What was wrong, if anything.")

    @classmethod
    def of(cls, record: Try) -> "WebhookAttempt":
        return cls(
            number=record.number,
            at=record.at,
            milliseconds=record.milliseconds,
            request_headers=[
                WebhookHeader(name=n, value=v) for n, v in record.request_headers.items()
            ],
            status=record.status,
            answer_headers=[
                WebhookHeader(name=n, value=v) for n, v in record.answer_headers.items()
            ],
            answer=record.answer,
            error=record.error,
        )


@strawberry.type(description="One thing that one webhook, or the callback of a task, is told.")
class WebhookDelivery:
    id: strawberry.ID = strawberry.field(
        description="`delivery_` and a UUID; what is sent has the same UUID in `webhook-id`."
    )
    webhook_id: strawberry.ID | None = strawberry.field(
        description="Which webhook. Null where it is the callback of a task."
    )
    task_id: strawberry.ID | None = strawberry.field(
        description="The task that it is about. Null: none."
    )
    event: str = strawberry.field(description="As what it is told.")
    body: str = strawberry.field(description="What is sent, to the letter.")
    state: DeliveryState = strawberry.field(description="What has become of it.")
    tries: int = strawberry.field(description="How often it was tried.")
    created_at: datetime = strawberry.field(description="When it happened.")
    due_at: datetime | None = strawberry.field(
        description="When it is sent, unless something of the same task is before it. Null: never."
    )
    ended_at: datetime | None = strawberry.field(description="When it was delivered, or given up.")
    attempts: list[WebhookAttempt] = strawberry.field(
        description="The last 10 tries, the oldest first."
    )

    @classmethod
    def of(cls, delivery: Delivery, tries: Sequence[Try] = ()) -> "WebhookDelivery":
        return cls(
            id=strawberry.ID(ids.show(ids.DELIVERY, delivery.message)),
            webhook_id=None if delivery.is_callback else _id(ids.WEBHOOK, delivery.webhook_id),
            task_id=_id(ids.TASK, delivery.task_id),
            event=delivery.event,
            body=delivery.body,
            state=delivery.state,
            tries=delivery.tries,
            created_at=delivery.created_at,
            due_at=delivery.due_at if delivery.ended_at is None else None,
            ended_at=delivery.ended_at,
            attempts=[WebhookAttempt.of(record) for record in tries],
        )


@strawberry.type(description="With what the callbacks of your tasks are signed.")
class CallbackSecret:
    secret: str = strawberry.field(description="The secret itself.")
    previous_until: datetime | None = strawberry.field(
        description="Until then they are signed with the secret before this one too."
    )

    @classmethod
    def of(cls, record: CallbackSecretRecord) -> "CallbackSecret":
        return cls(secret=record.secret, previous_until=record.previous_until)


@strawberry.type(description="The webhook that was made, or the reasons why not.")
class CreateWebhookPayload(MutationPayload):
    webhook: Webhook | None = strawberry.field(description="Null where something is wrong.")
    secret: str | None = strawberry.field(
        description=(
            "With what everything is signed. It is shown now and never again: null where the same "
            "`idempotencyKey` made the webhook before. If it was lost, rotate it."
        )
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, made: NewSecret | Record) -> "CreateWebhookPayload":
        if isinstance(made, NewSecret):
            return cls(webhook=Webhook.of(made.webhook), secret=made.secret, errors=[])
        return cls(webhook=Webhook.of(made), secret=None, errors=[])


@strawberry.type(description="The webhook as it is now, or the reasons why nothing was changed.")
class UpdateWebhookPayload(MutationPayload):
    webhook: Webhook | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, webhook: Record) -> "UpdateWebhookPayload":
        return cls(webhook=Webhook.of(webhook), errors=[])


@strawberry.type(description="The webhook that was deleted, or the reasons why not.")
class DeleteWebhookPayload(MutationPayload):
    webhook: Webhook | None = strawberry.field(
        description="As it was; it is gone. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, webhook: Record) -> "DeleteWebhookPayload":
        return cls(webhook=Webhook.of(webhook), errors=[])


@strawberry.type(description="A new secret, or the reasons why there is none.")
class RotateWebhookSecretPayload(MutationPayload):
    webhook: Webhook | None = strawberry.field(description="Null where something is wrong.")
    secret: str | None = strawberry.field(
        description="The new one; it is shown now and never again."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, made: NewSecret) -> "RotateWebhookSecretPayload":
        return cls(webhook=Webhook.of(made.webhook), secret=made.secret, errors=[])


@strawberry.type(description="The new secret of your callbacks, or the reasons why there is none.")
class RotateCallbackSecretPayload(MutationPayload):
    callback_secret: CallbackSecret | None = strawberry.field(
        description="Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: CallbackSecretRecord) -> "RotateCallbackSecretPayload":
        return cls(callback_secret=CallbackSecret.of(record), errors=[])


@strawberry.type(description="What was put in line to be sent, or the reasons why nothing was.")
class TestWebhookPayload(MutationPayload):
    delivery: WebhookDelivery | None = strawberry.field(
        description="Look at it again to see what came of it. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, delivery: Delivery) -> "TestWebhookPayload":
        return cls(delivery=WebhookDelivery.of(delivery), errors=[])


@strawberry.type(description="What was put in line to be sent again, or the reasons why not.")
class RedeliverPayload(MutationPayload):
    delivery: WebhookDelivery | None = strawberry.field(
        description="Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, delivery: Delivery, tries: Sequence[Try]) -> "RedeliverPayload":
        return cls(delivery=WebhookDelivery.of(delivery, tries), errors=[])


def _id(word: str, value: UUID | None) -> strawberry.ID | None:
    return None if value is None else strawberry.ID(ids.show(word, value))
