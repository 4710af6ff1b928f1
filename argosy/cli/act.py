"""`argosy tasks pause` and the like: change tasks, and say what became of each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from argosy.cli.client import Client
from argosy.cli.ends import ALL_DONE, SOME_NOT, WRONGLY_ASKED
from argosy.cli.short_ids import resolve
from services.errors import ArgosyError, InvalidInput

MOST_IDS = 1000  # in one request
RESTORE = "To have that back within a minute: argosy tasks restore {removal}"


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done with tasks: its document, its field, and the word for what is done."""

    operation: str
    field: str
    done: str


PAUSE = Action("pause_tasks", "pauseTasks", "paused")
RESUME = Action("resume_tasks", "resumeTasks", "resumed")
CANCEL = Action("cancel_tasks", "cancelTasks", "cancelled")
RETRY = Action("retry_tasks", "retryTasks", "tried again")
MOVE = Action("move_tasks", "moveTasks", "moved")
SET = Action("update_tasks", "updateTasks", "changed")
REMOVE = Action("remove_tasks", "removeTasks", "removed")
RESTORED = Action("restore_tasks", "restoreTasks", "restored")


def act(
    client: Client, action: Action, typed: Sequence[str], asked: Mapping[str, object] | None = None
) -> int:
    """Do this with the tasks that were typed, print a line for each, and return the status."""
    return asyncio.run(_act(client, action, typed, asked or {}))


def move(
    client: Client, typed: Sequence[str], *, top: bool, bottom: bool, before: str | None,
    after: str | None,
) -> int:  # fmt: skip
    """Move tasks to the one place that was given, like `act`. Raises `InvalidInput`."""
    places = {"TOP": top, "BOTTOM": bottom, "BEFORE": before, "AFTER": after}
    given = [to for to, wanted in places.items() if wanted]
    if len(given) != 1:
        message = "give one of --top, --bottom, --before ID and --after ID"
        raise InvalidInput(message)
    return asyncio.run(_move(client, typed, given[0], before or after))


def restore(client: Client, typed: Sequence[str]) -> int:
    """Restore tasks by their whole ids, or all that a removal has taken, like `act`."""
    removals = [each for each in typed if each.startswith("removal_")]
    rest = [each for each in typed if each not in removals]
    statuses = [asyncio.run(_restore(client, removal)) for removal in removals]
    if rest:
        statuses.append(act(client, RESTORED, rest))
    return max(statuses)


def clear(client: Client, states: Sequence[str], *, with_files: bool) -> int:
    """Remove finished tasks, and return the exit status."""
    asked = {"states": states or None, "withFiles": with_files}
    cleared = asyncio.run(client.ask("clear_finished_tasks", "clearFinishedTasks", input=asked))
    if _tell(cleared["errors"]):
        return WRONGLY_ASKED
    count = cleared["count"]
    typer.echo(f"{count:,} {'task' if count == 1 else 'tasks'} removed")
    if count:
        typer.echo(RESTORE.format(removal=cleared["removalId"]), err=True)
    return ALL_DONE


async def _act(
    client: Client, action: Action, typed: Sequence[str], asked: Mapping[str, object]
) -> int:
    found = await resolve(client, typed)
    whole = [each for each in found if isinstance(each, str)]
    results: list[dict[str, Any]] = []
    removals: list[str] = []
    for start in range(0, len(whole), MOST_IDS):
        given = {"ids": whole[start : start + MOST_IDS], **asked}
        payload = await client.ask(action.operation, action.field, input=given)
        if not payload["results"]:  # what is wrong is not about one of them
            _tell(payload["errors"])
            return WRONGLY_ASKED
        results += payload["results"]
        removals += [payload["removalId"]] if payload.get("removalId") else []
    left = iter(results)
    is_done = [
        _say(text, action, each if isinstance(each, ArgosyError) else next(left))
        for text, each in zip(typed, found, strict=True)
    ]
    if any(is_done):
        for removal in removals:
            typer.echo(RESTORE.format(removal=removal), err=True)
    return ALL_DONE if all(is_done) else SOME_NOT


def _say(typed: str, action: Action, result: ArgosyError | dict[str, Any]) -> bool:
    """Print what became of one, and return whether it was done."""
    if isinstance(result, ArgosyError):
        typer.echo(f"argosy: {typed}: not {action.done}: {result.message}", err=True)
    elif result["error"]:
        typer.echo(f"argosy: {typed}: not {action.done}: {result['error']['message']}", err=True)
    else:
        typer.echo(f"{typed}  {action.done}  {result['task']['name']}")
        return True
    return False


async def _move(client: Client, typed: Sequence[str], to: str, beside: str | None) -> int:
    asked: dict[str, object] = {"to": to}
    if beside is not None:
        (anchor,) = await resolve(client, [beside])
        if isinstance(anchor, ArgosyError):
            message = f"{beside}: {anchor.message}"
            raise InvalidInput(message)
        asked["anchor"] = anchor
    return await _act(client, MOVE, typed, asked)


async def _restore(client: Client, removal: str) -> int:
    payload = await client.ask("restore_tasks", "restoreTasks", input={"removalId": removal})
    for result in payload["results"]:
        if result["task"]:
            typer.echo(f"{result['id']}  {RESTORED.done}  {result['task']['name']}")
    more = payload["count"] - len(payload["results"])
    if more > 0:
        typer.echo(f"and {more:,} more")
    return SOME_NOT if _tell(payload["errors"]) else ALL_DONE


def _tell(errors: Sequence[dict[str, Any]]) -> bool:
    """Print what is wrong, and return whether anything is."""
    for error in errors:
        typer.echo(f"argosy: {error['message']}", err=True)
    return bool(errors)
