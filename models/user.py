"""Who may use this server."""

from tortoise import Model, fields


class User(Model):
    """A person or program that owns tasks; the name is also their folder's name."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=32, unique=True)
    role = fields.CharField(max_length=16)
    created_at = fields.DatetimeField()

    class Meta:
        table = "users"
