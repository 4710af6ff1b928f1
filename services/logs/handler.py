"""Where Python's logging ends: lines as JSON, given to whoever keeps them.

What is logged before somebody keeps lines waits here, within a bound.
"""

import logging
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

MOST_EARLY = 1000  # lines

Take = Callable[[int, str], None]  # the number of a level, and the line as JSON


class LogHandler(logging.Handler):
    """Gives each line on, in order, from whichever thread it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 0
        self._early: deque[tuple[int, str]] = deque(maxlen=MOST_EARLY)
        self._take: Take | None = None

    def attach(self, take: Take) -> None:
        """Give lines to `take` from now on, and first those that came before."""
        with self._held():
            while self._early:
                take(*self._early.popleft())
            self._take = take

    def detach(self) -> None:
        """Keep what comes now for the next one."""
        with self._held():
            self._take = None

    def _held(self) -> AbstractContextManager[object]:
        return self.lock or nullcontext()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            if self._take is None:
                self._early.append((record.levelno, text))
            else:
                self._take(record.levelno, text)
        except Exception:  # noqa: BLE001 - whoever logs must not fail because of it
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        # Python would print the line as it is, with all that is secret in it.
        self.failures += 1


def installed() -> LogHandler | None:
    """Return the handler that this process has, if its logs were set up."""
    handlers = logging.getLogger().handlers
    return next((found for found in handlers if isinstance(found, LogHandler)), None)
