"""Who did what, from where, when, to what."""

from tortoise import Model, fields
from tortoise.indexes import Index


class AuditEntry(Model):
    """Something that somebody did, or tried. It outlives them: nothing here refers to a row.

    `credential` tells with what (`key argosy_Ab3dEf`), `outcome` is `OK` or a code of errors.
    `targets` are ids as users see them; `details` is what changed, and never a secret.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    at = fields.DatetimeField()
    actor_id = fields.IntField(null=True)
    actor_name = fields.CharField(max_length=64)
    credential = fields.CharField(max_length=96)
    address = fields.CharField(max_length=64)
    action = fields.CharField(max_length=64)
    outcome = fields.CharField(max_length=32)
    targets = fields.JSONField[list[str]]()
    details = fields.JSONField[dict[str, object]]()
    request_id = fields.CharField(max_length=64)

    class Meta:
        table = "audit_entries"
        indexes = [
            Index(fields=("actor_id", "id"), name="audit_entries_actor"),
            Index(fields=("action", "id"), name="audit_entries_action"),
            Index(fields=("at",), name="audit_entries_at"),
        ]
