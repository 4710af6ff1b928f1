"""Access keys: only a digest of each is kept."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Key(Model):
    """An access key. `digest` is the SHA-256 of the key in hex, `prefix` its first letters.

    The scope `*` is every scope there is, and will be. `last_used_at` is right to the minute.
    """

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=64)
    prefix = fields.CharField(max_length=16)
    digest = fields.CharField(max_length=64, unique=True)
    scopes = fields.JSONField[list[str]]()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "keys"
        indexes = [Index(fields=("user_id", "id"), name="keys_user")]
