"""Events of tasks as lines: for eyes, and for scripts."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from argosy.cli.short_ids import shorten
from services import display

WORDS = {
    "ADDED": ("added", "dim"),
    "QUEUED": ("waits", "dim"),
    "STARTED": ("started", "cyan"),
    "PAUSED": ("paused", "yellow"),
    "RETRYING": ("tries again", "yellow"),
    "COMPLETED": ("completed", "green"),
    "FAILED": ("failed", "red"),
    "CANCELLED": ("cancelled", "yellow"),
    "SKIPPED": ("skipped", "yellow"),
    "CHANGED": ("changed", "dim"),
    "REMOVED": ("removed", "dim"),
    "RESTORED": ("restored", "dim"),
}
WIDTH = max(len(word) for word, _ in WORDS.values())
MOST_KNOWN = 10_000  # tasks whose names are remembered


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a task that something happened to."""

    name: str
    owner: str | None
    total: int | None


class Acquaintances:
    """Remembers tasks: of one that is gone, events do not tell the name."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Known] = OrderedDict()

    def about(self, event: dict[str, Any]) -> Known:
        """Return what is known of the task of an event."""
        task_id, task = event["taskId"], event["task"]
        if task is not None:
            found = Known(task["name"], task["owner"]["name"], task["totalBytes"])
            self._known[task_id] = found
            self._known.move_to_end(task_id)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
            return found
        return self._known.get(task_id) or Known(shorten([task_id])[task_id], None, None)


def as_line(event: dict[str, Any], about: Known, *, dated: bool, with_owner: bool) -> Text:
    """Return an event as one line, with the date where it is read later."""
    word, style = WORDS.get(event["kind"], (event["kind"].lower(), ""))
    at = datetime.fromisoformat(event["at"]).astimezone()
    line = Text(at.strftime("%Y-%m-%d %H:%M:%S" if dated else "%H:%M:%S"), style="dim")
    line = Text.assemble(line, "  ", (f"{word:{WIDTH}}", style), "  ", about.name)
    if with_owner and about.owner is not None:
        line.append(f" ({about.owner})", style="dim")
    if event["error"]:
        line.append(f"  {event['error']['message']}")
    elif event["kind"] == "COMPLETED" and about.total is not None:
        line.append(f"  {display.size(about.total)}", style="dim")
    return line


def as_object(cursor: str, event: dict[str, Any], about: Known) -> dict[str, Any]:
    """Return an event as scripts get it."""
    facts = {name: value for name, value in event.items() if name != "task"}
    return {
        "type": "event", "cursor": cursor, **facts, "name": about.name, "owner": about.owner
    }  # fmt: skip
