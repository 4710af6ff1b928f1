"""Requests that are answered once, however often they are sent."""

from tortoise import Model, fields

from models.user import User


class Request(Model):
    """A request with a key of its client's, and what it was answered.

    `fingerprint` is the SHA-256 of what was asked, in hex: another body with the same key is no
    repetition.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    key = fields.CharField(max_length=255)
    fingerprint = fields.CharField(max_length=64)
    result = fields.JSONField[object]()
    created_at = fields.DatetimeField()

    class Meta:
        table = "requests"
        unique_together = (("owner_id", "key"),)
        indexes = [("created_at",)]
