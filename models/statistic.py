"""Sums by day, kept so that nobody has to count tasks."""

from tortoise import Model, fields

from models.user import User


class Statistic(Model):
    """What one user fetched on one day (UTC). `milliseconds` is time spent transferring.

    `added` are the downloads that were accepted on that day, `received` the bytes that came in,
    whatever came of them. `stored` is by how many bytes the files grew that lie there: its sum over
    all days is what they have together.
    """

    id = fields.IntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    day = fields.DateField()
    downloads = fields.BigIntField(default=0)
    failures = fields.BigIntField(default=0)
    bytes = fields.BigIntField(default=0)
    milliseconds = fields.BigIntField(default=0)
    added = fields.BigIntField(db_default=0)
    received = fields.BigIntField(db_default=0)
    stored = fields.BigIntField(db_default=0)

    class Meta:
        table = "statistics"
        unique_together = (("user_id", "day"),)
