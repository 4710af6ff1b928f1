"""`argosy watch`: follow a queue for as long as somebody wants to."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import orjson
from rich.console import Console
from rich.text import Text

from argosy.cli.client import Client, Followed
from argosy.cli.happenings import Acquaintances, as_line, as_object
from argosy.cli.live import QueueView
from argosy.cli.patience import FIRST_WAIT, Patience
from argosy.cli.whereabouts import ServerAway

EVENTS, QUEUE = "events", "queue"
SLOW = "Some events came faster than they were read; reading them again."
EXPIRED = "Some events are not kept any more; going on with what is new."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown: only events, all users' or one's own, for scripts or for people."""

    only_events: bool = False
    everybody: bool = False
    as_json: bool = False
    after: str | None = None


def watch(client: Client, wanted: Wanted) -> int:
    """Show what happens until Ctrl-C, which raises `KeyboardInterrupt`."""
    console = Console()
    is_drawn = console.is_terminal and not wanted.only_events and not wanted.as_json
    view = QueueView(console) if is_drawn else None
    with view or nullcontext():
        asyncio.run(Watch(client, console, view, wanted).run())
    return 0


class Watch:
    """Follows the queue and its events over one connection, and over another when that breaks."""

    def __init__(
        self, client: Client, console: Console, view: QueueView | None, wanted: Wanted
    ) -> None:
        self._client = client
        self._console = console
        self._view = view
        self._wanted = wanted
        self._after = wanted.after
        self._progress_after: str | None = None
        self._known = Acquaintances()
        self._only_of: str | None = None
        self._lines = console if console.is_terminal else Console(stderr=True, soft_wrap=True)
        self._patience = Patience(self._tell)

    async def run(self) -> None:
        """Follow it without end. Raises what the server refuses as an `ArgosyError`."""
        await self._begin()
        while True:
            try:
                await self._follow()
                await asyncio.sleep(FIRST_WAIT)
            except ServerAway as error:
                if self._view is not None:
                    self._view.set_away(is_away=True)
                await self._patience.wait(error)

    async def _begin(self) -> None:
        """Learn who asks, and where the log ends: what comes after that is not to be missed."""
        viewer = await self._client.ask("viewer", "viewer")
        if not self._wanted.everybody:
            self._only_of = viewer["name"]
        if self._after is None:
            self._after = (await self._client.ask("queue", "queue"))["lastEvent"]

    async def _follow(self) -> None:
        """Show what is told over one connection, until it ends or leaves something out."""
        followed = {EVENTS: Followed("task_events", "taskEvents", {"after": self._after})}
        if self._view is not None or (self._wanted.as_json and not self._wanted.only_events):
            asked = {"after": self._progress_after, "everybody": self._wanted.everybody}
            followed[QUEUE] = Followed("queue_progress", "queueProgress", asked)
        async with self._client.socket() as socket:
            self._patience.reward()
            if self._view is not None:
                self._view.set_away(is_away=False)
            async for name, news in socket.follow(followed):
                if name == QUEUE:
                    self._progress_after = news["cursor"]
                    self._show_progress(news)
                elif news["lagged"]:
                    self._show_lag(news["lagged"])
                    return
                else:
                    self._after = news["cursor"]
                    self._show_event(news["cursor"], news["event"])

    def _show_progress(self, news: dict[str, Any]) -> None:
        if self._view is not None:
            self._view.hear(news)
        else:
            self._print({"type": "queue", **news})

    def _show_lag(self, lagged: dict[str, Any]) -> None:
        """Say that events were left out; where they can still be had, they come next."""
        self._after = lagged["after"]
        if self._wanted.as_json:
            self._print({"type": "lagged", **lagged})
        self._tell(SLOW if lagged["reason"] == "SLOW" else EXPIRED)

    def _show_event(self, cursor: str, event: dict[str, Any]) -> None:
        about = self._known.about(event)
        if self._only_of is not None and about.owner not in {None, self._only_of}:
            return
        if self._wanted.as_json:
            self._print(as_object(cursor, event, about))
            return
        is_read_later = not self._console.is_terminal
        line = as_line(event, about, dated=is_read_later, with_owner=self._wanted.everybody)
        self._console.print(line, soft_wrap=is_read_later)

    def _print(self, content: dict[str, Any]) -> None:
        """Print an object on a line of its own."""
        self._console.out(orjson.dumps(content).decode(), highlight=False)

    def _tell(self, text: str) -> None:
        """Say something about the watching itself, apart from what scripts read."""
        self._lines.print(Text(text, style="yellow"))
