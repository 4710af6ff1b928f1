"""What a plugin imports, and all of ours that it may import. See docs/how-to/write-a-plugin.md."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

from services.plugins.child.context import Answer, Context, NotFound, Remote, TryLater
from services.plugins.child.line import Refused
from services.plugins.hookspecs import hook

__all__ = ["Answer", "Context", "NotFound", "Refused", "Remote", "TryLater", "check", "hook"]


def check(
    path: str | PathLike[str],
    *,
    settings: Mapping[str, Any] | None = None,
    url: str | None = None,
) -> list[str]:
    """Return what is wrong with the plugin in a file or a folder: nothing, one hopes.

    It is for the plugin's own tests, and does what `argosy plugin check` does.
    """
    import asyncio  # a plugin in its process has no need of all this
    from pathlib import Path

    from services.plugins.checking import check as run

    found = asyncio.run(run(Path(path), settings=settings, url=url))
    return [f"{each.what}: {each.problem}" for each in found if each.problem]
