"""Who stands beside whom in the queue of a user: what waits, is paused or runs, in its order."""

from dataclasses import dataclass
from uuid import UUID

from services.store.rows import read_id
from services.store.store import Reader
from services.tasks.priorities import Priority
from services.tasks.running.turns import LATER, WAITS

# Together they are the whole queue. The first two are read from an index in its order.
IN_QUEUE = (
    WAITS,
    LATER,
    "state IN ('PAUSED', 'RUNNING', 'WAITING_INPUT') AND removed_at IS NULL",
)


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Where a task stands. Of two at one position, the one that was added first comes first."""

    position: int
    id: UUID


@dataclass(frozen=True, slots=True)
class Line:
    """The tasks of one owner and one priority."""

    owner_id: int
    priority: Priority

    async def after(self, reader: Reader, spot: Spot | None, most: int) -> list[Spot]:
        """Return up to `most` spots behind `spot`, or from the front on; the nearest first."""
        return await self._look(reader, spot, most, sign=">", direction="ASC")

    async def before(self, reader: Reader, spot: Spot | None, most: int) -> list[Spot]:
        """Return up to `most` spots in front of `spot`, or from the end on; the nearest first."""
        return await self._look(reader, spot, most, sign="<", direction="DESC")

    async def _look(
        self, reader: Reader, spot: Spot | None, most: int, *, sign: str, direction: str
    ) -> list[Spot]:
        beyond = "" if spot is None else f"AND (position, id) {sign} (?, ?)"
        limits = () if spot is None else (spot.position, spot.id)
        found: list[Spot] = []
        for condition in IN_QUEUE:
            rows = await reader.fetch(
                "SELECT position, id FROM tasks WHERE owner_id = ? AND priority = ? "  # noqa: S608
                f"{beyond} AND {condition} ORDER BY position {direction}, id {direction} LIMIT ?",
                *(self.owner_id, self.priority.value, *limits, most),
            )
            found += [Spot(row["position"], read_id(row["id"])) for row in rows]
        return sorted(found, reverse=sign == "<")[:most]
