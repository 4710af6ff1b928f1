"""What the server remembers about plugins."""

from tortoise import Model, fields


class Plugin(Model):
    """The state of one plugin, by its name. What is secret in `settings` is sealed.

    `crashes` counts since it was last switched on; `disabled_because` is set where the server
    switched it off. `state` is the plugin's own. `permissions` are those that were granted when it
    was switched on last.
    """

    name = fields.CharField(max_length=64, primary_key=True)
    is_enabled = fields.BooleanField(default=False)
    settings = fields.JSONField[dict[str, object]](default=dict)
    state = fields.JSONField[dict[str, object]](default=dict)
    permissions = fields.JSONField[list[str]](default=list)
    crashes = fields.IntField(default=0)
    last_error = fields.TextField(null=True)
    last_crashed_at = fields.DatetimeField(null=True)
    disabled_because = fields.TextField(null=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "plugins"
