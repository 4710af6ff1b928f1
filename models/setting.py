"""What the server remembers about itself."""

from tortoise import Model, fields


class Setting(Model):
    """One remembered value."""

    key = fields.CharField(max_length=64, primary_key=True)
    value = fields.JSONField[object]()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "settings"
