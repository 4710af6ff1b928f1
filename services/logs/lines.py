"""A line of the log: JSON, with a number that grows.

Numbers are microseconds since 1970 where the clock goes forward, and one more than the last
where it does not: after a crash none is given a second time, though the last lines are lost.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import orjson

from services.logs.levels import LogLevel

LONGEST = 32 * 1024  # letters of a line
LONGEST_SUMMARY = 300
MOST_FIELDS = 50
NUMBERED = re.compile(rb'\{"seq":(\d{1,18}),')
# What every line has; the rest are its fields.
OWN = frozenset({"seq", "event", "level", "logger", "timestamp", "request_id", "task_id"})
# Of what went wrong in our own code, users have no use.
FOR_ADMINISTRATORS = frozenset({"exception", "stack", "owner_id"})
CUT = ("logger", "task_id", "owner_id", "request_id")  # what is kept of a line that is cut
OWN_LEVELS = {level.value.lower(): level for level in LogLevel}


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line. `text` is all of it; `owner_id` is whose task it is about."""

    seq: int
    at: datetime
    level: LogLevel
    event: str
    task_id: UUID | None
    owner_id: int | None
    request_id: str | None
    text: bytes

    @property
    def size(self) -> int:
        """Return how many bytes it holds, about."""
        return len(self.text) + 300

    @property
    def logger(self) -> str:
        """The part of the server that tells it."""
        return str(self._content.get("logger", ""))

    def fields(self, *, everything: bool) -> dict[str, str]:
        """Return what else it tells, as text; `everything` is for administrators."""
        hidden = OWN if everything else OWN | FOR_ADMINISTRATORS
        told = ((name, value) for name, value in self._content.items() if name not in hidden)
        return {name: show(value) for name, value in islice(told, MOST_FIELDS)}

    @property
    def summary(self) -> str:
        """It in one line for people."""
        told = self.fields(everything=False)
        words = " ".join([self.event, *(f"{name}={value}" for name, value in told.items())])
        return words if len(words) <= LONGEST_SUMMARY else f"{words[: LONGEST_SUMMARY - 1]}…"

    @property
    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = orjson.loads(self.text)
        return content


def number(seq: int, level: LogLevel, text: str) -> LogLine:
    """Return the line in `text` with its number; one that is too long is cut."""
    if len(text) <= LONGEST and "\n" not in text:
        line = read(f'{{"seq":{seq},{text[1:]}'.encode(errors="replace"))
        if line is not None:
            return line
    return _cut(seq, level, text)


def read(text: bytes) -> LogLine | None:
    """Return the line in a row of a file; None where it is none."""
    try:
        content = orjson.loads(text)
        task_id = _task(content.get("task_id"))
        return LogLine(
            seq=int(content["seq"]),
            at=_time(content.get("timestamp")),
            level=OWN_LEVELS.get(content.get("level", ""), LogLevel.INFO),
            event=str(content.get("event", "")),
            task_id=task_id,
            # What is about no task is for administrators, whatever else it names.
            owner_id=None if task_id is None else _whole(content.get("owner_id")),
            request_id=_word(content.get("request_id")),
            text=text,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def number_of(text: bytes) -> int | None:
    """Return the number of a row without reading all of it."""
    found = NUMBERED.match(text)
    return None if found is None else int(found[1])


def show(value: object) -> str:
    """Return a value of a line as text."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _cut(seq: int, level: LogLevel, text: str) -> LogLine:
    """Return what matters of a line that is too long, or none."""
    text = text.encode(errors="replace").decode()
    try:
        content = dict(orjson.loads(text))
    except (ValueError, TypeError):
        content = {"event": text}
    line = LogLine(
        seq=seq,
        at=datetime.now(UTC),
        level=level,
        event=str(content.get("event", ""))[:LONGEST_SUMMARY],
        task_id=None,
        owner_id=None,
        request_id=None,
        text=b"",
    )
    kept = {"event": line.event, "level": level.value.lower(), "timestamp": line.at.isoformat()}
    kept |= {name: content[name] for name in CUT if isinstance(content.get(name), str | int)}
    written = orjson.dumps({"seq": seq, **kept, "cut": len(text)})
    return read(written) or replace(line, text=written)


def _time(value: object) -> datetime:
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def _task(value: object) -> UUID | None:
    return None if value is None else UUID(str(value).removeprefix("task_"))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(value: object) -> str | None:
    return None if value is None else str(value)
