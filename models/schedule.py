"""What is to be done at its time, by one of all servers."""

from tortoise import Model, fields


class Schedule(Model):
    """When a job runs next, and how it went last. Whoever holds the lease does it."""

    name = fields.CharField(max_length=64, primary_key=True)
    next_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    last_at = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)

    class Meta:
        table = "schedules"
