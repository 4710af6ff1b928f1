"""Progress bars for downloads."""

from contextlib import ExitStack
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

from argosy.cli.quiet import quiet_signals
from services import display

DONE = frozenset({"COMPLETED", "SKIPPED"})
LOST = {"FAILED": "failed", "CANCELLED": "cancelled"}
FINISHED = DONE | LOST.keys()
TROUBLED = frozenset({"RETRYING", "PAUSED", "WAITING_INPUT"})
COLOURS = {"COMPLETED": "green", "FAILED": "red", "CANCELLED": "yellow", "SKIPPED": "yellow"}
WORDS = {
    "PENDING": "waits",
    "RETRYING": "tries again soon",
    "PAUSED": "paused",
    "WAITING_INPUT": "waits for you",
    "COMPLETED": "done",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
    "SKIPPED": "skipped",
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
    cursor: str | None = field(default=None, repr=False)  # of what was heard last
    bar: TaskID | None = field(default=None, repr=False)
    told: str = field(default="", repr=False)  # the trouble that was told last

    @property
    def trouble(self) -> str:
        """Why it does not go on at this moment, if it does not."""
        if self.state not in TROUBLED:
            return ""
        return WORDS[self.state] + (f": {self.error}" if self.error else "")

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
    """A bar for each download, and one for all of them together.

    Without a terminal there are none, and what happens is told on standard error.
    """

    def __init__(self, console: Console, downloads: list[Download]) -> None:
        self._downloads = downloads
        self._lines = console if console.is_terminal else Console(stderr=True, soft_wrap=True)
        self._exits = ExitStack()
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
        if not self._progress.disable:
            self._exits.enter_context(quiet_signals())
        self._exits.callback(self._progress.stop)
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def say(self, text: str) -> None:
        """Print a line, above the bars if there are any."""
        self._lines.print(Text(text))

    def show(self, download: Download) -> None:
        """Draw what was heard of a download, and tell of trouble once."""
        if download.trouble != download.told:
            told, download.told = download.told, download.trouble
            if download.trouble:
                self.say(f"{download.name}: {download.trouble}")
            elif told and not download.is_finished:
                self.say(f"{download.name}: goes on")
        words = WORDS.get(download.state, "")
        self._draw(
            download.bar,
            short(download.name),
            received=download.received,
            total=_end(download),
            amount=amount(download.received, download.total),
            speed=display.speed(download.speed) if download.state == "RUNNING" else words,
            left=left(download.left),
        )
        if self._all is not None:
            self._draw_total(self._all)

    def _draw_total(self, bar: TaskID) -> None:
        speed = sum(d.speed for d in self._downloads if d.state == "RUNNING")
        wanted = [d for d in self._downloads if d.state not in LOST]
        received = sum(d.received for d in wanted)
        total, is_exact = _expected(wanted)
        lost = "".join(
            f", {count} {word}"
            for state, word in LOST.items()
            if (count := sum(d.state == state for d in self._downloads))
        )
        done = sum(d.state in DONE for d in self._downloads)
        self._draw(
            bar,
            f"Total ({done} of {len(self._downloads)}{lost})",
            received=received,
            total=total,
            amount=amount(received, total, is_exact=is_exact),
            speed=display.speed(speed) if speed else "",
            left=left((total - received) / speed) if speed and total is not None else "",
        )

    def _draw(
        self, bar: TaskID | None, name: str, *, received: int, total: int | None, amount: str,
        speed: str, left: str,
    ) -> None:  # fmt: skip
        if bar is not None:
            self._progress.update(
                bar,
                description=name,
                completed=received,
                total=total,
                amount=amount,
                speed=speed,
                left=left,
            )

    def _add(self, name: str) -> TaskID:
        return self._progress.add_task(short(name), total=None, amount="", speed="", left="")


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


def short(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"


def _end(download: Download) -> int | None:
    """Return with how many bytes its bar is full: what has ended gets no more."""
    if download.total is None and download.is_finished:
        return download.received
    return download.total


def _expected(downloads: list[Download]) -> tuple[int | None, bool]:
    """Return how many bytes all these have, and whether that is no guess.

    A size that is not known yet is taken for the average of the known ones.
    """
    sizes = [_end(d) for d in downloads]
    known = [size for size in sizes if size is not None]
    if downloads and not known:
        return None, False
    average = sum(known) // len(known) if known else 0
    guessed = [max(average, d.received) for d in downloads if _end(d) is None]
    return sum(known) + sum(guessed), not guessed


def amount(received: int, total: int | None, *, is_exact: bool = True) -> str:
    if total is None:
        return display.size(received) if received else ""
    about = "" if is_exact else "about "
    return f"{display.size(received)} of {about}{display.size(total)}"


def left(seconds: float | None) -> str:
    return "" if seconds is None else display.span(timedelta(seconds=seconds))
