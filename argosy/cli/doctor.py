"""`argosy doctor`: look at everything the server needs, and say what is wrong and what cures it."""

import asyncio
import os
import platform
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from argosy import presence
from argosy.http.playground import PAGE
from argosy.settings import PREFIX, Settings, unknown_names
from argosy.version import VERSION
from services import display
from services.errors import ArgosyError, Conflict
from services.store.choose import DATABASE
from services.store.folder import FolderLock
from services.store.migrations import applied_to_sqlite, pending

LITTLE_ROOM = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing; `cure` is for what is not well."""

    what: str
    found: str
    is_well: bool = True
    cure: str = ""


def examine(settings: Settings) -> int:
    """Print what was found and the settings; return 0 if all is well, else 1."""
    console = Console()
    findings = list(_findings(settings))
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        mark = Text("ok", style="green") if finding.is_well else Text("bad", style="red")
        text = finding.found if finding.is_well else f"{finding.found}\n{finding.cure}"
        table.add_row(mark, Text(finding.what), Text(text))
    console.print(table)
    console.print("\nSettings, from the environment or from argosy.toml in the data folder:\n")
    for line in _settings(settings):
        console.print(line)
    return 0 if all(finding.is_well for finding in findings) else 1


def _findings(settings: Settings) -> Iterator[Finding]:
    yield Finding("Argosy", f"{VERSION} on Python {platform.python_version()}")
    yield _folder("Data folder", settings.data_dir)
    yield _folder("Download folder", settings.downloads)
    yield _room(settings.downloads)
    yield _try("Database", lambda: _database(settings))
    yield _server(settings)
    yield _playground()
    if names := unknown_names():
        cure = "Look for a slip of the pen; the settings are listed below."
        yield Finding("Environment", f"unknown: {', '.join(names)}", is_well=False, cure=cure)


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, look())
    except ArgosyError as error:
        return Finding(what, "not usable", is_well=False, cure=error.message)
    except OSError as error:
        return Finding(what, "not usable", is_well=False, cure=str(error))


def _folder(what: str, folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        note = "" if existing == folder else " (will be made)"
        return Finding(what, f"{folder}{note}")
    cure = f"Let this user write in {existing}, or choose another folder."
    return Finding(what, f"{folder} cannot be written", is_well=False, cure=cure)


def _room(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    cure = "Make room: downloads stop when the disk is full."
    return Finding("Room", f"{display.size(free)} free", is_well=free > LITTLE_ROOM, cure=cure)


def _database(settings: Settings) -> str:
    if settings.database is not None:
        return asyncio.run(_postgres(settings.database))
    path = settings.data_dir / DATABASE
    if not path.exists():
        return "SQLite, made at the first start"
    waiting = len(pending(applied_to_sqlite(path)))
    state = f"{waiting} migrations at the next start" if waiting else "up to date"
    return f"SQLite, {display.size(path.stat().st_size)}, {state}"


async def _postgres(url: str) -> str:
    from services.store.migrations import applied_to_postgres

    waiting = len(pending(await applied_to_postgres(url)))
    state = f"{waiting} migrations at the next start" if waiting else "up to date"
    return f"PostgreSQL, {state}"


def _server(settings: Settings) -> Finding:
    if settings.data_dir.exists():
        try:
            with FolderLock(settings.data_dir):
                pass
        except Conflict:
            found = presence.find(settings.data_dir)
            return Finding("Server", f"running at {found.url}" if found else "starting")
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        where = f"{settings.host} port {settings.port}"
        found_out = f"{where}: {os.strerror(error.errno or 0)}"
        cure = "Another program has it: choose another with ARGOSY_PORT."
        return Finding("Server", found_out, is_well=False, cure=cure)
    return Finding("Server", "not running; its port is free")


def _playground() -> Finding:
    if PAGE.is_file():
        return Finding("Playground", "built")
    cure = "Run ./run or make dashboard where the npm registry can be reached."
    return Finding("Playground", "not built", is_well=False, cure=cure)


def _settings(settings: Settings) -> Iterator[Text]:
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        shown = "" if value is None or value == () else shown
        yield Text(f"{PREFIX}{name.upper()}={shown}", style="bold")
        yield Text(f"    {field.description}")
