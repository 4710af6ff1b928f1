"""What is wrong with the server, and was: raised once, restored when its cause is gone.

Each change is written with its event (`alert.raised`, `alert.restored`, `alert.acknowledged`) in
one transaction. Whoever must not miss one adds what it leads to in that transaction
(`store.accompany`); whoever only shows them follows `Topic.ALERTS` of the tail. What gets worse
is raised again, with the same id: there is one `alert.restored` for all of it. An alert that was
raised by hand is restored in the moment in which it is acknowledged.
"""

from collections.abc import Mapping

import structlog

from services.alerts.catalog import known
from services.alerts.issues import Level
from services.alerts.opening import bounded_subject, place, raise_alert, restore_alert
from services.alerts.records import Alert, Issue
from services.clock import Clock
from services.errors import Unavailable
from services.metrics import Metrics
from services.store.store import Store, Transaction

MOST_UNSAVED = 100  # that wait for a database that fails

log = structlog.get_logger(__name__)


class Alerts:
    """Takes what is wrong (`Issues`). While the database fails, it keeps the newest in memory.

    So nobody who has something wrong to tell fails by telling it; `settle` writes it later.
    """

    def __init__(self, *, store: Store, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        # By rule and subject: what is wrong, or None for what is well again.
        self._unsaved: dict[tuple[str, str], Issue | None] = {}

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
        """Say that something is wrong. While that is known already, nothing new is told.

        What gets worse is told again; what gets better stays at its worst until it is restored.
        """
        await self._save(
            rule, subject, Issue(rule, message, level, subject, owner_id, details or {})
        )

    async def restore(self, rule: str, subject: str = "") -> None:
        """Say that it is not wrong any more; it need not have been."""
        await self._save(rule, subject, None)

    async def settle(self) -> None:
        """Write what could not be written when it was told."""
        for (rule, subject), issue in list(self._unsaved.items()):
            await self._save(rule, subject, issue)

    async def _save(self, rule: str, subject: str, issue: Issue | None) -> None:
        try:
            if issue is None:
                await self._restore(rule, subject)
            else:
                await self._report(issue)
        except Unavailable as error:
            log.warning("alert.not_saved", rule=rule, subject=subject, reason=error.message)
            self._unsaved.pop((rule, subject), None)
            if len(self._unsaved) < MOST_UNSAVED:
                self._unsaved[rule, subject] = issue
        else:
            self._unsaved.pop((rule, subject), None)

    async def _report(self, issue: Issue) -> None:
        now = self._clock.now()

        async def write(transaction: Transaction) -> Alert | None:
            return await raise_alert(transaction, issue, now)

        if alert := await self._store.write(write):
            self._note("alert.raised", alert)
            self._metrics.alerts_raised.labels(rule=known(alert.rule)).inc()

    async def _restore(self, rule: str, subject: str) -> None:
        # Most of the time nothing is wrong: a look costs less than a transaction.
        if not await self._store.fetch(
            "SELECT 1 AS one FROM alerts WHERE open = ?", place(rule, bounded_subject(subject))
        ):
            return
        now = self._clock.now()

        async def write(transaction: Transaction) -> Alert | None:
            return await restore_alert(transaction, rule, subject, now)

        if alert := await self._store.write(write):
            self._note("alert.restored", alert)

    def _note(self, what: str, alert: Alert) -> None:
        tell = log.info if what != "alert.raised" or alert.level is Level.INFO else log.warning
        tell(what, rule=alert.rule, subject=alert.subject, level=alert.level, reason=alert.message)
