"""Reading tasks and files: always somebody's, never everybody's by accident."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from services.access.identity import Identity
from services.errors import NotFound
from services.ids import TASK, show
from services.store.rows import marks
from services.store.store import Reader, Store
from services.tasks.records import File, Task, read_file, read_task
from services.tasks.states import UNFINISHED

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A few of many, and whether more follow."""

    items: list[T]
    has_more: bool


class TaskQueries:
    """Reads what one identity may see."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def get(self, identity: Identity, task_id: UUID) -> Task:
        """Return a task, or raise `NotFound`: absent and somebody else's look the same."""
        return await find_task(self._store, identity, task_id)

    async def page(self, identity: Identity, *, first: int, after: UUID | None) -> Page[Task]:
        """Return up to `first` tasks, the newest first, below the id `after`."""
        condition, values = _seen_by(identity)
        if after is not None:
            condition, values = f"{condition} AND id < ?", [*values, after]
        rows = await self._store.fetch(
            f"SELECT * FROM tasks WHERE {condition} ORDER BY id DESC LIMIT ?",  # noqa: S608
            *values,
            first + 1,
        )
        return Page([read_task(row) for row in rows[:first]], has_more=len(rows) > first)

    async def count(self, identity: Identity) -> int:
        """Return how many tasks there are."""
        condition, values = _seen_by(identity)
        rows = await self._store.fetch(
            f"SELECT COUNT(*) AS n FROM tasks WHERE {condition}",  # noqa: S608
            *values,
        )
        return int(rows[0]["n"])

    async def count_unfinished(self, identity: Identity) -> int:
        """Return how many tasks are not finished."""
        condition, values = _seen_by(identity)
        states = [state.value for state in UNFINISHED]
        rows = await self._store.fetch(
            f"SELECT COUNT(*) AS n FROM tasks "  # noqa: S608
            f"WHERE state IN ({marks(len(states))}) AND {condition}",
            *states,
            *values,
        )
        return int(rows[0]["n"])

    async def count_by_state(self) -> dict[str, int]:
        """Return how many tasks of all users are in each state, for the server's metrics."""
        rows = await self._store.fetch("SELECT state, COUNT(*) AS n FROM tasks GROUP BY state")
        return {row["state"]: int(row["n"]) for row in rows}

    async def files_of(
        self, identity: Identity, task_ids: Sequence[UUID]
    ) -> dict[UUID, list[File]]:
        """Return the finished files of these tasks, the oldest first."""
        condition, values = _seen_by(identity)
        rows = await self._store.fetch(
            "SELECT files.* FROM files JOIN tasks ON tasks.id = files.task_id "  # noqa: S608
            f"WHERE files.task_id IN ({marks(len(task_ids))}) AND {condition} "
            "ORDER BY files.task_id, files.id",
            *task_ids,
            *values,
        )
        files: defaultdict[UUID, list[File]] = defaultdict(list)
        for file in map(read_file, rows):
            files[file.task_id].append(file)
        return files


async def find_task(
    reader: Reader, identity: Identity, task_id: UUID, *, field: str | None = None
) -> Task:
    """Return a task, or raise `NotFound` about the argument `field`."""
    condition, values = _seen_by(identity)
    rows = await reader.fetch(
        f"SELECT * FROM tasks WHERE id = ? AND {condition}",  # noqa: S608 - see _seen_by
        task_id,
        *values,
    )
    if not rows:
        message = f"There is no task {show(TASK, task_id)}."
        raise NotFound(message, field=field)
    return read_task(rows[0])


def _seen_by(identity: Identity) -> tuple[str, list[object]]:
    """Return the condition that holds for the rows which `identity` may see."""
    if identity.is_admin:
        return "1 = 1", []
    return "owner_id = ?", [identity.user_id]
