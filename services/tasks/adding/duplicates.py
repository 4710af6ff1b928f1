"""Downloads that have been made already: the same for the same user, with the file still there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.engines.options import Conflict
from services.files.removal import size_of
from services.ids import TASK, show
from services.store.rows import Row, marks, read_id
from services.store.store import Reader
from services.tasks.adding.orders import Order

# The others have a reason to look at what is there: it may have changed.
REFUSED = frozenset({Conflict.RENAME, Conflict.SKIP})


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The finished task that has fetched it, and where the file lies."""

    task_id: UUID
    path: str

    @property
    def message(self) -> str:
        """For people: what was done before, and the cure."""
        return (
            f"{show(TASK, self.task_id)} has fetched this already: it is {self.path}. Add it with "
            "force to fetch it again."
        )


class Duplicates:
    """Knows what a user has fetched."""

    def __init__(self, *, store: Reader, root: Path) -> None:
        self._store = store
        self._root = root

    async def find(
        self, owner_id: int, orders: Sequence[Order], folder: str
    ) -> list[Duplicate | None]:
        """Return for each order what it is a duplicate of; None where it is none.

        Groups are not looked for.
        """
        prints = [order.fingerprint(folder) for order in orders]
        asked = {
            text
            for text, order in zip(prints, orders, strict=True)
            if order.options.conflict in REFUSED and not order.parts
        }
        if not asked:
            return [None] * len(orders)
        rows = await self._store.fetch(
            "SELECT tasks.id, tasks.fingerprint, files.path, files.size "  # noqa: S608 - ours
            "FROM tasks JOIN files ON files.task_id = tasks.id "
            f"WHERE tasks.owner_id = ? AND tasks.fingerprint IN ({marks(len(asked))}) "
            "AND tasks.state = 'COMPLETED' AND tasks.removed_at IS NULL AND NOT tasks.is_group",
            owner_id,
            *sorted(asked),
        )
        if not rows:
            return [None] * len(orders)
        found = await asyncio.to_thread(self._there, rows)
        return [found.get(text) for text in prints]

    def _there(self, rows: Sequence[Row]) -> dict[str, Duplicate]:
        """Return the newest of which the file lies on the disk as it was written."""
        return {
            row["fingerprint"]: Duplicate(read_id(row["id"]), row["path"])
            # Not sorted by the database: it would go through all finished tasks to save that.
            for row in sorted(rows, key=lambda row: read_id(row["id"]))
            if size_of(self._root, row["path"]) == row["size"]
        }
