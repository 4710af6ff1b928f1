"""Who may use this server."""

from tortoise import Model, fields


class User(Model):
    """A person or program that owns tasks; the name is also their folder's name.

    `password_hash` is argon2id in its own text form; without one nobody logs in by password.
    `totp_secret` is sealed; it counts from `totp_since` on. `totp_step` is the last time step
    whose code was used: none is taken twice. `tier` names the quotas of the settings.
    Who is removed (`removed_at`) is nobody any more; the row goes with the last of their tasks.
    """

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=32, unique=True)
    role = fields.CharField(max_length=16)
    created_at = fields.DatetimeField()
    tier = fields.CharField(max_length=32, db_default="unlimited")
    is_active = fields.BooleanField(db_default=True)
    password_hash = fields.TextField(null=True)
    totp_secret = fields.TextField(null=True)
    totp_since = fields.DatetimeField(null=True)
    totp_step = fields.BigIntField(db_default=0)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "users"
