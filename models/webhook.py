"""Who else is told what happens, and what came of telling them."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Webhook(Model):
    """An endpoint of a user. Its URL, secrets and headers are sealed; `shown` is of the URL what
    may be seen. Where the URL is empty, it stands for the callbacks of its owner's tasks.

    `events` are patterns such as `task.*`. Until `previous_until`, what is sent is signed with
    `previous_secret` too. `failing_since` is when it last began to fail; `disabled_because` is set
    where the server switched it off.
    """

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=64, default="")
    url = fields.TextField()
    shown = fields.TextField(default="")
    events = fields.JSONField[list[str]]()
    conditions = fields.JSONField[dict[str, object]](default=dict)
    headers = fields.TextField(null=True)
    secret = fields.TextField()
    previous_secret = fields.TextField(null=True)
    previous_until = fields.DatetimeField(null=True)
    is_active = fields.BooleanField(default=True)
    failing_since = fields.DatetimeField(null=True)
    disabled_because = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "webhooks"
        indexes = [Index(fields=("owner_id", "id"), name="webhooks_owner")]


class WebhookDelivery(Model):
    """One thing to be told to one endpoint, written with the event that it tells of.

    The callback of a task has a sealed `url` of its own. `id` grows in the order of events.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    message = fields.UUIDField(unique=True)
    webhook: fields.ForeignKeyNullableRelation[Webhook] = fields.ForeignKeyField(
        "argosy.Webhook", related_name=False, on_delete=fields.CASCADE, null=True
    )
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    task_id = fields.UUIDField(null=True)
    event = fields.CharField(max_length=48)
    body = fields.TextField()
    url = fields.TextField(null=True)
    state = fields.CharField(max_length=16)
    tries = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "webhook_deliveries"
        indexes = [
            Index(fields=("due_at", "id"), name="webhook_deliveries_due"),  # of those that wait
            # Of those too: whether something earlier of the same task is still to be told.
            Index(fields=("task_id", "webhook_id", "id"), name="webhook_deliveries_order"),
            Index(fields=("webhook_id", "id"), name="webhook_deliveries_webhook"),
            Index(fields=("owner_id", "id"), name="webhook_deliveries_owner"),
            Index(fields=("ended_at", "id"), name="webhook_deliveries_ended"),
        ]


class WebhookAttempt(Model):
    """One try to deliver: what was sent, and what was answered. Nothing in it is secret."""

    id = fields.BigIntField(primary_key=True, generated=True)
    delivery: fields.ForeignKeyRelation[WebhookDelivery] = fields.ForeignKeyField(
        "argosy.WebhookDelivery", related_name=False, on_delete=fields.CASCADE
    )
    number = fields.IntField()
    at = fields.DatetimeField()
    milliseconds = fields.IntField()
    request_headers = fields.JSONField[dict[str, str]]()
    status = fields.IntField(null=True)
    answer_headers = fields.JSONField[dict[str, str]](default=dict)
    answer = fields.TextField(null=True)
    error = fields.TextField(null=True)

    class Meta:
        table = "webhook_attempts"
        unique_together = (("delivery_id", "number"),)
