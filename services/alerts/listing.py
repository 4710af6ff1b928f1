"""Reading alerts, the newest first: one's own; for administrators, the server's and everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.access.identity import Identity
from services.alerts.issues import Level
from services.alerts.records import Alert, AlertState, read_alert
from services.errors import InvalidInput
from services.events.kinds import Topic
from services.events.tail import Tail
from services.paging import cursors
from services.paging.conditions import Condition, joined
from services.paging.pages import Page
from services.store.rows import marks
from services.store.store import Store

LIST = "alerts"
MOST_RECENT = 10
MOST_WORDS = 50  # of a kind in a filter
LONGEST_RULE = 64

IN_STATE = {
    AlertState.OPEN: "(restored_at IS NULL AND acknowledged_at IS NULL)",
    AlertState.ACKNOWLEDGED: "(restored_at IS NULL AND acknowledged_at IS NOT NULL)",
    AlertState.RESTORED: "restored_at IS NOT NULL",
}
ACTIVE_NOTIFIERS = """
    SELECT COUNT(*) AS n FROM notifiers JOIN users ON users.id = notifiers.owner_id
    WHERE notifiers.is_active AND users.is_active AND users.removed_at IS NULL AND {whose}
"""
OPEN_BY_RULE = """
    SELECT rule, level, COUNT(*) AS n FROM alerts WHERE open IS NOT NULL GROUP BY rule, level
"""


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are wanted; None lets all through."""

    states: Sequence[AlertState] | None = None
    levels: Sequence[Level] | None = None
    rules: Sequence[str] | None = None

    def check(self) -> None:
        """Raise `InvalidInput` for what no alert can have."""
        for name, words in (
            ("states", self.states),
            ("levels", self.levels),
            ("rules", self.rules),
        ):
            if words is not None and len(words) > MOST_WORDS:
                message = f"Give up to {MOST_WORDS}."
                raise InvalidInput(message, field=f"filter.{name}")
        for rule in self.rules or ():
            if len(rule) > LONGEST_RULE or not rule.isprintable():
                message = f"A rule has up to {LONGEST_RULE} letters, such as `disk.low`."
                raise InvalidInput(message, field="filter.rules")

    def conditions(self) -> list[Condition]:
        """Return what must hold for a row."""
        found = []
        if self.states is not None:
            texts = [IN_STATE[state] for state in dict.fromkeys(self.states)]
            found.append(Condition(f"({' OR '.join(texts)})" if texts else "1 = 0"))
        for column, words in (("level", self.levels), ("rule", self.rules)):
            if words is not None:
                text = f"{column} IN ({marks(len(words))})" if words else "1 = 0"
                found.append(Condition(text, tuple(str(word) for word in words)))
        return found


EVERYTHING = AlertFilter()


@dataclass(frozen=True, slots=True)
class Summary:
    """What is wrong now, how much of each level, and what was told last."""

    by_level: dict[Level, int]
    recent: list[Alert]
    subscribers: int

    @property
    def total(self) -> int:
        """How much is wrong now."""
        return sum(self.by_level.values())


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How many alerts of a rule and a level are open."""

    rule: str
    level: Level
    number: int = field(compare=False)


class AlertListing:
    """Reads the alerts that one identity may see."""

    def __init__(self, *, store: Store, tail: Tail) -> None:
        self._store = store
        self._tail = tail

    async def page(
        self, identity: Identity, wanted: AlertFilter, *, first: int, after: str | None
    ) -> Page[Alert]:
        """Return up to `first` alerts behind the cursor `after`."""
        older = [] if after is None else [Condition("id < ?", (cursors.read_id(LIST, after),))]
        text, values = _asked(identity, wanted, older)
        rows = await self._store.fetch(
            f"SELECT * FROM alerts WHERE {text} ORDER BY id DESC LIMIT ?",  # noqa: S608 - ours
            *values,
            first + 1,
        )
        alerts = [read_alert(row) for row in rows[:first]]
        places = [cursors.show(LIST, str(alert.id)) for alert in alerts]
        return Page(alerts, places, has_more=len(rows) > first)

    async def has_before(self, identity: Identity, wanted: AlertFilter, after: str | None) -> bool:
        """Return whether there are alerts up to the cursor `after`."""
        if after is None:
            return False
        text, values = _asked(
            identity, wanted, [Condition("id >= ?", (cursors.read_id(LIST, after),))]
        )
        statement = f"SELECT id FROM alerts WHERE {text} LIMIT 1"  # noqa: S608 - ours
        return bool(await self._store.fetch(statement, *values))

    async def count(self, identity: Identity, wanted: AlertFilter) -> int:
        """Return how many alerts there are."""
        text, values = _asked(identity, wanted, [])
        statement = f"SELECT COUNT(*) AS n FROM alerts WHERE {text}"  # noqa: S608 - ours
        (row,) = await self._store.fetch(statement, *values)
        return int(row["n"])

    async def get_some(self, identity: Identity, alert_ids: Sequence[UUID]) -> dict[UUID, Alert]:
        """Return those of these alerts that there are, by their ids."""
        among = Condition(f"id IN ({marks(len(alert_ids))})", tuple(alert_ids))
        text, values = joined([seen_by(identity), among])
        statement = f"SELECT * FROM alerts WHERE {text}"  # noqa: S608 - ours
        found = [read_alert(row) for row in await self._store.fetch(statement, *values)]
        return {alert.id: alert for alert in found}

    async def summary(self, identity: Identity) -> Summary:
        """Return how much is wrong now, and the newest alerts."""
        text, values = joined([seen_by(identity), Condition("open IS NOT NULL")])
        rows = await self._store.fetch(
            f"SELECT level, COUNT(*) AS n FROM alerts WHERE {text} GROUP BY level",  # noqa: S608
            *values,
        )
        recent = await self.page(identity, EVERYTHING, first=MOST_RECENT, after=None)
        return Summary(
            by_level=dict.fromkeys(Level, 0) | {Level(row["level"]): row["n"] for row in rows},
            recent=list(recent.items),
            subscribers=await self._subscribers(identity),
        )

    async def open_counts(self) -> list[OpenCount]:
        """Return how much is wrong now, of everybody's, by rule and level."""
        rows = await self._store.fetch(OPEN_BY_RULE)
        return [OpenCount(row["rule"], Level(row["level"]), row["n"]) for row in rows]

    async def _subscribers(self, identity: Identity) -> int:
        """Return how many are told: who follows this server's stream, and active notifiers."""
        whose = "1 = 1" if identity.is_admin else "owner_id = ?"
        values = () if identity.is_admin else (identity.user_id,)
        (row,) = await self._store.fetch(ACTIVE_NOTIFIERS.format(whose=whose), *values)
        return int(row["n"]) + self._tail.followers_of(Topic.ALERTS, identity)


def seen_by(identity: Identity) -> Condition:
    """Return what holds for the alerts that `identity` may see."""
    if identity.is_admin:
        return Condition("1 = 1")
    return Condition("owner_id = ?", (identity.user_id,))


def _asked(
    identity: Identity, wanted: AlertFilter, more: list[Condition]
) -> tuple[str, list[object]]:
    wanted.check()
    return joined([seen_by(identity), *wanted.conditions(), *more])
