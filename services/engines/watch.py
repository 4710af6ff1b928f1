"""Patience with one stream of bytes, and where it ends."""

from services.engines.options import Patience
from services.errors import ErrorCode, FetchFailed

SILENCE_SECONDS = 60.0
# Whoever sends less than that, byte by byte, keeps a place from others that are quicker.
CREEP_BYTES = 4096
CREEP_SECONDS = 60.0


class Watch:
    """Loses patience with a server that is silent or creeps. Our own pauses do not count."""

    def __init__(self, patience: Patience) -> None:
        self.silence = patience.silence or SILENCE_SECONDS  # seconds between two chunks
        self._least = max(CREEP_BYTES, int(patience.lowest_speed * CREEP_SECONDS))
        self._waited = 0.0
        self._came = 0

    def count(self, came: int, waited: float) -> None:
        """Take `came` bytes that were waited for; raise `FetchFailed` where they are too few."""
        self._came += came
        self._waited += waited
        if self._waited < CREEP_SECONDS:
            return
        if self._came < self._least:
            message = f"Less than {self._least} bytes came within {CREEP_SECONDS:.0f} seconds."
            raise FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)
        self._came, self._waited = 0, 0.0

    def silent(self) -> FetchFailed:
        """Return the failure that a silent server is."""
        message = f"Nothing came for {self.silence:g} seconds."
        return FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)
