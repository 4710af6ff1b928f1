"""When backups are made, where they lie, and which are kept."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_settings import NoDecode

OFF = "off"
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def _time_of_day(value: object) -> object:
    """Read `02:30`, or `off`."""
    if not isinstance(value, str):
        return value
    if value.strip().lower() == OFF:
        return None
    if not (found := TIME.fullmatch(value.strip())):
        message = f"a time such as 02:30 is needed, or {OFF}"
        raise ValueError(message)
    return time(int(found[1]), int(found[2]))


class BackupSettings(BaseModel):
    """Backups of the database and the settings."""

    backup_dir: Path | None = Field(
        default=None,
        description="Folder for backups. Default: `backups` in the data folder.",
    )
    backup_time: Annotated[time | None, NoDecode, BeforeValidator(_time_of_day)] = Field(
        default=time(2, 30),
        description="When a backup is made each day, by the clock of the server's machine; `off` "
        "for never.",
    )
    backup_keep_last: int = Field(
        default=7,
        ge=1,
        le=10_000,
        description="How many of the newest backups of the schedule are kept.",
    )
    backup_keep_daily: int = Field(
        default=7,
        ge=0,
        le=10_000,
        description="Of how many days that have one the newest backup of the schedule is kept.",
    )
    backup_keep_weekly: int = Field(
        default=4,
        ge=0,
        le=10_000,
        description="Of how many weeks that have one the newest backup of the schedule is kept.",
    )
