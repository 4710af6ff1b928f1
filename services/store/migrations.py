"""Bring the tables to the version of this program, or leave them exactly as they were.

SQLite is migrated in a copy, with foreign keys off (a table that is rebuilt with them on
deletes its children), and the copy takes the place of the original in one rename. The
original stays beside it. PostgreSQL migrates in a transaction, behind an advisory lock.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog

from services.errors import Unavailable
from services.files.places import NO_LINKS
from services.store.credentials import connection as connection_to
from services.store.credentials import credentials
from services.store.tables import APP, TABLES

LOCATION = Path(__file__).parents[2] / "models" / "migrations"
MIGRATION_LOCK = 0x4172676F736D
COPIES_KEPT = 3
CONNECT_SECONDS = 10

log = structlog.get_logger(__name__)


def versions() -> list[str]:
    """Return the names of all migration files, oldest first."""
    names = (p.name for p in (LOCATION / APP).glob("[0-9]*_*.py"))
    return sorted(names, key=lambda name: int(name.split("_", 1)[0]))


def pending(applied: Sequence[str]) -> list[str]:
    """Return the migrations not in `applied`; raise `Unavailable` if it holds unknown ones."""
    known = versions()
    if strange := sorted(set(applied) - set(known)):
        message = (
            f"This database was made by a newer Argosy (it has {strange[-1]}). "
            "Install that version or a later one."
        )
        raise Unavailable(message)
    return [name for name in known if name not in applied]


def applied_to_sqlite(path: Path) -> list[str]:
    """Return the migrations that the database in `path` has seen; none if there is no file.

    Raises `Unavailable` where it cannot be read or is damaged.
    """
    if not path.exists():
        return []
    address = f"{path.absolute().as_uri()}?mode=ro"
    with readable(path), closing(sqlite3.connect(address, uri=True, timeout=10)) as database:
        has_table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'aerich'"
        if database.execute(has_table).fetchone() is None:
            return []
        rows = database.execute("SELECT version FROM aerich WHERE app = ?", (APP,))
        return [version for (version,) in rows]


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Tell what SQLite says of the database in `path` as `Unavailable`, with the cure."""
    try:
        yield
    except sqlite3.OperationalError as error:
        message = f"The database {path} cannot be read: {error}. Look at the file and the disk."
        raise Unavailable(message) from error
    except sqlite3.DatabaseError as error:
        copies = _kept_copies(path)
        kept = f"a backup, or the copy {copies[-1].name}," if copies else "a backup"
        message = (
            f"The database {path} is damaged: {error}. While no server runs, put {kept} in its "
            f"place, and remove {path.name}-wal and {path.name}-shm."
        )
        raise Unavailable(message) from error


async def migrate_sqlite(path: Path) -> list[str]:
    """Migrate the database in `path` and return what was applied.

    The caller holds the lock of the data folder: nobody else may have the file open.
    """
    applied = await asyncio.to_thread(applied_to_sqlite, path)
    if not pending(applied):
        return []
    copy = path.with_name(path.name + ".migrating")
    await asyncio.to_thread(_copy, path, copy)
    done = await _upgrade({"default": _of_a_copy(copy)})
    await asyncio.to_thread(_check, copy)
    await asyncio.to_thread(_take_place, copy, path, applied)
    log.info("store.migrated", applied=done)
    return done


async def build_sqlite(path: Path, upto: Sequence[str] | None = None) -> None:
    """Migrate a database that nobody else knows of, where it lies; up to `upto`, if not further.

    `upto` are the first of `versions()`.
    """
    # Of its own name: Tortoise remembers statements by the connection's, of whatever dialect.
    connection = {"building": _of_a_copy(path)}
    if upto is None:
        await _upgrade(connection)
        return
    with tempfile.TemporaryDirectory() as folder:
        location = Path(folder)
        (location / APP).mkdir()
        for name in upto:
            shutil.copyfile(LOCATION / APP / name, location / APP / name)
        await _upgrade(connection, location)


async def migrate_postgres(url: str) -> list[str]:
    """Migrate the database at `url` and return what was applied."""
    async with connected(url) as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        if not await pending_on(connection):
            return []
        done = await _upgrade({"default": connection_to(url)})
    log.info("store.migrated", applied=done)
    return done


async def applied_to_postgres(url: str) -> list[str]:
    """Return the migrations that the database at `url` has seen; raise `Unavailable`."""
    async with connected(url) as connection:
        return await _applied(connection)


async def pending_on(connection: Any) -> list[str]:
    """Return the migrations that a connected database on PostgreSQL has not seen yet."""
    return pending(await _applied(connection))


async def _applied(connection: Any) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('aerich')") is None:
        return []
    rows = await connection.fetch("SELECT version FROM aerich WHERE app = $1", APP)
    return [row["version"] for row in rows]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    import asyncpg  # not for everybody

    try:
        connection = await asyncpg.connect(**credentials(url), timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError) as error:
        reason = str(error) or "no answer"
        message = f"PostgreSQL cannot be used: {reason}. Look at ARGOSY_DATABASE_URL."
        raise Unavailable(message) from error
    try:
        yield connection
    finally:
        await connection.close()


def _of_a_copy(path: Path) -> dict[str, object]:
    return {
        "engine": "tortoise.backends.sqlite",
        "credentials": {
            "file_path": str(path),
            "journal_mode": "DELETE",
            "synchronous": "FULL",
            "foreign_keys": "OFF",
        },
    }


async def _upgrade(
    connection: dict[str, dict[str, object]], location: Path | None = None
) -> list[str]:
    # In a task of its own: aerich leaves its Tortoise state in a context variable.
    return await asyncio.create_task(
        _run_aerich(connection, location or LOCATION), name="migrations"
    )


async def _run_aerich(connection: dict[str, dict[str, object]], location: Path) -> list[str]:
    from aerich import Command  # slow to import, and hardly ever needed

    (name,) = connection
    config = {
        "connections": connection,
        "apps": {APP: {"models": [*TABLES, "aerich.models"], "default_connection": name}},
    }
    command = Command(config, app=APP, location=str(location))
    try:
        await command.init()
        return await command.upgrade(run_in_transaction=True)
    finally:
        await command.aclose()


def _copy(path: Path, copy: Path) -> None:
    for leftover in (copy, copy.with_name(copy.name + "-journal")):
        leftover.unlink(missing_ok=True)
    try:
        # SQLite gives its logs the mode of their database: nobody else reads any of them.
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        sqlite3.connect(copy).execute("PRAGMA user_version").connection.close()
    except (OSError, sqlite3.OperationalError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"The database cannot be made in {path.parent}: {reason}. Look at the folder."
        raise Unavailable(message) from error
    if not path.exists():
        return
    with (
        readable(path),
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        # What is still in the log goes into the file, and the log goes away: it must not
        # be found beside the database that takes this one's place.
        source.execute("PRAGMA journal_mode = DELETE").fetchone()
        source.backup(target)


def _check(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as database:
        faults = database.execute("PRAGMA integrity_check").fetchall()
        orphans = database.execute("PRAGMA foreign_key_check").fetchall()
    if faults != [("ok",)] or orphans:
        message = (
            f"The migrated copy {copy} is not sound ({len(orphans)} orphans, {faults[:3]}). "
            "The database was left as it was."
        )
        raise Unavailable(message)


def _keep(path: Path, kept: Path) -> None:
    """Give the database a second name, or a copy where the file system has no links."""
    try:
        os.link(path, kept)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        kept.touch(0o600)
        shutil.copyfile(path, kept)
        with kept.open("rb") as file:
            os.fsync(file.fileno())
    with suppress(PermissionError):  # where there are no links, there are often no modes
        kept.chmod(0o600)


def _kept_copies(path: Path) -> list[Path]:
    """Return the databases as they were before a migration, the newest last."""
    copies = path.parent.glob(f"{path.name}.before-*")
    return sorted(copies, key=lambda copy: copy.stat().st_mtime)


def _take_place(copy: Path, path: Path, applied: Sequence[str]) -> None:
    if path.exists():
        kept = path.with_name(f"{path.name}.before-{len(applied)}")
        kept.unlink(missing_ok=True)
        _keep(path, kept)
        for old in _kept_copies(path)[:-COPIES_KEPT]:
            old.unlink()
    copy.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
