"""`database.errors`: the database could not do what it was asked for."""

from collections import deque
from collections.abc import Collection
from datetime import timedelta

from services.alerts.catalog import Rule
from services.alerts.issues import Level
from services.alerts.records import Issue
from services.alerts.rules.rule import Found, MachinesRule
from services.clock import Clock
from services.store.store import Store

WINDOW = timedelta(minutes=5)


class DatabaseErrors(MachinesRule):
    """Counts what failed lately. `most` failures are too many; 0 looks away.

    It is well again once nothing has failed for as long. While the database fails for good this
    alert waits in memory: it is written, and told, as soon as it can be.
    """

    name = Rule.DATABASE_ERRORS.value

    def __init__(self, machine: str, *, store: Store, clock: Clock, most: int) -> None:
        super().__init__(machine)
        self._store = store
        self._clock = clock
        self.most = most
        self._seen = store.failures
        self._failures: deque[tuple[float, int]] = deque()  # when seen, and how many

    async def look(self, known: Collection[str]) -> Found:
        if not self.most:
            return []
        now = self._clock.monotonic()
        new, self._seen = self._store.failures - self._seen, self._store.failures
        if new:
            self._failures.append((now, new))
        while self._failures and now - self._failures[0][0] >= WINDOW.total_seconds():
            self._failures.popleft()
        number = sum(count for _, count in self._failures)
        least = 1 if self.subject() in known else self.most
        return [self._issue(number)] if number >= least else []

    def _issue(self, number: int) -> Issue:
        minutes = WINDOW // timedelta(minutes=1)
        message = (
            f"The database failed {number} times within {minutes} minutes. The log says why "
            "(store.failed)."
        )
        details = {"failures": number}
        return Issue(self.name, message, Level.CRITICAL, self.subject(), details=details)
