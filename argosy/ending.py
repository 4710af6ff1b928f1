"""The signals that ask the server to end, from its first moment on."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def leave_when_asked() -> None:
    """End the process with status 0 at a signal: nothing is open yet that needs closing."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: os._exit(0))


def leave(status: int) -> None:
    """End the process at once, whatever its threads still do: all that matters is closed."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


class Ending:
    """Notes that somebody wants the server to end, and tells who has asked to be told.

    Whoever is starting something looks at `is_wanted` between two steps.
    """

    is_wanted = False

    def __init__(self) -> None:
        self._tell: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def tell(self, listener: Callable[[], None]) -> None:
        """Call `listener` for each signal from now on, and for one that has come already."""
        self._tell = listener
        if self.is_wanted:
            listener()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.is_wanted = True
        self._tell()
