"""How other programs are told what happens."""

from pydantic import BaseModel, Field


class WebhookSettings(BaseModel):
    """Bounds of what is sent, and of what is remembered of it."""

    webhook_timeout: float = Field(
        default=10,
        ge=1,
        le=60,
        allow_inf_nan=False,
        description="How many seconds a receiver of webhooks has to answer.",
    )
    webhook_concurrency: int = Field(
        default=32, ge=1, le=1000, description="How many deliveries are sent at once."
    )
    webhook_concurrency_per_endpoint: int = Field(
        default=8, ge=1, le=100, description="How many of them to the same webhook."
    )
    webhook_log_days: float = Field(
        default=14,
        gt=0,
        le=3650,
        allow_inf_nan=False,
        description="How many days deliveries that have ended are kept.",
    )
    webhook_log_entries: int = Field(
        default=100_000,
        ge=1,
        le=100_000_000,
        description="How many of the newest deliveries are kept at most.",
    )
