"""Tasks in rows: for eyes, and for scripts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from argosy.cli.bars import COLOURS
from argosy.cli.moments import age
from argosy.cli.short_ids import shorten
from services import display

RUNNING = "RUNNING"
STATE_COLOURS = {
    **COLOURS,
    RUNNING: "cyan",
    "PAUSED": "yellow",
    "RETRYING": "yellow",
    "WAITING_INPUT": "magenta",
}
PRIORITIES = {"HIGH": " ↑", "LOW": " ↓"}


def as_table(tasks: Sequence[dict[str, Any]], now: datetime) -> Table:
    """Return a table of tasks, as wide as the terminal at most."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("State", no_wrap=True)
    table.add_column("Name")  # it and the host are cut where there is no room for all
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("Size", justify="right", no_wrap=True)
    table.add_column("Speed", justify="right", no_wrap=True)
    table.add_column("Host", max_width=28)
    table.add_column("Age", justify="right", no_wrap=True)
    table.add_column("Id", no_wrap=True)
    short = shorten(task["id"] for task in tasks)
    for task in tasks:
        table.add_row(
            Text(state_word(task["state"]), style=STATE_COLOURS.get(task["state"], "")),
            _cut(task["name"] + PRIORITIES.get(task["priority"], "")),
            _progress(task),
            _size(task),
            display.speed(task["speedBytes"]) if task["state"] == RUNNING else "",
            _cut(task["host"]),
            age(task["createdAt"], now),
            Text(short[task["id"]], style="dim"),
        )
    return table


def as_line(task: dict[str, Any]) -> str:
    """Return a task as fields with tabs between them; numbers are whole."""
    size = task["totalBytes"] if task["totalBytes"] is not None else task["receivedBytes"]
    fields = (
        state_word(task["state"]),
        task["name"],
        f"{task['progress']:.0f}%",
        size,
        task["speedBytes"],
        task["host"],
        task["createdAt"],
        task["id"],
    )
    return "\t".join(str(field) for field in fields)


def state_word(state: str) -> str:
    """Return a state as it is typed."""
    return state.lower().replace("_", "-")


def _cut(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")


def _progress(task: dict[str, Any]) -> str:
    return f"{task['progress']:.0f}%" if task["progress"] else ""


def _size(task: dict[str, Any]) -> str:
    if task["totalBytes"] is not None:
        return display.size(task["totalBytes"])
    return display.size(task["receivedBytes"]) if task["receivedBytes"] else ""
