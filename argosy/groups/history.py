"""How much is kept of what happened."""

from pydantic import BaseModel, Field


class HistorySettings(BaseModel):
    """Bounds of the logs that stand in the database."""

    event_log_days: float = Field(
        default=7,
        gt=0,
        le=3650,
        allow_inf_nan=False,
        description="How many days events are kept.",
    )
    event_log_entries: int = Field(
        default=1_000_000, ge=1, le=1_000_000_000, description="How many events are kept at most."
    )
    audit_days: float = Field(
        default=365,
        gt=0,
        le=36_500,
        allow_inf_nan=False,
        description="How many days the audit log is kept.",
    )
