"""Running totals: sums over the days, never over the tasks."""

from dataclasses import dataclass

from services.access.identity import Identity
from services.clock import Clock
from services.store.store import Store

MOST_TOP = 10

TOTALS = """
    SELECT COALESCE(SUM(downloads), 0) AS downloads,
           COALESCE(SUM(CASE WHEN day = ? THEN downloads ELSE 0 END), 0) AS today,
           COALESCE(SUM(failures), 0) AS failures,
           COALESCE(SUM(bytes), 0) AS bytes,
           COALESCE(SUM(milliseconds), 0) AS milliseconds
    FROM statistics
"""
TOP = """
    SELECT users.id, users.name, SUM(statistics.downloads) AS downloads,
           SUM(statistics.bytes) AS bytes
    FROM statistics JOIN users ON users.id = statistics.user_id
    GROUP BY users.id, users.name
    HAVING SUM(statistics.downloads) > 0
    ORDER BY downloads DESC, bytes DESC, users.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums since the beginning; `today` counts finished downloads since midnight UTC."""

    downloads: int
    today: int
    failures: int
    bytes: int
    milliseconds: int

    @property
    def average_speed(self) -> int:
        """Bytes a second, over all the time spent transferring."""
        return self.bytes * 1000 // self.milliseconds if self.milliseconds else 0


@dataclass(frozen=True, slots=True)
class Downloader:
    """How much one user has downloaded."""

    user_id: int
    user_name: str
    downloads: int
    bytes: int


class Statistics:
    """Reads the sums: an administrator's are everybody's, a user's are their own."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def totals(self, identity: Identity) -> Totals:
        """Return the sums that `identity` may see."""
        if identity.is_admin:
            return await self.server_totals()
        return await self._totals(" WHERE user_id = ?", identity.user_id)

    async def server_totals(self) -> Totals:
        """Return the sums over all users, for the server's own metrics."""
        return await self._totals("")

    async def top_downloaders(self, identity: Identity) -> list[Downloader]:
        """Return who downloaded most, up to ten. It is for administrators: others see nobody."""
        if not identity.is_admin:
            return []
        rows = await self._store.fetch(TOP, MOST_TOP)
        return [
            Downloader(row["id"], row["name"], int(row["downloads"]), int(row["bytes"]))
            for row in rows
        ]

    async def _totals(self, condition: str, *values: object) -> Totals:
        rows = await self._store.fetch(TOTALS + condition, self._clock.now().date(), *values)
        row = rows[0]
        return Totals(
            downloads=int(row["downloads"]),
            today=int(row["today"]),
            failures=int(row["failures"]),
            bytes=int(row["bytes"]),
            milliseconds=int(row["milliseconds"]),
        )
