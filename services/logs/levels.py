"""How important a line of the log is, and from which level on lines are kept."""

import logging
from enum import StrEnum
from typing import Any

SUCCESS_WORD = "success"  # in a line; what structlog's own words are called, they call it too
FOREIGN = ("uvicorn.error", "asyncio", "tortoise", "aiosqlite", "asyncpg", "aioftp", "asyncssh")


class LogLevel(StrEnum):
    """What is logged, from all to little."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"

    @property
    def number(self) -> int:
        """The number that Python's own logging has for it."""
        return NUMBERS[self]


NUMBERS = {
    LogLevel.DEBUG: logging.DEBUG,
    LogLevel.INFO: logging.INFO,
    LogLevel.SUCCESS: 25,
    LogLevel.WARNING: logging.WARNING,
    LogLevel.ERROR: logging.ERROR,
    LogLevel.CRITICAL: logging.CRITICAL,
}


def level_of(number: int) -> LogLevel:
    """Return the level that a number of Python's logging is at, or just above."""
    return next((level for level in reversed(LogLevel) if number >= level.number), LogLevel.DEBUG)


def tell_success(log: Any, event: str, **fields: object) -> None:
    """Log that something has gone well: a level that structlog does not have."""
    log.info(event, level=SUCCESS_WORD, **fields)


def set_threshold(level: LogLevel) -> None:
    """Keep lines from `level` on, in this process; of the libraries, warnings and above."""
    logging.getLogger().setLevel(level.number)
    # The libraries tell more than an operator wants to know.
    for name in FOREIGN:
        logging.getLogger(name).setLevel(max(logging.WARNING, level.number))


def threshold() -> LogLevel:
    """Return from which level on lines are kept."""
    return level_of(logging.getLogger().getEffectiveLevel())
