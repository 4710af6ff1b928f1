"""`argosy queue`: look at the queue, pause it, and let it go on."""

import asyncio
import sys
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.text import Text

from argosy.cli.client import Client
from argosy.cli.ends import ALL_DONE, WRONGLY_ASKED
from services import display

WIDTH = 10  # of what stands before the values


def show(client: Client, *, as_json: bool) -> int:
    """Print how the queue is, and return the exit status."""
    queue = asyncio.run(client.ask("queue", "queue"))
    if as_json:
        sys.stdout.write(orjson.dumps(queue).decode() + "\n")
    else:
        _print(queue)
    return ALL_DONE


def pause(client: Client, *, is_paused: bool, of_server: bool) -> int:
    """Pause the queue or let it go on, print how it is then, and return the exit status."""
    document, field = (
        ("pause_queue", "pauseQueue") if is_paused else ("resume_queue", "resumeQueue")
    )
    of = "SERVER" if of_server else "USER"
    payload = asyncio.run(client.ask(document, field, input={"of": of}))
    for error in payload["errors"]:
        typer.echo(f"argosy: {error['message']}", err=True)
    if payload["queue"] is None:
        return WRONGLY_ASKED
    _print(payload["queue"])
    return ALL_DONE


def lines(queue: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is said of a queue: what, and how it is."""
    limits = queue["limits"]
    limit = min((n for n in (limits["speedBytes"], limits["ownSpeedBytes"]) if n), default=None)
    speed = display.speed(queue["speedBytes"])
    most = min(limits["atOnce"], limits["perUser"])
    return [
        ("Queue", _state(queue)),
        ("Running", f"{queue['running']:,} of {most:,} at most, {limits['perHost']:,} from a host"),
        ("Waiting", f"{queue['waiting']:,}"),
        ("Speed", speed if limit is None else f"{speed}, {display.speed(limit)} at most"),
    ]


def _state(queue: dict[str, Any]) -> str:
    if queue["isServerPaused"]:
        return "paused, with the whole server"
    return "paused" if queue["paused"] else "open"


def _print(queue: dict[str, Any]) -> None:
    console = Console()
    for name, value in lines(queue):
        style = "yellow" if name == "Queue" and queue["paused"] else ""
        console.print(Text.assemble((f"{name:<{WIDTH}}", "bold"), (value, style)), soft_wrap=True)
