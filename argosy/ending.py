"""The signals that ask the server to end, from its first moment on."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Self

import structlog

END_SECONDS = 9.0
MOST_TIMES = 2  # that the server is asked, the second time to wait for no client

log = structlog.get_logger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def leave_when_asked() -> None:
    """End the process with status 0 at a signal: nothing is open yet that needs closing."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: os._exit(0))


def leave(status: int) -> None:
    """End the process at once, whatever its threads still do."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


class Ending:
    """Notes that somebody wants the server to end, and tells who has asked to be told.

    Whoever is starting something looks at `is_wanted` between two steps. What does not come to
    its end in time, or is asked twice in vain, is cut off: the next start finds everything that
    was acknowledged, as it does after `kill -9`.
    """

    def __init__(self) -> None:
        self._times = 0
        self._tell: Callable[[], None] | None = None
        self._patience = threading.Timer(END_SECONDS, self._cut_off)
        self._patience.daemon = True

    @property
    def is_wanted(self) -> bool:
        """Whether a signal has come."""
        return self._times > 0

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._patience.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def tell(self, listener: Callable[[], None]) -> None:
        """Call `listener` for each signal from now on, and for one that has come already."""
        self._tell = listener
        if self.is_wanted:
            listener()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._times += 1
        if self._times == 1:
            self._patience.start()
        elif self._tell is None or self._times > MOST_TIMES:
            self._cut_off()
        if self._tell is not None:
            self._tell()

    def _cut_off(self) -> None:
        log.warning("server.cut_off")
        leave(0)
