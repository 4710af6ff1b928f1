"""What users asked for."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Task(Model):
    """One thing a user asked for; this row is the truth about it.

    `attempt` is the fencing token: a worker's writes carry the attempt it claimed.
    `revision` grows with every change of state, so that snapshots can be put in order.
    `options` holds what differs from the usual; `secrets` is sealed, and once nobody needs it
    empty: null is where there never was any.
    `progress_mark` is how many bytes there were when the count of failures last began anew.
    `active_ms` is how long its attempts took together, the waiting between them left out.

    Its place in the queue of its owner is by `priority`, the greatest first, then by `position`,
    the least first. `is_due` says that it may be started; where it is false, it may be from
    `due_at` on. `host` and `kind` are of its URL and its name, `fingerprint` is the same for the
    same download. `callback` is the sealed URL that is told of its end. What is removed
    (`removed_at`) is kept for a moment, for those who regret it; `restored_at` is when they did.
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
    host = fields.TextField(default="")
    kind = fields.CharField(max_length=16, null=True)
    fingerprint = fields.CharField(max_length=32, default="")
    priority = fields.SmallIntField(default=0)
    position = fields.BigIntField(default=0)
    is_due = fields.BooleanField(default=True)
    is_group = fields.BooleanField(default=False)
    claimed_at = fields.DatetimeField(null=True)
    removed_at = fields.DatetimeField(null=True)
    removal_id = fields.UUIDField(null=True)
    removed_from = fields.CharField(max_length=16, null=True)
    removes_files = fields.BooleanField(default=False)
    callback = fields.TextField(null=True)
    restored_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tasks"
        # The migration that made them says of which rows each is.
        indexes = [
            Index(fields=("owner_id", "id"), name="tasks_owner"),
            Index(fields=("owner_id", "state", "id"), name="tasks_owner_state"),
            Index(fields=("owner_id", "host", "id"), name="tasks_owner_host"),
            Index(fields=("owner_id", "kind", "id"), name="tasks_owner_kind"),
            Index(fields=("owner_id", "finished_at", "id"), name="tasks_owner_finished"),
            Index(fields=("owner_id", "name", "id"), name="tasks_owner_name"),
            Index(fields=("owner_id", "total", "id"), name="tasks_owner_size"),
            Index(fields=("owner_id", "is_due", "priority", "position", "id"), name="tasks_queue"),
            Index(
                fields=("owner_id", "is_due", "host", "priority", "position", "id"),
                name="tasks_queue_host",
            ),
            Index(fields=("owner_id", "fingerprint"), name="tasks_done"),
            Index(fields=("state", "id"), name="tasks_state"),
            Index(fields=("owner_id", "host"), name="tasks_running"),
            Index(fields=("due_at",), name="tasks_later"),
            Index(fields=("removed_at", "id"), name="tasks_removed"),
            Index(fields=("removal_id", "id"), name="tasks_removal"),
        ]
