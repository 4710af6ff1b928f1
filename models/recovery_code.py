"""What stands in for a second factor that was lost."""

from tortoise import Model, fields

from models.user import User


class RecoveryCode(Model):
    """A code that logs in once. `digest` is its SHA-256 in hex, with the user's id before it."""

    id = fields.BigIntField(primary_key=True, generated=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "argosy.User", related_name=False, on_delete=fields.CASCADE
    )
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "recovery_codes"
        unique_together = (("user_id", "digest"),)
