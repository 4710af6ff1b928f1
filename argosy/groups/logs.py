"""What is logged, and how much of it is kept."""

from pydantic import BaseModel, Field

from services.logs.levels import LogLevel


class LogSettings(BaseModel):
    """The log of the server."""

    log_level: LogLevel = Field(default=LogLevel.INFO, description="What to log.")
    log_file_size: int = Field(
        default=10_000_000,
        ge=200_000,
        le=10_000_000_000,
        description="Bytes of one file of the log.",
    )
    log_files: int = Field(
        default=5,
        ge=0,
        le=1000,
        description="How many files of the log are kept; 0 writes none.",
    )
