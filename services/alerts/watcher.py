"""Looks at what may be wrong again and again; raises what is, and restores what is no more."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from services.alerts.alerts import Alerts
from services.alerts.records import Issue
from services.alerts.rules.rule import MachinesRule, Watching
from services.clock import Clock
from services.errors import Unavailable
from services.store.rows import read_time
from services.store.store import Store

RULE_SECONDS = 10.0  # that one look of a rule may take
# What a machine told that looks no more: it is gone, or has another name now.
GONE = timedelta(minutes=15)
LOOKS = 10  # that it has missed at least

OPEN = "SELECT rule, subject, seen_at FROM alerts WHERE open IS NOT NULL"

log = structlog.get_logger(__name__)

Known = Mapping[str, Mapping[str, datetime]]  # by rule and subject, when it was seen last


class Watcher:
    """Has every rule look, one after the other, every so many `seconds`. `open` starts it."""

    def __init__(
        self,
        *,
        alerts: Alerts,
        store: Store,
        clock: Clock,
        rules: Sequence[Watching],
        seconds: float,
    ) -> None:
        self._alerts = alerts
        self._store = store
        self._clock = clock
        self._rules = rules
        self.seconds = seconds
        self._looked: dict[str, float] = {}  # when a rule looked last
        self._known: Known = {}
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start to look; the first time after a while, when there is something to compare with."""
        self._loop = asyncio.create_task(self._look_forever(), name="alerts watcher")

    async def close(self) -> None:
        """Look no more."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def look(self) -> None:
        """Look at everything whose time has come."""
        await self._alerts.settle()
        try:
            self._known = await self._read()
        except Unavailable as error:
            log.warning("alerts.cannot_read", reason=error.message)  # what was known last holds
        now = self._clock.monotonic()
        for rule in self._rules:
            last = self._looked.get(rule.name)
            if last is None or now - last >= rule.every:
                self._looked[rule.name] = now
                await self._look_at(rule)
        await self._restore_gone()

    async def _look_at(self, rule: Watching) -> None:
        known = [s for s in self._known.get(rule.name, ()) if rule.watches(s)]
        try:
            async with asyncio.timeout(RULE_SECONDS):
                found = await rule.look(known)
        except Unavailable as error:
            log.warning("alerts.cannot_look", rule=rule.name, reason=error.message)
            return
        except Exception as error:
            log.exception("alerts.rule_failed", rule=rule.name, reason=str(error))
            return
        if found is None:
            return
        for issue in found:
            await self._report(issue)
        wrong = {issue.subject for issue in found}
        for subject in known:
            if subject not in wrong:
                await self._alerts.restore(rule.name, subject)

    async def _report(self, issue: Issue) -> None:
        await self._alerts.report(
            issue.rule,
            issue.message,
            level=issue.level,
            subject=issue.subject,
            owner_id=issue.owner_id,
            details=issue.details,
        )

    async def _restore_gone(self) -> None:
        """Restore what machines told that do not look any more."""
        before = self._clock.now() - max(GONE, timedelta(seconds=LOOKS * self.seconds))
        for rule in self._rules:
            if not isinstance(rule, MachinesRule):
                continue
            for subject, seen_at in self._known.get(rule.name, {}).items():
                if not rule.watches(subject) and seen_at < before:
                    await self._alerts.restore(rule.name, subject)

    async def _read(self) -> Known:
        found: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        for row in await self._store.fetch(OPEN):
            found[row["rule"]][row["subject"]] = read_time(row["seen_at"])
        return found

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(self.seconds)
            try:
                await self.look()
            except Exception:
                log.exception("alerts.watcher_crashed")
