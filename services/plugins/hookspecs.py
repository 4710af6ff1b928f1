"""The hooks as pluggy knows them. Only the process of a plugin brings them in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pluggy

from services.plugins.hooks import PROJECT, Facts

if TYPE_CHECKING:
    from services.plugins.child.context import Context, Remote

hook = pluggy.HookimplMarker(PROJECT)
_spec = pluggy.HookspecMarker(PROJECT)


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
