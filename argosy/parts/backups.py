"""Backups, and what makes them at their time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time
from functools import partial
from typing import get_args

from pydantic import SecretStr

from argosy.parts.ground import Ground
from argosy.settings import FILE, Settings
from argosy.version import VERSION
from services.alerts.issues import Issues
from services.backups.backups import Backups
from services.backups.folder import BackupFolder
from services.backups.maker import Maker, Origin
from services.backups.progress import ProgressBoard
from services.backups.retention import Retention
from services.clock import Clock
from services.configuration.live import Apply
from services.metrics import Metrics
from services.remembered import Remembered
from services.scheduler import Daily, Job, Scheduler
from services.store.store import Store

JOB = "backup"
NIGHT = time(2, 30)  # where none is planned, so that there is something to plan anew


class BackupsPart:
    """Makes backups, and shows how far they are."""

    def __init__(self, ground: Ground, scheduler: Scheduler) -> None:
        self.board = ProgressBoard(ground.clock)
        self.backups = make_backups(
            ground.settings,
            store=ground.store,
            clock=ground.clock,
            issues=ground.issues,
            board=self.board,
            metrics=ground.metrics,
        )
        self._scheduler = scheduler
        self._at = ground.settings.backup_time
        scheduler.add(Job(JOB, Daily(self._at or NIGHT), self._create))

    def applies(self) -> dict[str, Apply]:
        """Return what takes new values of settings while the server runs."""
        return {
            "backup_time": self._plan,
            "backup_keep_last": partial(self._keep, "last"),
            "backup_keep_daily": partial(self._keep, "daily"),
            "backup_keep_weekly": partial(self._keep, "weekly"),
        }

    async def _create(self) -> None:
        if self._at is not None:
            await self.backups.create_scheduled()

    async def _plan(self, at: time | None) -> None:
        self._at = at
        await self.backups.schedule(is_on=at is not None)
        if at is not None:
            await self._scheduler.plan(JOB, Daily(at))

    def _keep(self, name: str, count: int) -> None:
        self.backups.retention = replace(self.backups.retention, **{name: count})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Remove what a crash has left, and end at the end what is being made."""
        await self.backups.open()
        try:
            yield
        finally:
            await self.backups.close()


def make_backups(
    settings: Settings,
    *,
    store: Store,
    clock: Clock,
    issues: Issues,
    board: ProgressBoard,
    metrics: Metrics,
) -> Backups:
    """Return the backups of a server that is set up so; the command line makes them too."""
    folder = BackupFolder(settings.backups)
    return Backups(
        store=store,
        clock=clock,
        remembered=Remembered(store=store, clock=clock),
        issues=issues,
        folder=folder,
        maker=make_maker(settings, folder),
        board=board,
        metrics=metrics,
        retention=Retention(
            last=settings.backup_keep_last,
            daily=settings.backup_keep_daily,
            weekly=settings.backup_keep_weekly,
        ),
        is_scheduled=settings.backup_time is not None,
    )


def make_maker(settings: Settings, folder: BackupFolder) -> Maker:
    """Return what makes and checks archives."""
    origin = Origin(
        version=VERSION,
        data_dir=settings.data_dir,
        database_url=settings.database,
        key_file=settings.key_file,
        settings_file=settings.data_dir / FILE,
        secret_settings=secret_settings(),
    )
    return Maker(origin, folder)


def secret_settings() -> frozenset[str]:
    """Return the names of the settings whose values are secret."""
    return frozenset(
        name
        for name, field in Settings.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    )
