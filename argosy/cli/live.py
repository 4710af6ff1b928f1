"""A queue before somebody's eyes: a bar for each task that runs, and lines for what happens."""

from contextlib import ExitStack
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from argosy.cli.bars import NAME_WIDTH, Download, amount, left, short
from argosy.cli.quiet import quiet_signals
from services import display

RUNNING = "RUNNING"
AROUND = 6  # lines of the terminal that are left to events and the sums
WIDTHS = (4, 20, 10, 7)  # of what is behind the bars, so that nothing jumps
FEWEST = 3  # bars, however low the terminal is


class QueueView:
    """Draws a queue at the bottom of the terminal. Use it in a `with` block."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._running: dict[str, Download] = {}
        self._sums: dict[str, Any] | None = None
        self._is_away = False
        self._exits = ExitStack()
        self._live = Live(
            console=console,
            get_renderable=self._draw,
            auto_refresh=False,
            transient=True,
            vertical_overflow="crop",
        )

    def __enter__(self) -> Self:
        self._exits.enter_context(quiet_signals())
        self._exits.enter_context(self._live)
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def hear(self, news: dict[str, Any]) -> None:
        """Take in and draw what is new of the queue."""
        if news["isSnapshot"]:
            self._running.clear()
        for each in news["tasks"]:
            task_id = each["taskId"]
            if each["state"] == RUNNING:
                download = self._running.setdefault(task_id, Download(task_id, each["name"]))
                download.hear(each)
            else:
                self._running.pop(task_id, None)
        self._sums = news
        self._live.refresh()

    def set_away(self, *, is_away: bool) -> None:
        """Show whether the server can be asked."""
        if is_away != self._is_away:
            self._is_away = is_away
            self._live.refresh()

    def _draw(self) -> RenderableType:
        most = max(FEWEST, self._console.height - AROUND)
        running = list(self._running.values())
        bars = Table.grid(padding=(0, 2, 0, 0), expand=True)
        bars.add_column(no_wrap=True, min_width=NAME_WIDTH)
        bars.add_column(ratio=1)
        for width in WIDTHS:
            bars.add_column(justify="right", no_wrap=True, min_width=width)
        for download in running[:most]:
            bars.add_row(*self._row(download))
        hidden = len(running) - most
        more = [Text(f"and {hidden:,} more", style="dim")] if hidden > 0 else []
        return Group(bars, *more, self._sum()) if running else self._sum()

    def _row(self, download: Download) -> list[RenderableType]:
        total, received = download.total, download.received
        percent = f"{received * 100 / total:.0f}%" if total else ""
        goes = not self._is_away
        return [
            Text(short(download.name)),
            ProgressBar(total=total or 1, completed=received if total else 0),
            Text(percent, style="magenta"),
            amount(received, total),
            display.speed(download.speed) if goes else "",
            left(download.left) if goes else "",
        ]

    def _sum(self) -> Text:
        if self._is_away:
            return Text("waiting for the server", style="yellow")
        if self._sums is None:
            return Text("")
        sums = self._sums
        parts = [f"{sums['running']:,} running", f"{sums['waiting']:,} waiting"]
        if sums["running"]:
            parts.append(display.speed(sums["speedBytes"]))
        line = Text(" · ".join(parts), style="bold")
        return line.append(" · paused", style="yellow") if sums["paused"] else line
