"""How much was logged."""

from tortoise import Model, fields


class LogCount(Model):
    """How many lines were logged at one level, since the beginning."""

    level = fields.CharField(max_length=16, primary_key=True)
    count = fields.BigIntField(default=0)

    class Meta:
        table = "log_counts"
