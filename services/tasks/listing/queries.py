"""Reading tasks and files: always somebody's, never everybody's by accident."""

from collections.abc import Collection
from uuid import UUID

from services.access.identity import Identity
from services.errors import NotFound
from services.ids import TASK, show
from services.paging.conditions import joined
from services.paging.pages import Page
from services.store.rows import marks
from services.store.store import Reader, Store
from services.tasks.listing.filters import (
    EVERYTHING,
    GONE,
    THERE,
    TaskFilter,
    one_of,
    seen_by,
)
from services.tasks.listing.pages import Listing
from services.tasks.listing.parts import ATTEMPTS, FILES, Parts
from services.tasks.listing.sorting import TaskOrder
from services.tasks.records import File, Task, read_file, read_task
from services.tasks.states import UNFINISHED

BY_STATE = f"""
    {GONE} SELECT state, SUM(n) AS n FROM (
        SELECT state, COUNT(*) AS n FROM tasks GROUP BY state
        UNION ALL
        SELECT state, -COUNT(*) AS n FROM gone GROUP BY state
    ) AS counted GROUP BY state
"""  # noqa: S608 - ours


class TaskQueries:
    """Reads what one identity may see. What was removed exists for nobody."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self.files = Parts(store, FILES)
        self.attempts = Parts(store, ATTEMPTS)

    async def get(self, identity: Identity, task_id: UUID) -> Task:
        """Return a task, or raise `NotFound`: absent and somebody else's look the same."""
        return await find_task(self._store, identity, task_id)

    async def get_some(self, identity: Identity, task_ids: Collection[UUID]) -> dict[UUID, Task]:
        """Return those of these tasks that there are."""
        text, values = joined([one_of("id", [*task_ids]), seen_by(identity)])
        statement = f"SELECT * FROM tasks WHERE {text} AND {THERE}"  # noqa: S608 - ours
        tasks = map(read_task, await self._store.fetch(statement, *values))
        return {task.id: task for task in tasks}

    async def get_files(self, identity: Identity, file_ids: Collection[UUID]) -> dict[UUID, File]:
        """Return those of these files that there are."""
        seen, values = joined([seen_by(identity)])
        rows = await self._store.fetch(
            f"SELECT * FROM files WHERE id IN ({marks(len(file_ids))}) AND EXISTS "  # noqa: S608
            f"(SELECT 1 FROM tasks WHERE tasks.id = files.task_id AND {seen} AND {THERE})",
            *file_ids,
            *values,
        )
        return {file.id: file for file in map(read_file, rows)}

    async def owner_names(self, owner_ids: Collection[int]) -> dict[int, str]:
        """Return the names of users who own tasks that were seen."""
        rows = await self._store.fetch(
            f"SELECT id, name FROM users WHERE id IN ({marks(len(owner_ids))})",  # noqa: S608
            *owner_ids,
        )
        return {row["id"]: row["name"] for row in rows}

    async def page(
        self,
        identity: Identity,
        *,
        first: int,
        after: str | None,
        wanted: TaskFilter = EVERYTHING,
        order: TaskOrder = TaskOrder.CREATED_NEWEST,
    ) -> Page[Task]:
        """Return up to `first` tasks behind the cursor `after`."""
        return await self.listing(identity, wanted, order).page(first, after)

    def listing(self, identity: Identity, wanted: TaskFilter, order: TaskOrder) -> Listing:
        """Return the tasks that are asked for, to be read page by page."""
        return Listing(self._store, self._store.dialect, identity, wanted, order)

    async def count_unfinished(self, identity: Identity) -> int:
        """Return how many tasks are not finished."""
        states = tuple(UNFINISHED)
        return await self.listing(
            identity, TaskFilter(states=states), TaskOrder.CREATED_NEWEST
        ).count()

    async def count_by_state(self) -> dict[str, int]:
        """Return how many tasks of all users are in each state, for the server's metrics."""
        rows = await self._store.fetch(BY_STATE)
        return {row["state"]: int(row["n"]) for row in rows if row["n"]}


async def find_task(
    reader: Reader, identity: Identity, task_id: UUID, *, field: str | None = None
) -> Task:
    """Return a task, or raise `NotFound` about the argument `field`."""
    text, values = joined([seen_by(identity)])
    rows = await reader.fetch(
        f"SELECT * FROM tasks WHERE id = ? AND {text} AND {THERE}",  # noqa: S608 - ours
        task_id,
        *values,
    )
    if not rows:
        message = f"There is no task {show(TASK, task_id)}."
        raise NotFound(message, field=field)
    return read_task(rows[0])
