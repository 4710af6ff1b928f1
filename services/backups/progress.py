"""How far the backup or restore is that is going on, for all who watch."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.clock import Clock
from services.events.bus import Channel

BOARD = UUID(int=0)  # there is one for the whole server


class Operation(StrEnum):
    """What is going on."""

    BACKUP = "backup"
    RESTORE = "restore"


class Phase(StrEnum):
    """What is being done, in this order; the last two are ends."""

    CHECKING = "checking"  # that an archive is whole
    COPYING = "copying"  # the database
    READING = "reading"  # rows out of the copy
    PACKING = "packing"  # the archive
    EXTRACTING = "extracting"  # an archive
    LOADING = "loading"  # rows into a new database
    SWAPPING = "swapping"  # the new for the old
    COMPLETED = "completed"
    FAILED = "failed"


ENDS = frozenset({Phase.COMPLETED, Phase.FAILED})


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """How far a backup or restore is. `percent` is of all of it and never shrinks.

    `message` is what was wrong with one that failed.
    """

    operation: Operation
    phase: Phase
    percent: float
    filename: str | None
    message: str | None
    at: datetime


class ProgressBoard:
    """Shows the newest progress. It lives in the process of the server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channel: Channel[BackupProgress] = Channel()
        self._newest: BackupProgress | None = None

    @property
    def newest(self) -> BackupProgress | None:
        """What was shown last, be it going on or over; None before the first."""
        return self._newest

    def show(
        self,
        operation: Operation,
        phase: Phase,
        percent: float,
        *,
        filename: str | None = None,
        message: str | None = None,
    ) -> None:
        """Show how far `operation` is. From the thread of the event loop."""
        at = self._clock.now()
        self._newest = BackupProgress(operation, phase, percent, filename, message, at)
        self._channel.publish(BOARD, self._newest)

    async def follow(self) -> AsyncGenerator[BackupProgress, None]:
        """Yield what is shown, if anything was, and then the newest whenever there is a newer."""
        with self._channel.follow(BOARD) as feed:
            if self._newest is not None:
                feed.offer(self._newest)
            async with aclosing(feed.values()) as values:
                async for value in values:
                    yield value
