"""Finished files."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.task import Task


class File(Model):
    """One finished file of a task. `path` is relative to the download folder.

    `etag` and `modified_at` are what the server said of it.
    """

    id = fields.UUIDField(primary_key=True)
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField(
        "argosy.Task", related_name=False, on_delete=fields.CASCADE
    )
    name = fields.TextField()
    path = fields.TextField()
    size = fields.BigIntField()
    sha256 = fields.CharField(max_length=64, null=True)
    etag = fields.TextField(null=True)
    modified_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "files"
        indexes = [Index(fields=("task_id", "id"), name="files_task")]
