"""The hooks: what a plugin may be called for. The server and the plugin's process both read it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from services.plugins.child.context import Context, Remote

PROJECT = "argosy"

hook = pluggy.HookimplMarker(PROJECT)
_spec = pluggy.HookspecMarker(PROJECT)

Facts = Mapping[str, object]


class Hook(StrEnum):
    """A hook by the name that the function has in the plugin, and that its manifest lists."""

    TASK_CREATED = "task_created"
    BEFORE_FETCH = "before_fetch"
    PROGRESS = "progress"
    COMPLETED = "completed"
    FAILED = "failed"
    ALERT_RAISED = "alert_raised"
    BACKUP_MADE = "backup_made"
    LOOK_AT_FILE = "look_at_file"
    READ_FILE = "read_file"


# An engine has both of these; they are called for what its manifest claims.
ENGINE_HOOKS = frozenset({Hook.LOOK_AT_FILE, Hook.READ_FILE})


class Permission(StrEnum):
    """What a plugin is given beside the bare facts, if it asks and is granted it."""

    NETWORK = "network"  # requests through the server's own client
    TASKS = "tasks"  # the whole URLs of tasks, with what is secret in them
    FILES = "files"  # where on the disk finished files lie


class Hooks:
    """What each hook is given. A plugin writes a function of that name under `@hook`.

    It may leave away arguments that it does not need. What it returns counts where that is said.
    """

    @_spec
    def task_created(self, task: Facts, context: "Context") -> None:
        """Be told of a new task."""

    @_spec(firstresult=True)
    def before_fetch(self, task: Facts, url: str, context: "Context") -> str | None:
        """Return the URL to fetch in the place of `url`; None leaves it. Needs `tasks`."""

    @_spec
    def progress(self, task: Facts, progress: Facts, context: "Context") -> None:
        """Be told now and then how far a running task is."""

    @_spec
    def completed(self, task: Facts, files: list[Facts], context: "Context") -> None:
        """Be told of a task that is done."""

    @_spec
    def failed(self, task: Facts, error: Facts, context: "Context") -> None:
        """Be told of a task that was given up."""

    @_spec
    def alert_raised(self, alert: Facts, context: "Context") -> None:
        """Be told that something is wrong with the server."""

    @_spec
    def backup_made(self, backup: Facts, context: "Context") -> None:
        """Be told of a backup."""

    @_spec(firstresult=True)
    def look_at_file(self, url: str, context: "Context") -> "Remote":
        """Return what there is at a URL that the engine claims."""
        raise NotImplementedError

    @_spec(firstresult=True)
    def read_file(self, url: str, start: int, context: "Context") -> Iterator[bytes]:
        """Yield the bytes at a URL that the engine claims, those from `start` on."""
        raise NotImplementedError
