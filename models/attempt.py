"""How often tasks were tried, and what came of it."""

from tortoise import Model, fields

from models.task import Task


class Attempt(Model):
    """One attempt at a task that is over; `number` is the task's `attempt` while it ran.

    `outcome` is the state that it led to; `received` is how many bytes there were in the end.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField(
        "argosy.Task", related_name=False, on_delete=fields.CASCADE
    )
    number = fields.IntField()
    outcome = fields.CharField(max_length=16)
    error_code = fields.CharField(max_length=32, null=True)
    error_message = fields.TextField(null=True)
    received = fields.BigIntField()
    started_at = fields.DatetimeField()
    ended_at = fields.DatetimeField()

    class Meta:
        table = "attempts"
        unique_together = (("task_id", "number"),)
