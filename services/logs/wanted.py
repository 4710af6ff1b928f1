"""Which lines somebody asks for."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.access.identity import Identity
from services.errors import InvalidInput
from services.logs.levels import LogLevel
from services.logs.lines import LogLine

LONGEST_TEXT = 200
LONGEST_REQUEST_ID = 64
PLAIN = re.compile(r"[\w .:/=-]+", re.ASCII)  # what JSON writes as it is


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are wanted; None lets all through. Times are from the first to the second."""

    levels: frozenset[LogLevel] | None = None
    lowest: LogLevel = LogLevel.DEBUG
    task_id: UUID | None = None
    request_id: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def check(self) -> None:
        """Raise `InvalidInput` for what no line can have."""
        bounds = {"text": (self.text, LONGEST_TEXT)}
        bounds["requestId"] = (self.request_id, LONGEST_REQUEST_ID)
        for name, (text, longest) in bounds.items():
            if text is not None and not 1 <= len(text) <= longest:
                message = f"This has 1 to {longest} letters."
                raise InvalidInput(message, field=f"filter.{name}")
        if self.since and self.until and self.since >= self.until:
            message = "No line is from then on and before that: `since` is not before `until`."
            raise InvalidInput(message, field="filter.until")

    def takes(self, line: LogLine) -> bool:
        """Whether a line is wanted, but for the text in it."""
        if line.level.number < self.lowest.number:
            return False
        if self.levels is not None and line.level not in self.levels:
            return False
        if self.task_id is not None and line.task_id != self.task_id:
            return False
        if self.request_id is not None and line.request_id != self.request_id:
            return False
        if self.since is not None and line.at < self.since:
            return False
        return self.until is None or line.at < self.until

    def finds(self, line: LogLine, identity: Identity) -> bool:
        """Whether a line is one that `identity` may see, wanted, and has the text in it."""
        if not (identity.may_see(line.owner_id) and self.takes(line)):
            return False
        if self.text is None:
            return True
        needle = self.text.casefold()
        told = line.fields(everything=identity.is_admin)
        return any(needle in text.casefold() for text in (line.event, line.logger, *told.values()))

    def marks(self, identity: Identity) -> tuple[bytes, ...]:
        """Return what must stand in the row of a file for its line to be found.

        It is looked for before a row is read as JSON, which takes far longer.
        """
        marks = [] if identity.is_admin else [f'"owner_id":{identity.user_id}']
        if self.task_id is not None:
            marks.append(str(self.task_id))
        if self.request_id is not None and self.request_id.isalnum():
            marks.append(self.request_id)
        return tuple(mark.encode() for mark in marks)

    def may_find(self, row: bytes, marks: tuple[bytes, ...]) -> bool:
        """Whether a row is worth reading as JSON."""
        if not all(mark in row for mark in marks):
            return False
        if self.levels is not None or self.lowest is not LogLevel.DEBUG:
            levels = self.levels or frozenset(LogLevel)
            words = (level.value.lower() for level in levels if level.number >= self.lowest.number)
            if not any(f'"level":"{word}"'.encode() in row for word in words):
                return False
        if self.text is None or not PLAIN.fullmatch(self.text):
            return True
        return self.text.lower().encode() in row.lower()


ALL = LogFilter()
