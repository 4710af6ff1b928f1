"""What a plugin prints and logs: into the server's log, under its own name, and not too much."""

from collections.abc import Callable, Sequence
from time import monotonic

import structlog

from services.redaction import escape, redact

MOST_LINES = 100  # in so many seconds; what is more is counted
SECONDS = 10.0
LONGEST = 2000  # letters of a line
LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})


class Output:
    """The log of one plugin."""

    def __init__(self, name: str, *, now: Callable[[], float] = monotonic) -> None:
        self.name = name
        self._log = structlog.get_logger(f"plugin.{name}")
        self._now = now
        self._since = now()
        self._lines = 0
        self.left_out = 0

    def print_all(self, lines: Sequence[bytes]) -> None:
        """Take lines that were printed at once; of very many, the last are not even looked at."""
        for line in lines[:MOST_LINES]:
            self.print(line)
        self.left_out += max(0, len(lines) - MOST_LINES)

    def print(self, line: bytes) -> None:
        """Take a line that was printed."""
        if text := line.decode(errors="replace").rstrip():
            self.tell("info", text)

    def tell(self, level: str, message: str) -> None:
        """Write a line, unless there were too many of late."""
        if self._may_write():
            level = level if level in LEVELS else "info"
            text = escape(redact(message[:LONGEST]))
            getattr(self._log, level)("plugin.said", plugin=self.name, message=text)

    def _may_write(self) -> bool:
        now = self._now()
        if now - self._since >= SECONDS:
            if self.left_out:
                self._log.warning("plugin.left_out", plugin=self.name, lines=self.left_out)
            self._since, self._lines, self.left_out = now, 0, 0
        if self._lines >= MOST_LINES:
            self.left_out += 1
            return False
        self._lines += 1
        return True
