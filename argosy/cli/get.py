"""`argosy get`: add downloads to the running server, and watch them to their end."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime

import typer
from rich.console import Console

from argosy.cli.bars import Bars, Download, summary
from argosy.cli.client import Client, Followed, TooMany
from argosy.cli.ends import (
    ALL_DONE,
    INTERRUPTED,
    NO_SERVER,
    SOME_NOT,
    WRONGLY_ASKED,
    status_of,
)
from argosy.cli.patience import FIRST_WAIT, Patience
from argosy.cli.whereabouts import ServerAway, Whereabouts
from argosy.cli.wishes import Wishes, typed
from services.errors import ArgosyError, InvalidInput
from services.text import plain

EACH_SOCKET = 25  # subscriptions over one connection, at first


def get(
    urls: list[str],
    *,
    folder: str,
    wishes: Wishes,
    server: str | None,
    key: str | None,
    data_dir: str | None,
) -> int:
    """Download `urls`, show how it goes, and return the exit status."""
    client = Client(Whereabouts(server=server, key=key, data_dir=data_dir))
    console = Console()
    downloads: list[Download] = []
    try:
        downloads = asyncio.run(_add(client, urls, folder, wishes))
        if not downloads:
            return WRONGLY_ASKED
        asyncio.run(_watch(client, console, downloads))
    except ArgosyError as error:
        return _given_up(error, downloads)
    except KeyboardInterrupt:
        return _interrupted(client, console, downloads)
    console.print(summary(downloads))
    return ALL_DONE if all(d.state == "COMPLETED" for d in downloads) else SOME_NOT


async def _add(client: Client, urls: list[str], folder: str, wishes: Wishes) -> list[Download]:
    """Add the URLs, all or none; where some make no sense, say which and return nothing."""
    for text in (*urls, folder, *wishes.texts()):
        if not _is_text(text):
            message = f"{text!a} is not UTF-8"
            raise InvalidInput(message)
    asked: dict[str, object] = {"urls": urls, "folder": folder}
    options = wishes.options()
    if options:
        asked["options"] = options
    asked |= wishes.placing()
    payload = await client.ask("add_downloads", "addDownloads", input=asked)
    for error in payload["errors"]:
        about = _about(error["field"], urls, options)
        typer.echo(f"argosy: {about}{error['message']}", err=True)
    return [Download(task["id"], task["name"]) for task in payload["tasks"]]


def _is_text(argument: str) -> bool:
    # Bytes that are none come from the shell as halves of letters.
    return not any("\ud800" <= sign <= "\udfff" for sign in argument)


def _about(field: str | None, urls: list[str], options: Mapping[str, object]) -> str:
    """Say in the words of the command line what an error of the API is about."""
    if field is None:
        return ""
    name, _, position = field.partition(".")
    if name != "urls":
        return f"{typed(field, options)}: "
    return f"{plain(urls[int(position)])}: " if position.isdigit() else ""


async def _watch(client: Client, console: Console, downloads: list[Download]) -> None:
    """Show all downloads until each has ended."""
    with Bars(console, downloads) as bars:
        patience = Patience(bars.say)
        groups = [downloads[n : n + EACH_SOCKET] for n in range(0, len(downloads), EACH_SOCKET)]
        await asyncio.gather(*(_watch_group(client, bars, patience, group) for group in groups))
        for download in downloads:
            await _learn_end(client, patience, download)


async def _watch_group(
    client: Client, bars: Bars, patience: Patience, downloads: list[Download]
) -> None:
    """Follow a group over one connection, and over another when that breaks."""
    while unfinished := [d for d in downloads if not d.is_finished]:
        try:
            await _follow(client, bars, patience, unfinished)
            await asyncio.sleep(0 if all(d.is_finished for d in unfinished) else FIRST_WAIT)
        except ServerAway as error:
            await patience.wait(error)
        except TooMany:
            if len(unfinished) == 1:
                raise
            half = len(unfinished) // 2
            halves = (unfinished[:half], unfinished[half:])
            await asyncio.gather(*(_watch_group(client, bars, patience, part) for part in halves))


async def _follow(
    client: Client, bars: Bars, patience: Patience, downloads: list[Download]
) -> None:
    """Show how these are doing, over one connection."""
    by_id = {download.id: download for download in downloads}
    async with client.socket() as socket:
        patience.reward()
        async for task_id, news in socket.follow({d.id: _progress(d) for d in downloads}):
            download = by_id[task_id]
            download.hear(news)
            download.cursor = news["cursor"]
            bars.show(download)


def _progress(download: Download) -> Followed:
    """Ask for what is new of a download."""
    asked = {"taskId": download.id, "after": download.cursor}
    return Followed("task_progress", "taskProgress", asked)


async def _learn_end(client: Client, patience: Patience, download: Download) -> None:
    """Learn where a finished download lies, and how long it took."""
    task = None
    while task is None:
        try:
            task = await client.ask("finished_task", "task", id=download.id)
        except ServerAway as error:
            await patience.wait(error)
    patience.reward()
    if task["state"] == "COMPLETED" and task["files"]["nodes"]:
        download.path = _place(task["files"]["nodes"][0]["path"], is_group=task["isGroup"])
    if task["startedAt"] and task["finishedAt"]:
        began, ended = (datetime.fromisoformat(task[k]) for k in ("startedAt", "finishedAt"))
        download.seconds = (ended - began).total_seconds()


def _place(path: str, *, is_group: bool) -> str:
    """Return what is shown of where a download lies: of a group, the folder."""
    return f"{path.rpartition('/')[0]}/" if is_group and path else path


def _given_up(error: ArgosyError, downloads: list[Download]) -> int:
    """Say why it ended before the downloads did, and return the exit status."""
    typer.echo(f"argosy: {error.message}", err=True)
    if downloads:
        typer.echo("argosy: the server keeps them, and goes on when it runs.", err=True)
    status = status_of(error)
    return NO_SERVER if downloads and status == WRONGLY_ASKED else status


def _interrupted(client: Client, console: Console, downloads: list[Download]) -> int:
    """Ask whether the downloads are to go on without us."""
    unfinished = [d for d in downloads if not d.is_finished]
    if unfinished and sys.stdin.isatty():
        console.print()
        try:
            leave = typer.confirm("Leave the downloads running?", default=True)
        except (typer.Abort, KeyboardInterrupt):
            console.print()  # the question has its own line
            leave = True
        if not leave:
            ids = [d.id for d in unfinished]
            try:
                asyncio.run(client.ask("cancel_tasks", "cancelTasks", input={"ids": ids}))
            except ArgosyError as error:
                typer.echo(f"argosy: not cancelled: {error.message}", err=True)
            else:
                console.print("Cancelled.")
            return INTERRUPTED
    if unfinished:
        console.print("The server goes on with them.")
    return INTERRUPTED
