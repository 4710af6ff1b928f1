"""Sums by host and engine, kept so that nobody has to count tasks."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.user import User


class Transfer(Model):
    """What one user fetched from one host with one engine on one day (UTC).

    Of a user's hosts beyond the most that are counted apart in a day, the sum is that of the host
    `""`.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    day = fields.DateField()
    engine = fields.CharField(max_length=16)
    host = fields.CharField(max_length=255)
    downloads = fields.BigIntField(default=0)
    failures = fields.BigIntField(default=0)
    bytes = fields.BigIntField(default=0)
    milliseconds = fields.BigIntField(default=0)

    class Meta:
        table = "transfers"
        unique_together = (("user_id", "day", "engine", "host"),)
        indexes = [Index(fields=("day",), name="transfers_day")]
