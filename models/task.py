"""What users asked for."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Task(Model):
    """One thing a user asked for; this row is the truth about it.

    `attempt` is the fencing token: a worker's writes carry the attempt it claimed.
    `revision` grows with every change of state, so that snapshots can be put in order.
    `options` holds what differs from the usual; `secrets` is sealed, and gone once nobody needs it.
    `progress_mark` is how many bytes there were when the count of failures last began anew.
    `active_ms` is how long its attempts took together, the waiting between them left out.
    """

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    engine = fields.CharField(max_length=16)
    url = fields.TextField()
    folder = fields.TextField(default="")
    name = fields.TextField(default="")
    state = fields.CharField(max_length=16)
    phase = fields.CharField(max_length=16, null=True)
    revision = fields.IntField(default=0)
    attempt = fields.IntField(default=0)
    failures = fields.IntField(default=0)
    worker = fields.CharField(max_length=36, null=True)
    lease_until = fields.DatetimeField(null=True)
    due_at = fields.DatetimeField()
    received = fields.BigIntField(default=0)
    progress_mark = fields.BigIntField(default=0)
    total = fields.BigIntField(null=True)
    active_ms = fields.BigIntField(default=0)
    error_code = fields.CharField(max_length=32, null=True)
    error_message = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)
    options = fields.JSONField[dict[str, object]](default=dict)
    secrets = fields.TextField(null=True)

    class Meta:
        table = "tasks"
        indexes = [
            Index(fields=("state", "due_at", "id"), name="tasks_state_due"),
            Index(fields=("owner_id", "id"), name="tasks_owner"),
        ]
