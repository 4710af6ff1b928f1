"""The checks that a plugin passes before it is given to others: its author runs them."""

import ast
import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.errors import ArgosyError
from services.outgoing.urls import FETCHABLE, parse_url
from services.plugins.finding import FILE, Found, Source, read
from services.plugins.hooks import ENGINE_HOOKS, Hook, Permission
from services.plugins.manifest import Manifest
from services.plugins.output import Output
from services.plugins.preferences import with_defaults
from services.plugins.process import Launch, PluginFailed, PluginProcess, Refusal, start
from services.plugins.validation import errors_in, problem_of

OURS = ("argosy", "models", "resolvers", "schema", "services")
SDK = "argosy.sdk"
LOAD_SECONDS = 30.0
HOOK_SECONDS = 5.0  # as servers have it, unless they are set up otherwise
MEMORY = 512 << 20
MOST_READ = 10 << 20  # bytes of a file that are read to see that it can be
TASK = {
    "id": "task_01930000-0000-7000-8000-000000000001",
    "owner": 1,
    "engine": "http",
    "url": "https://example.com/film.mkv",
    "host": "example.com",
    "name": "film.mkv",
    "folder": "",
    "state": "RUNNING",
    "received": 0,
    "total": 1000,
    "created_at": "2026-02-06T10:30:00+00:00",
    "finished_at": None,
}
FILE_FACTS = {
    "id": "file_01930000-0000-7000-8000-000000000002",
    "name": "film.mkv",
    "size": 1000,
    "sha256": None,
    "path": "/nowhere/film.mkv",
}
SAMPLES: dict[Hook, Mapping[str, Any]] = {
    Hook.TASK_CREATED: {"task": TASK},
    Hook.BEFORE_FETCH: {"task": TASK, "url": TASK["url"]},
    Hook.PROGRESS: {
        "task": {"id": TASK["id"], "owner": 1, "name": "film.mkv"},
        "progress": {"received": 500, "total": None, "speed": 100, "phase": "DOWNLOADING"},
    },
    Hook.COMPLETED: {"task": {**TASK, "state": "COMPLETED"}, "files": [FILE_FACTS]},
    Hook.FAILED: {
        "task": {**TASK, "state": "FAILED", "name": "", "total": None},
        "error": {"code": "TIMED_OUT", "message": "Nothing came for 60 seconds."},
    },
    Hook.ALERT_RAISED: {
        "alert": {
            "alert": "alert_01930000-0000-7000-8000-000000000003",
            "rule": "disk.low",
            "subject": "",
            "level": "warning",
            "message": "The disk is nearly full.",
            "at": "2026-02-06T10:30:00+00:00",
        }
    },
    Hook.BACKUP_MADE: {
        "backup": {
            "filename": "backup_20260206_023000.tar.gz",
            "size": 1000,
            "kind": "daily",
            "at": "2026-02-06T02:30:00+00:00",
        }
    },
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked, and what is wrong with it, if anything."""

    what: str
    problem: str | None = None


async def check(
    path: Path, *, settings: Mapping[str, Any] | None = None, url: str | None = None
) -> list[Checked]:
    """Check the plugin in a file, or a folder with a `plugin.py`.

    `settings` are those to try it with, beside the usual ones; `url` is one that its engine is to
    fetch. Requests that it makes are not sent: each is answered with 204.
    """
    file, found = _found(path)
    if found.manifest is None:
        return [Checked("manifest", found.problem)]
    manifest, given = found.manifest, with_defaults(found.manifest.schema, dict(settings or {}))
    checked = [Checked("manifest"), *_imports(path, file)]
    problem = problem_of(manifest.schema)
    wrong = [] if problem else errors_in(manifest.schema, given)
    checked.append(Checked("settings schema", problem))
    checked += [Checked("settings", f"{each.field}: {each.message}") for each in wrong]
    launch = Launch(
        name=manifest.name,
        file=str(file.absolute()),
        module=None,
        hooks=tuple(hook.value for hook in manifest.hooks),
        memory=MEMORY,
        settings=given,
        state={},
    )
    return checked + await _tried(manifest, launch, url)


def _found(path: Path) -> tuple[Path, Found]:
    """Return the file with the manifest, and the plugin in it."""
    if path.is_dir():
        return path / FILE, read(path / FILE, path.resolve().name, Source.FOLDER)
    return path, read(path, path.stem, Source.FOLDER)


def _imports(path: Path, file: Path) -> Iterator[Checked]:
    """Check that of ours, a plugin imports the SDK alone."""
    for each in sorted(path.rglob("*.py")) if path.is_dir() else [file]:
        try:
            tree = ast.parse(each.read_bytes())
        except (SyntaxError, ValueError) as error:
            yield Checked(f"imports of {each.name}", str(error))
            continue
        names = [name for node in ast.walk(tree) for name in _imported(node)]
        wrong = [n for n in names if n.partition(".")[0] in OURS and n != SDK]
        told = f"{wrong[0]} may change with any version; import {SDK}." if wrong else None
        yield Checked(f"imports of {each.name}", told)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        if node.module == "argosy":
            return [f"argosy.{alias.name}" for alias in node.names]
        return [node.module]
    return []


async def _tried(manifest: Manifest, launch: Launch, url: str | None) -> list[Checked]:
    """Load the plugin, and call each of its hooks."""
    checked: list[Checked] = []

    async def serve(what: str, _arguments: Mapping[str, Any]) -> Any:
        await asyncio.sleep(0)
        if what == "request" and Permission.NETWORK not in manifest.permissions:
            message = "The plugin has not asked for the permission network."
            raise Refusal(message)
        return {"status": 204, "headers": {}, "text": ""} if what == "request" else None

    async def begin() -> PluginProcess:
        return await start(launch, serve, Output(manifest.name), LOAD_SECONDS)

    try:
        await (await begin()).close()
    except PluginFailed as error:
        return [Checked("loading", _told(error))]
    checked.append(Checked("loading"))
    for hook in manifest.hooks:
        if hook in ENGINE_HOOKS and (url is None or hook is Hook.READ_FILE):
            continue
        process = await begin()  # each hook alone: one that fails says nothing of the next
        try:
            await _call(process, hook, url)
        except PluginFailed as error:
            checked.append(Checked(f"hook {hook.value}", _told(error)))
        except ArgosyError as error:
            checked.append(Checked(f"hook {hook.value}", error.message))
        else:
            checked.append(Checked(f"hook {hook.value}"))
        finally:
            await process.close()
    return checked


async def _call(process: PluginProcess, hook: Hook, url: str | None) -> None:
    if hook is Hook.LOOK_AT_FILE:
        await process.call(hook.value, {"url": url}, HOOK_SECONDS)
        count = 0
        async for chunk in process.read({"url": url, "start": 0}, HOOK_SECONDS):
            count += len(chunk)
            if count > MOST_READ:
                break
        return
    answer = await process.call(hook.value, SAMPLES[hook], HOOK_SECONDS)
    if hook is Hook.BEFORE_FETCH and answer is not None:
        parse_url(answer if isinstance(answer, str) else "", schemes=FETCHABLE)


def _told(error: PluginFailed) -> str:
    text = f"{error.kind}: {error.message}" if error.kind else error.message
    return f"{text}\n{error.trace}".rstrip()
