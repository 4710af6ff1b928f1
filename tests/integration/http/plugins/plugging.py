"""Plugins that tests write, and servers that have them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, TypeVar

from services.plugins.plugins import Plugin
from tests.integration.http.running import PATIENCE_SECONDS, Running
from tests.integration.http.talking import acknowledged

T = TypeVar("T")

TOGGLE = """
    mutation($name: String!, $on: Boolean!) {
        togglePlugin(pluginName: $name, enabled: $on) {
            success message errors { code message field } plugin { enabled granted }
        }
    }
"""
ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
        tasks { id engine } errors { field code message }
    } }
"""
FOLLOW = "subscription($id: ID!) { taskProgress(taskId: $id) { state error { code message } } }"
NAME = "stranger"


def write(
    data: Path,
    body: str,
    *,
    hooks: list[str],
    name: str = NAME,
    permissions: list[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    engine: Mapping[str, Any] | None = None,
) -> Path:
    """Write a plugin into a data folder, and return its file."""
    manifest: dict[str, Any] = {
        "name": name,
        "version": "1.2.3",
        "author": "Somebody",
        "description": "Does as the test says.",
        "hooks": hooks,
        "permissions": permissions or [],
    }
    manifest |= {"settings": settings} if settings is not None else {}
    manifest |= {"engine": engine} if engine is not None else {}
    file = data / "plugins" / f"{name}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    head = "import os, signal, sys, time\nfrom argosy.sdk import *\n"
    file.write_text(f"{head}MANIFEST = {manifest!r}\n{dedent(body)}\n")
    return file


def hook(name: str, body: str) -> str:
    """Return the source of a hook that is given all that there is."""
    arguments = {
        "task_created": "task, context",
        "before_fetch": "task, url, context",
        "progress": "task, progress, context",
        "completed": "task, files, context",
        "failed": "task, error, context",
        "alert_raised": "alert, context",
        "backup_made": "backup, context",
        "look_at_file": "url, context",
        "read_file": "url, start, context",
    }[name]
    return f"@hook\ndef {name}({arguments}):\n{indent(dedent(body).strip(), '    ')}\n"


async def switch(argosy: Running, *, on: bool = True, name: str = NAME) -> Any:
    """Switch a plugin, and return what came of it."""
    return (await argosy.ask(TOGGLE, name=name, on=on)).data["togglePlugin"]


async def enabled(argosy: Running, name: str = NAME) -> None:
    """Switch a plugin on."""
    switched = await switch(argosy, name=name)
    assert switched["success"], switched


async def fetch(argosy: Running, url: str, **options: object) -> Any:
    """Download something, and return the last word on it."""
    answer = await argosy.ask(ADD, input={"urls": [url], "options": options})
    (task,) = answer.data["addDownloads"]["tasks"]
    async with acknowledged(argosy) as socket:
        await socket.subscribe("1", FOLLOW, id=task["id"])
        last: dict[str, object] = {}
        while (message := await socket.hear())["type"] == "next":
            last = message["payload"]["data"]["taskProgress"]
    return last


async def plugin(argosy: Running, name: str = NAME) -> Plugin:
    """Return a plugin as it is now."""
    (found,) = [p for p in await argosy.container.services.plugins.all() if p.name == name]
    return found


async def eventually(look: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """Look again and again until it `holds`, and return what was seen."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds(seen := await look()):
            await asyncio.sleep(0.01)
    return seen


async def failing(argosy: Running, name: str = NAME) -> Plugin:
    """Wait until something went wrong with a plugin, and return it."""
    return await eventually(lambda: plugin(argosy, name), lambda p: p.last_error is not None)


async def written(file: Path) -> str:
    """Wait until a plugin has written a file, and return what is in it."""

    async def look() -> str:
        return file.read_text() if file.exists() else ""

    return await eventually(look, lambda text: text.endswith("\n"))


def is_running(pid: int) -> bool:
    """Whether there is a process of that number that has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def calls(argosy: Running, hook: str, outcome: str, name: str = NAME) -> float:
    """Return how many calls of a hook ended in a way."""
    labels = {"plugin": name, "hook": hook, "outcome": outcome}
    registry = argosy.container.metrics.registry
    return registry.get_sample_value("argosy_plugin_calls_total", labels) or 0.0


async def open_alerts(argosy: Running) -> list[tuple[str, str]]:
    """Return what is wrong: rules and subjects."""
    rows = await argosy.container._store.fetch(
        "SELECT rule, subject FROM alerts WHERE restored_at IS NULL ORDER BY id"
    )
    return [(row["rule"], row["subject"]) for row in rows]
