"""Facts that happened."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Event(Model):
    """A numbered fact. `seq` grows in the order of commits: no reader sees 2 before 1.

    What is about the whole server has no owner, and what is about no task no `task_id`.
    """

    seq = fields.BigIntField(primary_key=True, generated=True)
    owner: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE, null=True
    )
    task_id = fields.UUIDField(null=True)
    kind = fields.CharField(max_length=32)
    data = fields.JSONField[dict[str, object]]()
    at = fields.DatetimeField()

    class Meta:
        table = "events"
        indexes = [
            Index(fields=("owner_id", "seq"), name="events_owner"),
            Index(fields=("task_id", "seq"), name="events_task"),
            Index(fields=("kind", "seq"), name="events_of_no_task"),  # of those without a task
        ]
