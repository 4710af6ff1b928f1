"""What the server watches, and from when on it is wrong."""

from pydantic import BaseModel, Field


class AlertSettings(BaseModel):
    """Thresholds of the rules that watch."""

    alert_interval: float = Field(
        default=30,
        ge=1,
        le=3600,
        allow_inf_nan=False,
        description="Seconds between two looks at what may be wrong.",
    )
    alert_disk_free: int = Field(
        default=5 << 30,
        ge=0,
        le=1 << 53,
        description="Bytes that are to be free on the disks of downloads and data, or a tenth of "
        "the disk where that is less; 0 is off.",
    )
    alert_memory_percent: float = Field(
        default=95,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="How much of the machine's memory in use is too much; 0 is off.",
    )
    alert_cpu_percent: float = Field(
        default=95,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="How much of the machine's processors in use is too much; 0 is off.",
    )
    alert_load_seconds: float = Field(
        default=300,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        description="For how many seconds memory or processors must have too much to do.",
    )
    alert_failed_tasks: int = Field(
        default=5,
        ge=0,
        le=100_000,
        description="How many tasks that fail one after the other are too many; 0 is off.",
    )
    alert_clock_jump: float = Field(
        default=30,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        description="How many seconds the machine's clock may jump; 0 is off.",
    )
    alert_database_errors: int = Field(
        default=3,
        ge=0,
        le=100_000,
        description="How many failures of the database within five minutes are too many; 0 is off.",
    )
    alert_days: float = Field(
        default=90,
        gt=0,
        le=3650,
        allow_inf_nan=False,
        description="How many days alerts are kept once they are restored.",
    )
