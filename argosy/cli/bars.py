"""Progress bars for downloads."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
)
from rich.table import Table
from rich.text import Text

from services import display

FINISHED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "SKIPPED"})
COLOURS = {"COMPLETED": "green", "FAILED": "red", "CANCELLED": "yellow", "SKIPPED": "yellow"}
WORDS = {
    "PENDING": "waits",
    "RETRYING": "tries again soon",
    "COMPLETED": "done",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}
NAME_WIDTH = 32


@dataclass
class Download:
    """A download that is watched, and the newest that was heard of it."""

    id: str
    name: str
    state: str = "PENDING"
    received: int = 0
    total: int | None = None
    speed: int = 0
    left: float | None = None  # seconds
    error: str | None = None
    path: str | None = None
    seconds: float | None = None
    bar: TaskID | None = field(default=None, repr=False)

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.state in FINISHED

    def hear(self, news: dict[str, Any]) -> None:
        """Take in an event of its progress."""
        self.name = news["name"] or self.name
        self.state = news["state"]
        self.received = news["receivedBytes"]
        self.total = news["totalBytes"]
        self.speed = news["speedBytes"]
        self.left = news["etaSeconds"]
        self.error = news["error"]["message"] if news["error"] else None


class Bars:
    """A bar for each download, and one for all of them together."""

    def __init__(self, console: Console, downloads: list[Download]) -> None:
        self._downloads = downloads
        self._progress = Progress(
            TextColumn("{task.description}", table_column=None, markup=False),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[amount]}", justify="right"),
            TextColumn("{task.fields[speed]}", justify="right"),
            TextColumn("{task.fields[left]}", justify="right"),
            console=console,
            expand=True,
            disable=not console.is_terminal,
        )
        for download in downloads:
            download.bar = self._add(download.name)
        self._all = self._add("Total") if len(downloads) > 1 else None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self._progress.console.print(Text(text))

    def show(self, download: Download) -> None:
        """Draw what was heard of a download."""
        words = WORDS.get(download.state, "")
        self._draw(
            download.bar,
            _short(download.name),
            received=download.received,
            total=download.total,
            speed=display.speed(download.speed) if download.state == "RUNNING" else words,
            left=_left(download.left),
        )
        if self._all is not None:
            self._draw_total(self._all)

    def _draw_total(self, bar: TaskID) -> None:
        running = [d for d in self._downloads if d.state == "RUNNING"]
        speed = sum(d.speed for d in running)
        known = all(d.total is not None for d in self._downloads if not d.is_finished)
        received = sum(d.received for d in self._downloads)
        total = sum(d.total if d.total is not None else d.received for d in self._downloads)
        done = sum(d.is_finished for d in self._downloads)
        self._draw(
            bar,
            f"Total ({done} of {len(self._downloads)})",
            received=received,
            total=total if known else None,
            speed=display.speed(speed) if speed else "",
            left=_left((total - received) / speed) if speed and known else "",
        )

    def _draw(
        self, bar: TaskID | None, name: str, *, received: int, total: int | None, speed: str,
        left: str,
    ) -> None:  # fmt: skip
        if bar is not None:
            self._progress.update(
                bar,
                description=name,
                completed=received,
                total=total,
                amount=_amount(received, total),
                speed=speed,
                left=left,
            )

    def _add(self, name: str) -> TaskID:
        return self._progress.add_task(_short(name), total=None, amount="", speed="", left="")


def summary(downloads: list[Download]) -> Table:
    """Return a table of how all downloads ended."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Name", "State", "Size", "Time", "Where, or why not"):
        table.add_column(heading, overflow="fold")
    for download in downloads:
        state = Text(download.state.lower(), style=COLOURS.get(download.state, ""))
        size = download.total if download.total is not None else download.received
        table.add_row(
            Text(download.name),
            state,
            display.size(size) if download.state == "COMPLETED" else "",
            "" if download.seconds is None else f"{download.seconds:.1f} s",
            Text(download.path or download.error or ""),
        )
    return table


def _short(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"


def _amount(received: int, total: int | None) -> str:
    if total is None:
        return display.size(received) if received else ""
    return f"{display.size(received)} of {display.size(total)}"


def _left(seconds: float | None) -> str:
    return "" if seconds is None else display.span(timedelta(seconds=seconds))
