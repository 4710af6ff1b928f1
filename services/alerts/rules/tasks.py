"""`tasks.failing`: many tasks failed one after the other, of a user or of all together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alerts.catalog import Rule
from services.alerts.issues import Level
from services.alerts.records import Issue
from services.alerts.rules.rule import Found, ServersRule
from services.clock import Clock
from services.events.kinds import EventKind
from services.store.rows import Row, read_json, read_time
from services.store.store import Store

BEFORE = 5000  # events that are looked at after a start
PAGE = 1000  # of those that are read at once
FORGOTTEN = timedelta(days=1)  # after the last failure, if nothing was fetched since

NEWEST = "SELECT MAX(seq) AS seq FROM events"
ENDS = """
    SELECT seq, owner_id, kind, at, data FROM events
    WHERE seq > ? AND seq <= ? AND kind IN (?, ?) ORDER BY seq LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Streak:
    """Failures with no success between them."""

    number: int
    newest_at: datetime
    code: str
    owners: frozenset[int]


class TasksFailing(ServersRule):
    """Counts failures in a row, as the log of events tells of them; 0 for `most` is off.

    Of all users together only where several are struck: what is wrong with one is theirs.
    """

    name = Rule.TASKS_FAILING.value

    def __init__(self, *, store: Store, clock: Clock, most: int) -> None:
        self._store = store
        self._clock = clock
        self.most = most
        self._position: int | None = None  # all events up to this number were counted
        self._streaks: dict[int | None, Streak] = {}  # by user, and of all

    def forget(self) -> None:
        """Count anew: the log of events may be another one by now."""
        self._position = None
        self._streaks.clear()

    async def look(self, known: Collection[str]) -> Found:
        if not self.most:
            return []
        await self._read()
        before = self._clock.now() - FORGOTTEN
        self._streaks = {who: s for who, s in self._streaks.items() if s.newest_at > before}
        return [
            _issue(self.name, who, streak)
            for who, streak in self._streaks.items()
            if streak.number >= self.most and (who is not None or len(streak.owners) > 1)
        ]

    async def _read(self) -> None:
        (row,) = await self._store.fetch(NEWEST)
        newest = int(row["seq"] or 0)
        position = max(0, newest - BEFORE) if self._position is None else self._position
        failed, completed = EventKind.TASK_FAILED.value, EventKind.TASK_COMPLETED.value
        while rows := await self._store.fetch(ENDS, position, newest, failed, completed, PAGE):
            for row in rows:
                self._count(row)
            position = self._position = rows[-1]["seq"]
        self._position = newest

    def _count(self, row: Row) -> None:
        owner = int(row["owner_id"])
        for who in (owner, None):
            if row["kind"] == EventKind.TASK_COMPLETED.value:
                self._streaks.pop(who, None)
                continue
            before = self._streaks.get(who)
            self._streaks[who] = Streak(
                number=before.number + 1 if before else 1,
                newest_at=read_time(row["at"]),
                code=str(read_json(row["data"]).get("code", "")),
                owners=(before.owners if before else frozenset()) | {owner},
            )


def _issue(rule: str, who: int | None, streak: Streak) -> Issue:
    whose = "" if who is None else f"user_{who}"
    of = "of all users" if who is None else "of this user"
    reason = f" The newest: {streak.code}." if streak.code else ""
    return Issue(
        rule=rule,
        message=f"The last {streak.number} tasks {of} failed, one after the other.{reason}",
        level=Level.WARNING,
        subject=whose,
        owner_id=who,
        details={"failures": streak.number, "code": streak.code},
    )
