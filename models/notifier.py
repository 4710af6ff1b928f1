"""Where users want to be told about alerts."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Notifier(Model):
    """One way to reach a user. `url` is sealed: it holds what is secret of a service.

    `shown` is what may be read of it. `level` is the least that is told; `quiet_from` and
    `quiet_until` are minutes after midnight in `time_zone`; what comes within `digest_seconds` is
    told in one message. `failures` is how often it failed since it last worked; until `retry_at`,
    nothing is tried again.
    """

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=64)
    service = fields.CharField(max_length=64)
    url = fields.TextField()
    shown = fields.CharField(max_length=255)
    level = fields.CharField(max_length=16)
    tells_restored = fields.BooleanField(default=True)
    tells_others = fields.BooleanField(default=False)
    is_active = fields.BooleanField(default=True)
    quiet_from = fields.SmallIntField(null=True)
    quiet_until = fields.SmallIntField(null=True)
    time_zone = fields.CharField(max_length=64, default="UTC")
    digest_seconds = fields.IntField(default=0)
    failures = fields.IntField(default=0)
    last_error = fields.TextField(null=True)
    retry_at = fields.DatetimeField(null=True)
    last_sent_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "notifiers"
        indexes = [Index(fields=("owner_id", "id"), name="notifiers_owner")]


class Notice(Model):
    """Something that a notifier is to tell, at `due_at` or later. It goes once it was told."""

    id = fields.BigIntField(primary_key=True, generated=True)
    notifier: fields.ForeignKeyRelation[Notifier] = fields.ForeignKeyField(
        "argosy.Notifier", related_name=False, on_delete=fields.CASCADE
    )
    level = fields.CharField(max_length=16)
    title = fields.TextField()
    body = fields.TextField()
    tries = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)

    class Meta:
        table = "notices"
        indexes = [
            Index(fields=("notifier_id", "due_at"), name="notices_notifier"),
            Index(fields=("due_at",), name="notices_due"),
        ]
