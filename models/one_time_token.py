"""Tokens that are taken once, and soon: to set up, for a socket, for a second factor."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class OneTimeToken(Model):
    """A token that is gone when it is used. `digest` is its SHA-256 in hex.

    `data` is what whoever made it has to know again when it is used.
    """

    digest = fields.CharField(max_length=64, primary_key=True)
    kind = fields.CharField(max_length=16)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    data = fields.JSONField[dict[str, object]]()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "one_time_tokens"
        indexes = [Index(fields=("expires_at",), name="one_time_tokens_expiry")]
