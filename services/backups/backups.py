"""Backups: made when somebody wants one or at their time, listed, verified, removed."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from services.alerts.issues import Issues, Level
from services.audit.remarks import remark
from services.backups.folder import BackupFolder, order
from services.backups.format import (
    DEFAULT_NAME,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    Kind,
    file_name,
)
from services.backups.listing import has_before, page_of
from services.backups.maker import Maker
from services.backups.progress import Operation, Phase, ProgressBoard
from services.backups.records import (
    Backup,
    Check,
    Standing,
    Status,
    Wish,
    failed_to_json,
    read_failed,
)
from services.backups.retention import Retention, superfluous
from services.backups.turn import turn
from services.backups.verifying import verify
from services.clock import Clock
from services.errors import Conflict, InvalidInput, NotFound, Unavailable
from services.events.kinds import ServerEventKind
from services.files.names import safe_name
from services.metrics import Metrics
from services.paging.pages import Page
from services.remembered import Remembered
from services.store.store import NewEvent, Store, Transaction
from services.text import plain

FAILURES = "backup_failures"  # remembered: the last that failed
SINCE = "backups_since"  # remembered: when the schedule began
MOST_FAILURES = 10
LONGEST_TOLD = 128  # letters of a name, in the audit log
GRACE = timedelta(hours=12)  # that a scheduled backup may come late
DAY = timedelta(days=1)
FAILED = "backup.failed"
OVERDUE = "backup.overdue"

log = structlog.get_logger(__name__)


class Backups:
    """The backups of this server."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        remembered: Remembered,
        issues: Issues,
        folder: BackupFolder,
        maker: Maker,
        board: ProgressBoard,
        retention: Retention,
        metrics: Metrics,
        is_scheduled: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._remembered = remembered
        self._issues = issues
        self._folder = folder
        self._maker = maker
        self._board = board
        self.retention = retention
        self._metrics = metrics
        self.is_scheduled = is_scheduled
        self._making: set[asyncio.Task[Backup]] = set()

    async def open(self) -> None:
        """Remove what a crash has left."""
        await self.schedule(is_on=self.is_scheduled)
        try:
            await asyncio.to_thread(self._clear)
            self._count(await asyncio.to_thread(self._folder.newest_known))
        except Unavailable as error:
            log.warning("backups.cannot", reason=error.message)

    async def schedule(self, *, is_on: bool) -> None:
        """Expect backups at their time from now on, or none: then none is ever overdue."""
        self.is_scheduled = is_on
        if is_on:
            await self._remembered.put_once(SINCE, self._clock.now().isoformat())
        elif await self._remembered.get(SINCE) is not None:
            await self._remembered.forget(SINCE)

    async def close(self) -> None:
        """End what is being made; nothing of it is left."""
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, return_exceptions=True)

    async def create(self, wish: Wish) -> Backup:
        """Make a backup, and return it once it lies in the folder.

        It is made to its end, even if whoever wanted it goes away. Raises `InvalidInput` for what
        is wrong with the wish, `Conflict` while another backup or a restore is going on, and
        `Unavailable` with the reason where it failed.
        """
        checked = _checked(wish)
        task = asyncio.create_task(self._create(checked), name="backup")
        self._making.add(task)
        task.add_done_callback(self._making.discard)
        backup = await asyncio.shield(task)
        remark(backup=backup.filename)
        return backup

    async def create_within(self, wish: Wish) -> Backup:
        """Make a backup for whoever has the `turn` already, and shows the progress themselves."""
        checked = _checked(wish)
        at = self._clock.now()
        filename = await asyncio.to_thread(self._folder.free_name, checked.name or "", at)
        try:
            backup = await self._maker.make(checked, filename, at, lambda _phase, _percent: None)
        except Unavailable as error:
            await self._tell_failure(_failure(checked, filename, at, error))
            raise
        await self._tell_success(backup)
        return backup

    async def create_scheduled(self) -> None:
        """Make the backup of the schedule, and remove what is not to be kept any more."""
        try:
            await self.create(Wish("Scheduled backup", kind=Kind.SCHEDULED))
        except Conflict:
            log.warning("backups.skipped", reason="a backup or restore is going on")
            return
        await self.prune()

    async def all(self) -> list[Backup]:
        """Return all backups, and those that failed lately, the newest first."""
        backups = await asyncio.to_thread(self._folder.all)
        return sorted([*backups, *await self._failures()], key=order, reverse=True)

    async def page(self, first: int, after: str | None) -> Page[Backup]:
        """Return `first` of `all` that follow the cursor `after`; raise `InvalidInput`."""
        return page_of(await self.all(), first, after)

    async def has_before(self, after: str | None) -> bool:
        """Whether any come before what follows the cursor."""
        return has_before(await self.all(), after)

    async def count(self) -> int:
        """Return how many there are."""
        return len(await self.all())

    async def get(self, filename: str) -> Backup:
        """Return a backup that lies in the folder; raise `NotFound`."""
        return await asyncio.to_thread(self._folder.get, filename)

    async def place(self, filename: str) -> Path:
        """Return where an archive lies; raise `NotFound`."""
        return await asyncio.to_thread(self._folder.place, filename)

    async def verify(self, filename: str) -> Check:
        """Check each byte of a backup, and remember what came of it."""
        return await verify(self._folder, self._maker, filename, self._clock.now())

    async def delete(self, filename: str) -> Backup:
        """Remove a backup, or what is known of one that failed; return what it was."""
        remark(backup=plain(filename, most=LONGEST_TOLD))
        failures = await self._failures()
        for backup in failures:
            if backup.filename == filename:
                await self._keep_failures([each for each in failures if each is not backup])
                return backup
        return await asyncio.to_thread(self._remove, filename)

    async def prune(self) -> list[Backup]:
        """Remove what is not to be kept; return what that was."""
        backups = superfluous(await asyncio.to_thread(self._folder.all), self.retention)
        for backup in backups:
            with suppress(NotFound):
                await asyncio.to_thread(self._remove, backup.filename)
                log.info("backups.pruned", filename=backup.filename)
        return backups

    async def standing(self) -> Standing:
        """Return whether there is a backup as young as there should be."""
        backups = await asyncio.to_thread(self._folder.all)
        sound = [each.created_at for each in backups if each.status is Status.COMPLETED]
        newest = max(sound, default=None)
        self._count(newest)
        if not self.is_scheduled:
            return Standing(newest, None, is_overdue=False)
        since = await self._remembered.get(SINCE)
        begun = datetime.fromisoformat(str(since)) if since else self._clock.now()
        is_overdue = self._clock.now() - max(newest or begun, begun) > DAY + GRACE
        return Standing(newest, DAY, is_overdue=is_overdue)

    def _count(self, newest: datetime | None) -> None:
        self._metrics.newest_backup.set(newest.timestamp() if newest else 0)

    async def _create(self, wish: Wish) -> Backup:
        at = self._clock.now()
        filename = file_name(wish.name or DEFAULT_NAME, at)
        try:
            with turn(self._folder.path):
                await asyncio.to_thread(self._folder.clear)
                filename = await asyncio.to_thread(self._folder.free_name, wish.name or "", at)
                backup = await self._make(wish, filename, at)
        except Unavailable as error:
            self._show(Phase.FAILED, self._percent, filename, error.message)
            await self._tell_failure(_failure(wish, filename, at, error))
            raise
        await self._tell_success(backup)
        self._show(Phase.COMPLETED, 100, filename)
        return backup

    async def _make(self, wish: Wish, filename: str, at: datetime) -> Backup:
        self._show(Phase.COPYING, 0, filename)
        try:
            return await self._maker.make(
                wish, filename, at, lambda phase, percent: self._show(phase, percent, filename)
            )
        except (asyncio.CancelledError, InvalidInput):
            self._show(Phase.FAILED, self._percent, filename, "It was ended.")
            raise

    def _show(
        self, phase: Phase, percent: float, filename: str, message: str | None = None
    ) -> None:
        self._board.show(Operation.BACKUP, phase, percent, filename=filename, message=message)

    @property
    def _percent(self) -> float:
        return self._board.newest.percent if self._board.newest else 0

    def _clear(self) -> None:
        if not self._folder.path.is_dir():
            return
        with suppress(Conflict), turn(self._folder.path):  # another process is at work there
            if count := self._folder.clear():
                log.info("backups.cleared", leftovers=count)

    def _remove(self, filename: str) -> Backup:
        with turn(self._folder.path):  # it is not being restored
            return self._folder.remove(filename)

    async def _tell_success(self, backup: Backup) -> None:
        self._metrics.backups.labels(result="completed").inc()
        self._count(backup.created_at)
        log.info("backups.completed", filename=backup.filename, size=backup.size)
        data: dict[str, object] = {
            "filename": backup.filename,
            "size": backup.size,
            "kind": str(backup.kind),
        }
        try:
            await self._record(ServerEventKind.BACKUP_COMPLETED, data)
            await self._issues.restore(FAILED)
            await self._issues.restore(OVERDUE)
        except Unavailable as error:
            log.warning("backups.untold", reason=error.message)  # it lies there all the same

    async def _tell_failure(self, failed: Backup) -> None:
        self._metrics.backups.labels(result="failed").inc()
        log.error("backups.failed", filename=failed.filename, reason=failed.message)
        data: dict[str, object] = {"kind": str(failed.kind), "message": failed.message}
        with suppress(Unavailable):  # perhaps for the same reason
            await self._record(ServerEventKind.BACKUP_FAILED, data)
            await self._keep_failures([failed, *await self._failures()])
        with suppress(Unavailable):
            await self._issues.report(
                FAILED, f"The last backup failed: {failed.message}", level=Level.CRITICAL
            )

    async def _record(self, kind: ServerEventKind, data: dict[str, object]) -> None:
        event = NewEvent(None, None, kind.value, data, self._clock.now())

        async def write(transaction: Transaction) -> None:
            transaction.record(event)

        await self._store.write(write)

    async def _failures(self) -> list[Backup]:
        found: Any = await self._remembered.get(FAILURES)
        return [read_failed(content) for content in found or []]

    async def _keep_failures(self, failures: list[Backup]) -> None:
        kept = [failed_to_json(each) for each in failures[:MOST_FAILURES]]
        await self._remembered.put(FAILURES, kept)


def _failure(wish: Wish, filename: str, at: datetime, error: Unavailable) -> Backup:
    reason = error.message
    return Backup(filename, Status.FAILED, at, wish.kind, wish.description, message=reason)


def _checked(wish: Wish) -> Wish:
    """Return the wish with a clean name and description; raise `InvalidInput`."""
    if len(wish.description) > LONGEST_DESCRIPTION:
        message = f"A description has up to {LONGEST_DESCRIPTION} letters. Shorten it."
        raise InvalidInput(message, field="description")
    name = _clean(wish.name) if wish.name and wish.name.strip(" .") else DEFAULT_NAME
    return replace(wish, name=name, description=plain(wish.description).strip())


def _clean(name: str) -> str:
    """Return one component of a path that is short enough to have a date after it."""
    clean = safe_name(name.removesuffix(".tar.gz"))
    return clean.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .") or DEFAULT_NAME
