"""`argosy tasks`: list what was asked for."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import typer
from rich.console import Console

from argosy.cli.client import Client, Followed, TooMany
from argosy.cli.ends import ALL_DONE
from argosy.cli.listing import as_line, as_table
from argosy.cli.whereabouts import ServerAway
from services.errors import InvalidInput
from services.tasks.states import TaskState

PAGE = 100
KINDS = ("IMAGE", "VIDEO", "ARCHIVE", "DOCUMENT")
ORDERS = {
    "newest": "CREATED_NEWEST",
    "oldest": "CREATED_OLDEST",
    "finished": "FINISHED_NEWEST",
    "finished-oldest": "FINISHED_OLDEST",
    "name": "NAME",
    "name-reversed": "NAME_REVERSED",
    "largest": "LARGEST",
    "smallest": "SMALLEST",
    "queue": "QUEUE",
}
ME = "me"
SNAPSHOT_SECONDS = 5.0
LIVE = ("name", "progress", "receivedBytes", "totalBytes", "speedBytes", "etaSeconds")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks, as it was typed."""

    states: Sequence[str] = ()
    kinds: Sequence[str] = ()
    hosts: Sequence[str] = ()
    text: str | None = None
    owner: str | None = None
    order: str = "newest"
    most: int = 25

    def filter(self) -> dict[str, object]:
        """Return the filter of the API, without the owner. Raises `InvalidInput`."""
        given: dict[str, object] = {
            "states": self.states_asked(),
            "kinds": [choice(each, KINDS, "kind") for each in _several(self.kinds)],
            "hosts": _several(self.hosts),
            "text": self.text,
        }
        return {name: value for name, value in given.items() if value}

    def states_asked(self) -> list[str]:
        """Return the states in the words of the API. Raises `InvalidInput`."""
        return [choice(each, list(TaskState), "state") for each in _several(self.states)]

    def order_by(self) -> str:
        """Return the order of the API. Raises `InvalidInput`."""
        if self.order.lower() not in ORDERS:
            message = f"{self.order[:40]!a} is no order; take {', '.join(ORDERS)}"
            raise InvalidInput(message)
        return ORDERS[self.order.lower()]


def choice(text: str, words: Sequence[str], what: str) -> str:
    """Return the one of `words` that was typed in letters of any size; raise `InvalidInput`."""
    word = text.strip().upper().replace("-", "_")
    if word not in words:
        known = ", ".join(each.lower().replace("_", "-") for each in words)
        message = f"{text[:40]!a} is no {what}; take {known}"
        raise InvalidInput(message)
    return word


def list_tasks(client: Client, wanted: Wanted, *, as_json: bool) -> int:
    """Print the tasks that are wanted, and return the exit status."""
    tasks, has_more = asyncio.run(_read(client, wanted))
    console = Console()
    if as_json:
        for task in tasks:
            sys.stdout.write(orjson.dumps(_stable(task)).decode() + "\n")
    elif console.is_terminal:
        console.print(as_table(tasks, datetime.now(UTC)) if tasks else "No tasks.")
        if has_more:
            console.print(f"There are more: --limit {wanted.most * 4}", style="dim")
    else:
        for task in tasks:
            typer.echo(as_line(task))
    return ALL_DONE


async def _read(client: Client, wanted: Wanted) -> tuple[list[dict[str, Any]], bool]:
    """Return the tasks, and whether there are more than were wanted."""
    which, order = wanted.filter(), wanted.order_by()
    if wanted.owner is not None:
        which["ownerId"] = await _owner(client, wanted.owner)
    tasks: list[dict[str, Any]] = []
    after, has_more = None, True
    while has_more and len(tasks) < wanted.most:
        first = min(PAGE, wanted.most - len(tasks))
        page = await client.ask(
            "tasks", "tasks", first=first, after=after, filter=which, orderBy=order
        )
        tasks += page["nodes"]
        has_more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    await _look_at_what_runs(client, tasks)
    return tasks, has_more


async def _owner(client: Client, typed: str) -> int:
    if typed.isdigit():
        return int(typed[:9])
    viewer = await client.ask("viewer", "viewer")
    if typed.lower() in {ME, viewer["name"].lower()}:
        return int(viewer["id"])
    message = f"give {ME}, or the number of a user: {typed[:40]!a} is neither"
    raise InvalidInput(message)


async def _look_at_what_runs(client: Client, tasks: list[dict[str, Any]]) -> None:
    """Add how fast tasks are, and how much of them has come at this moment."""
    for task in tasks:
        task |= {"speedBytes": 0, "etaSeconds": None}
    if not any(task["state"] == TaskState.RUNNING for task in tasks):
        return
    viewer = await client.ask("viewer", "viewer")
    now: dict[str, Any] = {}
    # Without it the list is still worth having: it has what was last stored.
    with suppress(ServerAway, TooMany, TimeoutError):
        async with asyncio.timeout(SNAPSHOT_SECONDS):
            now = await _snapshot(client, everybody=viewer["role"] == "ADMIN")
    for task in tasks:
        if task["state"] == TaskState.RUNNING and task["id"] in now:
            task |= {name: now[task["id"]][name] for name in LIVE}


async def _snapshot(client: Client, *, everybody: bool) -> dict[str, Any]:
    """Return how each running task is doing, by id."""
    asked = {"everybody": everybody}
    async with client.socket() as socket:
        progress = {"progress": Followed("queue_progress", "queueProgress", asked)}
        async for _, news in socket.follow(progress):
            return {each["taskId"]: each for each in news["tasks"]}
    return {}  # the server is stopping


def _stable(task: dict[str, Any]) -> dict[str, Any]:
    """Return what is printed of a task for scripts."""
    return {**task, "owner": task["owner"]["name"]}


def _several(typed: Sequence[str]) -> list[str]:
    return [part.strip() for text in typed for part in text.split(",") if part.strip()]
