"""`argosy get`: add downloads to the running server, and watch them to their end."""

import asyncio
import sys
import time
from datetime import datetime

import typer
from rich.console import Console

from argosy.cli.bars import Bars, Download, summary
from argosy.cli.client import Client, ServerAway
from services.errors import ArgosyError

ALL_CAME, SOME_DID_NOT, NOT_ADDED, NO_SERVER, INTERRUPTED = 0, 1, 2, 3, 130

EACH_SOCKET = 25  # subscriptions over one connection
PATIENCE_SECONDS = 600.0  # for a server that went away
FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0


def get(
    urls: list[str], *, folder: str, server: str | None, key: str | None, data_dir: str | None
) -> int:
    """Download `urls`, show how it goes, and return the exit status."""
    client = Client(server=server, key=key, data_dir=data_dir)
    console = Console()
    downloads: list[Download] = []
    try:
        downloads = asyncio.run(_add(client, urls, folder))
        if not downloads:
            return NOT_ADDED
        asyncio.run(_watch(client, console, downloads))
    except ServerAway as error:
        typer.echo(f"argosy: {error.message}", err=True)
        if downloads:
            typer.echo("argosy: the server keeps them, and goes on when it runs.", err=True)
        return NO_SERVER
    except KeyboardInterrupt:
        return _interrupted(client, console, downloads)
    console.print(summary(downloads))
    return ALL_CAME if all(d.state == "COMPLETED" for d in downloads) else SOME_DID_NOT


async def _add(client: Client, urls: list[str], folder: str) -> list[Download]:
    """Add the URLs, all or none; where some make no sense, say which and return nothing."""
    answer = await client.ask("add_downloads", input={"urls": urls, "folder": folder})
    payload = answer["addDownloads"]
    for error in payload["errors"]:
        about = _about(error["field"], urls)
        typer.echo(f"argosy: {about}{error['message']}", err=True)
    return [Download(task["id"], task["name"]) for task in payload["tasks"]]


def _about(field: str | None, urls: list[str]) -> str:
    name, _, position = (field or "").partition(".")
    return f"{urls[int(position)]}: " if name == "urls" and position.isdigit() else ""


async def _watch(client: Client, console: Console, downloads: list[Download]) -> None:
    """Show all downloads until each has ended."""
    with Bars(console, downloads) as bars:
        groups = [downloads[n : n + EACH_SOCKET] for n in range(0, len(downloads), EACH_SOCKET)]
        await asyncio.gather(*(_watch_group(client, bars, group) for group in groups))
    for download in downloads:
        await _learn_end(client, download)


async def _watch_group(client: Client, bars: Bars, downloads: list[Download]) -> None:
    """Follow a group over one connection, and over another when that breaks."""
    away_since: float | None = None
    wait = FIRST_WAIT
    while pending := {d.id: d for d in downloads if not d.is_finished}:
        try:
            async with client.socket() as socket:
                if away_since is not None:
                    bars.say("The server is back.")
                away_since, wait = None, FIRST_WAIT
                async for news in socket.progress(list(pending)):
                    download = pending[news["taskId"]]
                    download.hear(news)
                    bars.show(download)
        except ServerAway:
            if away_since is None:
                away_since = time.monotonic()
                bars.say("The server went away; waiting for it. The downloads are safe with it.")
            elif time.monotonic() - away_since > PATIENCE_SECONDS:
                raise
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _learn_end(client: Client, download: Download) -> None:
    task = (await client.ask("finished_task", id=download.id))["task"]
    if task["files"]["nodes"]:
        download.path = task["files"]["nodes"][0]["path"]
    if task["startedAt"] and task["finishedAt"]:
        began, ended = (datetime.fromisoformat(task[k]) for k in ("startedAt", "finishedAt"))
        download.seconds = (ended - began).total_seconds()


def _interrupted(client: Client, console: Console, downloads: list[Download]) -> int:
    """Ask whether the downloads are to go on without us."""
    unfinished = [d for d in downloads if not d.is_finished]
    if unfinished and sys.stdin.isatty():
        console.print()
        try:
            leave = typer.confirm("Leave the downloads running?", default=True)
        except (typer.Abort, KeyboardInterrupt):
            leave = True
        if not leave:
            try:
                asyncio.run(client.ask("cancel_tasks", ids=[d.id for d in unfinished]))
            except ArgosyError as error:
                typer.echo(f"argosy: not cancelled: {error.message}", err=True)
            else:
                console.print("Cancelled.")
            return INTERRUPTED
    if unfinished:
        console.print("The server goes on with them.")
    return INTERRUPTED
