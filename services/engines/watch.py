"""Patience with a server: how long an attempt may take, and how slow it may be."""

from services.engines.engine import Job
from services.engines.options import Patience
from services.errors import ErrorCode, FetchFailed

SILENCE_SECONDS = 60.0
# Whoever sends less than that, byte by byte, keeps a place from others that are quicker.
CREEP_BYTES = 4096
CREEP_SECONDS = 60.0
SHARED = 64  # tasks among which a limit may have to be shared


def silence(patience: Patience) -> float:
    """Return for how many seconds a server may be silent."""
    return patience.silence or SILENCE_SECONDS


def silent(seconds: float) -> FetchFailed:
    """Return the failure that a server is which was silent for so long."""
    message = f"Nothing came for {seconds:g} seconds."
    return FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)


class Watch:
    """The limits on one attempt: how long it may take, and how slow it may be."""

    def __init__(self, job: Job) -> None:
        self._patience = job.options.patience
        self._rates = job.rates
        self.until: float | None = None  # on the loop's clock
        self._window = (0.0, 0)

    def begin(self, now: float, received: int) -> None:
        """Start to count."""
        if self.until is None and self._patience.total is not None:
            self.until = now + self._patience.total
        self._window = now, received

    def look(self, now: float, received: int) -> FetchFailed | None:
        """Return what a limit that was overstepped means."""
        if self.until is not None and now > self.until:
            return self.late()
        began, before = self._window
        if now - began < CREEP_SECONDS:
            return None
        self._window = now, received
        least = max(CREEP_BYTES, round(self._patience.lowest_speed * CREEP_SECONDS))
        limits = [rate.limit for rate in self._rates if rate.limit]
        if limits:  # of the server's limit or the owner's, a task may get but a part
            least = min(CREEP_BYTES, round(min(limits) * CREEP_SECONDS / SHARED))
        if received - before >= least:
            return None
        message = f"Less than {least} bytes came within {CREEP_SECONDS:.0f} seconds."
        return FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)

    def late(self) -> FetchFailed:
        """Return the failure that an attempt is which takes too long."""
        message = f"The download took longer than {self._patience.total or 0:g} seconds."
        return FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)
