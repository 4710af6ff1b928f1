"""`argosy doctor`: look at everything the server needs, and say what is wrong and what cures it."""

import asyncio
import errno
import os
import platform
import shutil
import socket
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from argosy import presence
from argosy.http.playground import PAGE
from argosy.keeping import with_kept
from argosy.loading import unknown_names
from argosy.settings import PREFIX, Settings
from argosy.version import VERSION
from services import display
from services.access.limits.shared import answers
from services.access.quotas.tiers import Tiers
from services.errors import ArgosyError, Conflict
from services.sealing import Sealer
from services.store.choose import DATABASE
from services.store.folder import FolderLock
from services.store.glance import glance_at_postgres, glance_at_sqlite
from services.store.migrations import applied_to_postgres, applied_to_sqlite, pending
from services.store.rows import Row
from services.text import plain

LITTLE_ROOM = 1 << 30  # bytes
CRITICAL = """
    SELECT rule, message FROM alerts WHERE open IS NOT NULL AND level = 'critical'
    AND acknowledged_at IS NULL ORDER BY id DESC LIMIT 10
"""


class Verdict(StrEnum):
    """How something is."""

    OK = "ok"
    NOTE = "note"  # it works, and could be better
    BAD = "bad"


COLOURS = {Verdict.OK: "green", Verdict.NOTE: "yellow", Verdict.BAD: "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing; `cure` is for what is not well."""

    what: str
    found: str
    verdict: Verdict = Verdict.OK
    cure: str = ""


def examine(settings: Settings) -> int:
    """Print what was found and the settings; return 0 if nothing is bad, else 1."""
    console = Console()
    findings = list(_findings(settings))
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        mark = Text(finding.verdict.value, style=COLOURS[finding.verdict])
        text = "\n".join(plain(part) for part in (finding.found, finding.cure) if part)
        table.add_row(mark, Text(finding.what), Text(text))
    console.print(table)
    console.print("\nSettings of this shell, or from argosy.toml in the data folder. A server that")
    console.print("is running may have been started with others.\n")
    for line in _settings(settings):
        console.print(line)
    return 1 if any(finding.verdict is Verdict.BAD for finding in findings) else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    yield Finding("Argosy", f"{VERSION} on Python {platform.python_version()}")
    yield _try("Data folder", lambda what: _folder(what, settings.data_dir))
    yield _try("Download folder", lambda what: _folder(what, settings.downloads))
    yield _try("Room", lambda what: _room(what, settings.downloads))
    yield _try("Database", lambda what: Finding(what, _database(settings)))
    yield _try("Alerts", lambda what: _alerts(what, settings))
    yield _try("Tiers", lambda what: _tiers(what, settings))
    yield _try("Privacy", lambda what: _privacy(what, settings.data_dir))
    yield _try("Secrets", lambda what: _secrets(what, settings))
    yield _try("Server", lambda what: _server(what, settings))
    if settings.redis is not None:
        yield _try("Redis", lambda what: _redis(what, str(settings.redis)))
    yield _try("Playground", _playground)
    if names := unknown_names():
        cure = "Nothing reads these: look for a slip of the pen. The settings are listed below."
        yield Finding("Environment", f"unknown: {', '.join(names)}", Verdict.BAD, cure)


def _try(what: str, look: Callable[[str], Finding]) -> Finding:
    try:
        return look(what)
    except ArgosyError as error:
        return Finding(what, "not usable", Verdict.BAD, error.message)
    except Exception as error:  # noqa: BLE001 - the other checks are wanted all the same
        return Finding(what, "not usable", Verdict.BAD, f"{type(error).__name__}: {error}")


def _existing(folder: Path) -> Path:
    """Return `folder`, or what there is of the way to it."""
    return next(path for path in (folder, *folder.parents) if os.path.lexists(path))


def _folder(what: str, folder: Path) -> Finding:
    existing = _existing(folder)
    if not existing.is_dir():
        kind = "a file" if existing.is_file() else "not a folder"
        cure = f"{existing} is {kind}. Choose another folder."
        return Finding(what, f"{folder} cannot be used", Verdict.BAD, cure)
    if os.access(existing, os.W_OK | os.X_OK):
        note = "" if existing == folder else " (will be made)"
        return Finding(what, f"{folder}{note}")
    cure = f"Let this user write in {existing}, or choose another folder."
    return Finding(what, f"{folder} cannot be written", Verdict.BAD, cure)


def _room(what: str, folder: Path) -> Finding:
    free = shutil.disk_usage(_existing(folder)).free
    if free > LITTLE_ROOM:
        return Finding(what, f"{display.size(free)} free")
    cure = "Make room: downloads stop when the disk is full."
    return Finding(what, f"{display.size(free)} free", Verdict.BAD, cure)


def _privacy(what: str, folder: Path) -> Finding:
    """Look at who else on this machine can read what the server keeps."""
    if not folder.is_dir():
        return Finding(what, "nothing there yet")
    cure = f"chmod 700 {folder}"
    if not folder.stat().st_mode & stat.S_IXOTH:
        return Finding(what, "others cannot look into the data folder")
    databases = sorted(folder.glob(f"{DATABASE}*"))
    open_to_all = [path.name for path in databases if path.stat().st_mode & stat.S_IROTH]
    if open_to_all:
        return Finding(what, f"others can read {', '.join(open_to_all)}", Verdict.BAD, cure)
    return Finding(what, "others can look into the data folder", Verdict.NOTE, cure)


def _secrets(what: str, settings: Settings) -> Finding:
    """Look at the key that seals secrets; none is made here."""
    file = settings.key_file
    if os.path.lexists(file):
        Sealer(file).check()
        return Finding(what, f"the key in {file} can be used")
    if presence.find(settings.data_dir):
        cure = "Put it back: after a restart, nothing that was sealed with it opens."
        return Finding(what, f"the key file {file} is gone", Verdict.BAD, cure)
    if file.parent != settings.data_dir and not file.parent.is_dir():
        cure = f"Make the folder {file.parent}, or choose another with ARGOSY_SECRET_KEY_FILE."
        return Finding(what, f"{file} cannot be made", Verdict.BAD, cure)
    return Finding(what, "a key is made at the first start")


def _database(settings: Settings) -> str:
    if settings.database is not None:
        return asyncio.run(_postgres(settings.database))
    path = settings.data_dir / DATABASE
    if not path.exists():
        return "SQLite, made at the first start"
    waiting = len(pending(applied_to_sqlite(path)))
    state = f"{waiting} migrations at the next start" if waiting else "up to date"
    return f"SQLite, {display.size(path.stat().st_size)}, {state}"


def _tiers(what: str, settings: Settings) -> Finding:
    """Look for users whose tier is not in the settings: they can add nothing."""
    people = _people(settings)
    if people:  # some settings may have been set while a server ran
        settings = asyncio.run(with_kept(settings))
    names = Tiers(settings.tiers).names
    users = [row for row in people if row["tier"] not in names]
    if not users:
        return Finding(what, ", ".join(names))
    gone = sorted({row["tier"] for row in users})
    cure = "Put it into ARGOSY_TIERS, or give them another: until then they can add nothing."
    who = ", ".join(row["name"] for row in users)
    return Finding(what, f"no tier {', '.join(gone)}, which {who} has", Verdict.BAD, cure)


def _alerts(what: str, settings: Settings) -> Finding:
    """Look at what the server itself finds critical."""
    found = _glance(settings, CRITICAL)
    if not found:
        return Finding(what, "nothing critical is open")
    told = "; ".join(f"{row['rule']}: {row['message']}" for row in found)
    cure = "docs/alerts.md says what to do about each."
    if presence.find(settings.data_dir):
        return Finding(what, told, Verdict.BAD, cure)
    return Finding(what, f"when the server last looked: {told}", Verdict.NOTE, cure)


def _people(settings: Settings) -> Sequence[Row]:
    """Return the users, as far as there are any yet."""
    return _glance(settings, "SELECT name, tier FROM users WHERE removed_at IS NULL ORDER BY id")


def _glance(settings: Settings, question: str) -> Sequence[Row]:
    """Return what the database answers; nothing while it is not up to date."""
    if settings.database is not None:
        if pending(asyncio.run(applied_to_postgres(settings.database))):
            return []
        return asyncio.run(glance_at_postgres(settings.database, question))
    path = settings.data_dir / DATABASE
    if not path.exists() or pending(applied_to_sqlite(path)):
        return []
    return glance_at_sqlite(path, question)


async def _postgres(url: str) -> str:
    waiting = len(pending(await applied_to_postgres(url)))
    state = f"{waiting} migrations at the next start" if waiting else "up to date"
    return f"PostgreSQL, {state}"


def _server(what: str, settings: Settings) -> Finding:
    if settings.data_dir.is_dir():
        try:
            with FolderLock(settings.data_dir):
                pass
        except Conflict:
            found = presence.find(settings.data_dir)
            return Finding(what, f"running at {found.url}" if found else "starting")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        # What Python adds to the reason repeats the address.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        cannot = f"{settings.host} port {settings.port}: {reason}"
        return Finding(what, cannot, Verdict.BAD, _port_cure(error))
    return Finding(what, "not running; its port is free")


def _port_cure(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "Another program has it: choose another with ARGOSY_PORT."
    if error.errno == errno.EACCES:
        return "Choose a port above 1023 with ARGOSY_PORT."
    return "Choose an address of this machine with ARGOSY_HOST, such as 127.0.0.1."


def _redis(what: str, url: str) -> Finding:
    if asyncio.run(answers(url)):
        return Finding(what, "answers")
    cure = "Each server counts by itself until it does. Look at ARGOSY_REDIS_URL, and at Redis."
    return Finding(what, "does not answer", Verdict.NOTE, cure)


def _playground(what: str) -> Finding:
    if PAGE.is_file():
        return Finding(what, "built")
    cure = "Run ./run or make dashboard where the npm registry can be reached."
    return Finding(what, "not built", Verdict.BAD, cure)


def _settings(settings: Settings) -> Iterator[Text]:
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        shown = "" if value is None or value == () else shown
        yield Text(plain(f"{PREFIX}{name.upper()}={shown}"), style="bold")
        yield Text(f"    {field.description}")
