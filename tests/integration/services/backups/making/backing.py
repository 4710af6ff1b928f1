"""Backups of a store in a test's folder."""

import asyncio
import tarfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from services.alerts.issues import Level
from services.backups.backups import Backups
from services.backups.folder import BackupFolder
from services.backups.format import Manifest, table_path
from services.backups.maker import Maker, Origin
from services.backups.progress import BackupProgress, ProgressBoard
from services.backups.retention import Retention
from services.metrics import Metrics
from services.remembered import Remembered
from services.store.store import NewEvent, Store, Transaction
from tests.fakes.clock import FakeClock

PATIENCE_SECONDS = 30


class Noted:
    """Takes what is wrong, and remembers what is."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, str], str] = {}

    async def report(
        self,
        rule: str,
        message: str,
        *,
        level: Level,
        subject: str = "",
        owner_id: int | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        assert owner_id is None
        assert details is None
        self.open[rule, subject] = f"{level}: {message}"

    async def restore(self, rule: str, subject: str = "") -> None:
        self.open.pop((rule, subject), None)


@dataclass(slots=True)
class Backing:
    """Backups, and what is around them."""

    backups: Backups
    folder: Path
    data: Path
    clock: FakeClock
    issues: Noted
    board: ProgressBoard
    metrics: Metrics
    events: list[NewEvent] = field(default_factory=list)

    def files(self) -> list[str]:
        """Return what lies in the folder."""
        return sorted(path.name for path in self.folder.iterdir() if path.name != ".lock")

    def rows(self, filename: str, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table in an archive."""
        content = member(self.folder / filename, table_path(table))
        return [orjson.loads(line) for line in content.splitlines()]


@asynccontextmanager
async def backing(
    store: Store,
    tmp_path: Path,
    clock: FakeClock,
    *,
    folder: Path | None = None,
    is_scheduled: bool = True,
    retention: Retention = Retention(),  # noqa: B008 - it is frozen
    make_folder: Callable[[Path], BackupFolder] = BackupFolder,
) -> AsyncIterator[Backing]:
    """Give backups of `store`, whose data folder is `tmp_path` if it is on SQLite."""
    path = folder or tmp_path / "backups"
    issues, board, metrics = Noted(), ProgressBoard(clock), Metrics(version="1.2.3")
    where = make_folder(path)
    backups = Backups(
        store=store,
        clock=clock,
        remembered=Remembered(store=store, clock=clock),
        issues=issues,
        folder=where,
        maker=Maker(origin_of(store, tmp_path), where),
        board=board,
        metrics=metrics,
        retention=retention,
        is_scheduled=is_scheduled,
    )
    made = Backing(backups, path, tmp_path, clock, issues, board, metrics)

    async def hear(_: Transaction, events: Any) -> None:
        made.events += events

    store.accompany(hear)
    await backups.open()
    try:
        yield made
    finally:
        await backups.close()


def origin_of(store: Store, folder: Path) -> Origin:
    """Return what is backed up of a store."""
    return Origin(
        version="1.2.3",
        data_dir=folder,
        database_url=getattr(store, "_url", None),
        key_file=folder / "secret.key",
        settings_file=folder / "argosy.toml",
        secret_settings={"admin_token"},
    )


def member(archive: Path, path: str) -> bytes:
    """Return the bytes of a file in an archive."""
    with tarfile.open(archive) as tar:
        content = tar.extractfile(path)
        assert content is not None
        return content.read()


def members(archive: Path) -> list[str]:
    """Return the paths in an archive, in their order."""
    with tarfile.open(archive) as tar:
        return tar.getnames()


def manifest(archive: Path) -> Manifest:
    """Return the manifest of an archive."""
    return Manifest.from_json(orjson.loads(member(archive, "manifest.json")))


async def shown(backing: Backing, is_it: Callable[[BackupProgress], bool]) -> BackupProgress:
    """Return the first progress of that kind that is shown."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for progress in backing.board.follow():
            if is_it(progress):
                return progress
    raise AssertionError


async def grow(store: Store, rows: int) -> None:
    """Make the database so large that it is not copied at once."""
    text = orjson.dumps("x" * 2000).decode()

    async def write(transaction: Transaction) -> None:
        await transaction.execute_many(
            "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)",
            [(f"filler-{n}", text, NOW) for n in range(rows)],
        )

    await store.write(write)


NOW = FakeClock().now()
