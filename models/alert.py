"""What is wrong, or was."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Alert(Model):
    """One health issue: raised once, restored when its cause is gone.

    `rule` says what watches, `subject` what exactly is wrong (a host, an endpoint); of both
    together at most one is open, and that one has them in `open`: null is as often as it likes.
    What is about the whole server has no owner. `occurrences` counts how often the cause was seen
    while it was open.
    """

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE, null=True
    )
    rule = fields.CharField(max_length=64)
    subject = fields.CharField(max_length=128, default="")
    open = fields.CharField(max_length=200, null=True, unique=True)
    level = fields.CharField(max_length=16)
    message = fields.TextField()
    details = fields.JSONField[dict[str, object]](default=dict)
    occurrences = fields.IntField(default=1)
    raised_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    restored_at = fields.DatetimeField(null=True)
    acknowledged_at = fields.DatetimeField(null=True)
    acknowledged_by = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "alerts"
        indexes = [
            Index(fields=("owner_id", "id"), name="alerts_owner"),
            Index(fields=("restored_at", "id"), name="alerts_restored"),
        ]
