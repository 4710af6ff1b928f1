"""What is wrong with the server: taken from all parts, watched for, shown."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from argosy.parts.ground import Ground
from services.alerts.desk import AlertDesk
from services.alerts.feed import AlertFeed
from services.alerts.forgetting import Forgetting
from services.alerts.listing import AlertListing
from services.alerts.rules.backups import BackupOverdue
from services.alerts.rules.clock import ClockJumps
from services.alerts.rules.database import DatabaseErrors
from services.alerts.rules.disk import DiskLow, Folder
from services.alerts.rules.load import CpuHigh, MemoryHigh
from services.alerts.rules.rule import Watching
from services.alerts.rules.tasks import TasksFailing
from services.alerts.watcher import Watcher
from services.backups.backups import Backups
from services.configuration.live import Apply
from services.events.tail import Tail
from services.pruning import Pruning


class AlertsPart:
    """Watches over the server. `ground.issues` takes what other parts find wrong."""

    def __init__(self, ground: Ground, *, tail: Tail, backups: Backups) -> None:
        store, clock, settings = ground.store, ground.clock, ground.settings
        self.alerts = ground.issues
        self.listing = AlertListing(store=store, tail=tail)
        self.desk = AlertDesk(store=store, clock=clock, metrics=ground.metrics)
        self.feed = AlertFeed(tail=tail)
        self._rules = _rules(ground, backups)
        self.watcher = Watcher(
            alerts=self.alerts,
            store=store,
            clock=clock,
            rules=self._rules,
            seconds=settings.alert_interval,
        )
        self._kept = Forgetting(store=store, clock=clock, age=timedelta(days=settings.alert_days))
        self._pruning = Pruning(self._kept, name="alerts", seconds=3600)

    def applies(self) -> dict[str, Apply]:
        """Return what takes new values of settings while the server runs."""
        rules: dict[type[Any], Any] = {type(rule): rule for rule in self._rules}
        loads = (rules[MemoryHigh], rules[CpuHigh])

        def last(seconds: float) -> None:
            for rule in loads:
                rule.after = timedelta(seconds=seconds)

        def keep(days: float) -> None:
            self._kept.age = timedelta(days=days)

        return {
            "alert_interval": partial(setattr, self.watcher, "seconds"),
            "alert_disk_free": partial(setattr, rules[DiskLow], "least"),
            "alert_memory_percent": partial(setattr, rules[MemoryHigh], "most"),
            "alert_cpu_percent": partial(setattr, rules[CpuHigh], "most"),
            "alert_load_seconds": last,
            "alert_failed_tasks": partial(setattr, rules[TasksFailing], "most"),
            "alert_clock_jump": partial(setattr, rules[ClockJumps], "most"),
            "alert_database_errors": partial(setattr, rules[DatabaseErrors], "most"),
            "alert_days": keep,
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look now and then at what may be wrong, and forget what was."""
        for rule in self._rules:
            if isinstance(rule, TasksFailing):
                rule.forget()  # what failed before a backup was restored did not fail
        async with AsyncExitStack() as stack:
            for part in (self.watcher, self._pruning):
                await part.open()
                stack.push_async_callback(part.close)
            yield


def _rules(ground: Ground, backups: Backups) -> Sequence[Watching]:
    """Return all that watches. What other parts find wrong with themselves is not among it."""
    settings, clock, store = ground.settings, ground.clock, ground.store
    machine = socket.gethostname() or "localhost"
    folders = [Folder("downloads", settings.downloads), Folder("data", settings.data_dir)]
    after = timedelta(seconds=settings.alert_load_seconds)
    return [
        DiskLow(machine, folders, least=settings.alert_disk_free),
        MemoryHigh(machine, most=settings.alert_memory_percent, after=after, clock=clock),
        CpuHigh(machine, most=settings.alert_cpu_percent, after=after, clock=clock),
        TasksFailing(store=store, clock=clock, most=settings.alert_failed_tasks),
        ClockJumps(machine, most=settings.alert_clock_jump, clock=clock),
        DatabaseErrors(machine, store=store, clock=clock, most=settings.alert_database_errors),
        BackupOverdue(backups.standing),
    ]
