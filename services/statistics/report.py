"""What was fetched in some days: by day, host, engine and user."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.access.identity import Identity
from services.clock import Clock
from services.errors import Forbidden, InvalidInput
from services.paging.conditions import Condition, joined
from services.store.rows import Row
from services.store.store import Store

USUAL_DAYS = 30
MOST_DAYS = 366

SUMS = """
    COALESCE(SUM({table}.downloads), 0) AS downloads,
    COALESCE(SUM({table}.failures), 0) AS failures,
    COALESCE(SUM({table}.bytes), 0) AS bytes,
    COALESCE(SUM({table}.milliseconds), 0) AS milliseconds
"""
OF_DAYS = SUMS.format(table="statistics")
OF_SOURCES = SUMS.format(table="transfers")
BY_DAY = f"SELECT day, {OF_DAYS} FROM statistics WHERE {{which}} GROUP BY day"  # noqa: S608
BY_USER = f"""
    SELECT users.id, users.name, {OF_DAYS}
    FROM statistics JOIN users ON users.id = statistics.user_id
    WHERE {{which}} GROUP BY users.id, users.name
    ORDER BY bytes DESC, downloads DESC, users.id LIMIT ?
"""  # noqa: S608
BY_SOURCE = f"""
    SELECT {{what}} AS name, {OF_SOURCES} FROM transfers WHERE {{which}} GROUP BY {{what}}
    ORDER BY bytes DESC, downloads DESC, name LIMIT ?
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums. `milliseconds` is time spent transferring."""

    downloads: int = 0
    failures: int = 0
    bytes: int = 0
    milliseconds: int = 0

    @property
    def average_speed(self) -> int:
        """Bytes a second, over all the time spent transferring."""
        return self.bytes * 1000 // self.milliseconds if self.milliseconds else 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.downloads + other.downloads,
            self.failures + other.failures,
            self.bytes + other.bytes,
            self.milliseconds + other.milliseconds,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last with them. `whose` is one user; None is everybody."""

    first: date
    last: date
    whose: int | None

    @property
    def days(self) -> list[date]:
        """Each of the days, in order."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=n) for n in range(count)]


class Report:
    """Sums over spans of days: an administrator's are everybody's, a user's are their own."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def span(
        self, identity: Identity, first: date | None, last: date | None, user_id: int | None
    ) -> Span:
        """Return the days that are asked for (UTC), the last 30 by default.

        Raises `InvalidInput`, and `Forbidden` for those of another user.
        """
        if user_id not in {None, identity.user_id} and not identity.is_admin:
            message = "Only administrators may ask for the statistics of others; leave userId away."
            raise Forbidden(message, field="userId")
        today = self._clock.now().date()
        last = last or max(today, first or today)
        first = first or last - timedelta(days=min(USUAL_DAYS - 1, (last - date.min).days))
        if first > last:
            message = "The last day comes before the first."
            raise InvalidInput(message, field="to")
        if (last - first).days >= MOST_DAYS:
            message = f"Ask for {MOST_DAYS} days at once at most."
            raise InvalidInput(message, field="from")
        return Span(first, last, user_id if identity.is_admin else identity.user_id)

    async def by_day(self, span: Span) -> list[tuple[date, Figures]]:
        """Return the sums of each day, in order, those without anything too."""
        rows = await self._fetch(BY_DAY, span, "statistics")
        found = {_day(row["day"]): _figures(row) for row in rows}
        return [(day, found.get(day, Figures())) for day in span.days]

    async def by_host(self, span: Span, most: int) -> list[tuple[str, Figures]]:
        """Return the sums of the hosts that gave most; the host `""` is all others of a day."""
        return await self._by_source("host", span, most)

    async def by_engine(self, span: Span, most: int) -> list[tuple[str, Figures]]:
        """Return the sums of each engine."""
        return await self._by_source("engine", span, most)

    async def by_user(
        self, identity: Identity, span: Span, most: int
    ) -> list[tuple[int, str, Figures]]:
        """Return the sums of those who fetched most. For administrators: others see nobody."""
        if not identity.is_admin:
            return []
        rows = await self._fetch(BY_USER, span, "statistics", most)
        return [(row["id"], row["name"], _figures(row)) for row in rows]

    async def _by_source(self, what: str, span: Span, most: int) -> list[tuple[str, Figures]]:
        statement = BY_SOURCE.replace("{what}", what)
        rows = await self._fetch(statement, span, "transfers", most)
        return [(row["name"], _figures(row)) for row in rows]

    async def _fetch(self, statement: str, span: Span, table: str, *more: object) -> Sequence[Row]:
        conditions = [Condition(f"{table}.day BETWEEN ? AND ?", (span.first, span.last))]
        if span.whose is not None:
            conditions.append(Condition(f"{table}.user_id = ?", (span.whose,)))
        text, values = joined(conditions)
        return await self._store.fetch(statement.replace("{which}", text), *values, *more)


def _figures(row: Row) -> Figures:
    return Figures(
        int(row["downloads"]), int(row["failures"]), int(row["bytes"]), int(row["milliseconds"])
    )


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
