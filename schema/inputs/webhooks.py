"""What is asked of webhooks."""

from datetime import timedelta

import strawberry

from schema.inputs.options import HeaderInput
from schema.types.enums import FileKind
from schema.types.upkeep_enums import AlertLevel, DeliveryState
from services import ids
from services.webhooks.conditions import Conditions
from services.webhooks.deliveries import DeliveryFilter
from services.webhooks.wishes import WebhookChange, WebhookWish

EVENTS = (
    "Up to 50 names, and at least one, such as `job.completed`, or all of a kind: `task.*`, "
    "`job.*`, `download.*`, `alert.*`, `backup.*`, `account.*`."
)
HEADERS = (
    "Up to 20 headers of your own, of 8,000 letters together. They are kept sealed. Not `Host`, "
    "`User-Agent`, `Content-…`, `Webhook-…`, or what says how the message is sent."
)
CHOSEN = (
    "16 to 256 ASCII letters; behind `whsec_` stand 16 to 64 bytes in base64. Null: a new one is "
    "made."
)
DAY = 86_400


@strawberry.input(description="Of what a webhook's events are about, what is wanted.")
class WebhookFilterInput:
    engines: list[str] = strawberry.field(
        default_factory=list, description="Up to 50 engines of tasks, such as `http`."
    )
    hosts: list[str] = strawberry.field(
        default_factory=list,
        description="Up to 50 hosts of the URLs of tasks; those below them are wanted too.",
    )
    folder: str = strawberry.field(
        default="", description="Of tasks: the folder that they go to, or one above it."
    )
    kinds: list[FileKind] = strawberry.field(
        default_factory=list, description="Up to 50: what the files of tasks are."
    )
    minimum_level: AlertLevel | None = strawberry.field(
        default=None, description="Of alerts: how bad they are at least."
    )

    def conditions(self) -> Conditions:
        return Conditions(
            tuple(self.engines),
            tuple(self.hosts),
            self.folder,
            tuple(self.kinds),
            self.minimum_level,
        )


@strawberry.input(description="A webhook to make.")
class CreateWebhookInput:
    url: str = strawberry.field(
        description="An http or https URL of up to 2,048 letters. It is kept sealed."
    )
    events: list[str] = strawberry.field(description=EVENTS)
    name: str = strawberry.field(default="", description="Up to 64 letters.")
    secret: str | None = strawberry.field(default=None, description=CHOSEN)
    headers: list[HeaderInput] = strawberry.field(default_factory=list, description=HEADERS)
    filter: WebhookFilterInput | None = strawberry.field(
        default=None, description="Null: everything is wanted."
    )
    is_active: bool = strawberry.field(default=True, description="Whether it is told anything.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "1 to 255 letters of your own. The same sent again with it within 24 hours makes no "
            "second webhook, and gives the first one without its secret; something else is a "
            "`CONFLICT`."
        ),
    )

    def wish(self) -> WebhookWish:
        return WebhookWish(
            url=self.url,
            events=self.events,
            name=self.name,
            secret=self.secret,
            headers=[(header.name, header.value) for header in self.headers],
            conditions=self.filter.conditions() if self.filter else Conditions(),
            is_active=self.is_active,
        )


@strawberry.input(description="What to change of a webhook; what is null stays as it is.")
class UpdateWebhookInput:
    id: strawberry.ID = strawberry.field(description="`webhook_…`; a bare UUID is taken too.")
    url: str | None = strawberry.field(default=None, description="Another URL.")
    events: list[str] | None = strawberry.field(default=None, description=EVENTS)
    name: str | None = strawberry.field(default=None, description="Up to 64 letters.")
    headers: list[HeaderInput] | None = strawberry.field(
        default=None, description="Up to 20, in the place of all that there are; empty is none."
    )
    filter: WebhookFilterInput | None = strawberry.field(
        default=None, description="In the place of the one that there is."
    )
    is_active: bool | None = strawberry.field(
        default=None,
        description=(
            "False: nothing is told any more, and what waits is cancelled. True: it begins anew, "
            "and its alert is restored."
        ),
    )

    def change(self) -> WebhookChange:
        headers = self.headers
        return WebhookChange(
            url=self.url,
            events=self.events,
            name=self.name,
            headers=None if headers is None else [(each.name, each.value) for each in headers],
            conditions=self.filter.conditions() if self.filter else None,
            is_active=self.is_active,
        )


@strawberry.input(description="A webhook.")
class WebhookInput:
    id: strawberry.ID = strawberry.field(description="`webhook_…`; a bare UUID is taken too.")


@strawberry.input(description="A webhook that is to have a new secret.")
class RotateWebhookSecretInput:
    id: strawberry.ID = strawberry.field(description="`webhook_…`; a bare UUID is taken too.")
    secret: str | None = strawberry.field(default=None, description=CHOSEN)
    overlap_seconds: int = strawberry.field(
        default=DAY,
        description="For so long everything is signed with both, 0 to 604,800.",
    )

    def overlap(self) -> timedelta:
        return timedelta(seconds=self.overlap_seconds)


@strawberry.input(description="A new secret for the callbacks of your tasks.")
class RotateCallbackSecretInput:
    secret: str | None = strawberry.field(default=None, description=CHOSEN)
    overlap_seconds: int = strawberry.field(
        default=DAY,
        description="For so long everything is signed with both, 0 to 604,800.",
    )

    def overlap(self) -> timedelta:
        return timedelta(seconds=self.overlap_seconds)


@strawberry.input(description="Something that is to be sent again.")
class RedeliverInput:
    id: strawberry.ID = strawberry.field(description="`delivery_…`; a bare UUID is taken too.")


@strawberry.input(description="Which deliveries; what is null is all.")
class WebhookDeliveryFilter:
    webhook_id: strawberry.ID | None = strawberry.field(
        default=None, description="To this webhook."
    )
    task_id: strawberry.ID | None = strawberry.field(default=None, description="About this task.")
    event: str | None = strawberry.field(default=None, description="Of this name.")
    states: list[DeliveryState] | None = strawberry.field(
        default=None, description="Up to 20: what has become of them."
    )

    def wanted(self) -> DeliveryFilter:
        webhook, task = self.webhook_id, self.task_id
        return DeliveryFilter(
            None if webhook is None else ids.read(ids.WEBHOOK, webhook, field="filter.webhookId"),
            None if task is None else ids.read(ids.TASK, task, field="filter.taskId"),
            self.event,
            self.states,
        )
