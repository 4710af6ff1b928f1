"""Logins: of browsers, by a cookie, and of programs, by a token that renews itself."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Session(Model):
    """A login that lasts. `digest` is the SHA-256 in hex of the cookie, or of the refresh token.

    A refresh token is renewed with each use; `digest` is then that of the newest one.
    """

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=16)
    digest = fields.CharField(max_length=64, unique=True)
    scopes = fields.JSONField[list[str]]()
    address = fields.CharField(max_length=64)
    agent = fields.CharField(max_length=256)
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "sessions"
        indexes = [
            Index(fields=("user_id", "id"), name="sessions_user"),
            Index(fields=("expires_at",), name="sessions_expiry"),
        ]
