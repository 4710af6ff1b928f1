"""The files of tasks."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.task import Task


class File(Model):
    """One file of a task. `path` is relative to the download folder, empty until it lies there.

    Those of a group are there from its beginning, each with its `url`; others come when they are
    finished. `position` is their order. `etag` and `modified_at` are what the server said.
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
    url = fields.TextField(null=True)
    position = fields.IntField(default=0)
    state = fields.CharField(max_length=16, default="COMPLETED")
    error_code = fields.CharField(max_length=32, null=True)
    error_message = fields.TextField(null=True)

    class Meta:
        table = "files"
        # The migration that made them says of which rows each is.
        indexes = [
            Index(fields=("task_id", "position", "id"), name="files_task_position"),
            Index(fields=("path",), name="files_of_groups"),
        ]
