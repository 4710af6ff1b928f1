"""What comes after the minute in which a removal can be regretted: the end of a task."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog

from services.clock import Clock
from services.files.removal import remove
from services.ids import TASK, show
from services.statistics.counting import add_used
from services.store.rows import Row, marks, read_id
from services.store.store import Store, Transaction
from services.tasks.changing.removal import REGRET
from services.tasks.records import Task, read_task
from services.tasks.states import TaskState

BATCH = 500  # tasks in one transaction, each with all that hangs on it
# What had come of the others is gone already, or is a file.
HAS_PARTS = frozenset({TaskState.PAUSED, TaskState.FAILED})

REMOVED = """
    SELECT tasks.*, users.name AS owner_name FROM tasks JOIN users ON users.id = tasks.owner_id
    WHERE tasks.removed_at <= ? ORDER BY tasks.removed_at, tasks.id LIMIT ?
"""
# A file of the same path that is newer has taken its place: then it is not ours to remove. Only a
# task of one file has its name.
FILES = """
    SELECT {columns} FROM tasks AS mine JOIN files ON files.task_id = mine.id
    WHERE mine.id IN ({ids}) AND files.path <> '' AND NOT EXISTS (
        SELECT 1 FROM tasks AS others JOIN files AS newer ON newer.task_id = others.id
        WHERE others.owner_id = mine.owner_id AND others.name = files.name
            AND newer.path = files.path
            AND (newer.created_at, newer.id) > (files.created_at, files.id)
    ) AND NOT EXISTS (
        SELECT 1 FROM files AS part WHERE part.url IS NOT NULL AND part.path <> ''
            AND part.path = files.path
            AND (part.created_at, part.id) > (files.created_at, files.id)
    )
"""
TO_REMOVE = FILES.format(columns="files.path, files.size", ids="?")
STORED = FILES.format(columns="mine.owner_id, SUM(files.size) AS size", ids="{ids}")
STORED += " GROUP BY mine.owner_id ORDER BY mine.owner_id"

Discard = Callable[[Task, str], Awaitable[None]]

log = structlog.get_logger(__name__)


class Purge:
    """Makes an end of removed tasks: of their files if asked, of their bytes, of their rows."""

    def __init__(self, *, store: Store, clock: Clock, root: Path) -> None:
        self._store = store
        self._clock = clock
        self._root = root

    async def run(self, discard: Discard) -> int:
        """Purge what was removed a minute ago; return how many tasks.

        `discard` removes what an engine kept of a task; it is given the name of the owner's folder
        too. If this is cut off it is done again: a file that is gone is no error, and one that has
        taken its place is left alone.
        """
        count = 0
        while True:
            before = self._clock.now() - REGRET
            rows = await self._store.fetch(REMOVED, before, BATCH)
            if rows:
                over = await self._store.write(partial(_end_regret, rows, before))
                for row in rows:
                    if read_id(row["id"]) in over:
                        await self._purge(row, discard)
                await self._store.write(partial(_forget, over, before + REGRET))
                count += len(over)
            if len(rows) < BATCH:
                return count

    async def _purge(self, row: Row, discard: Discard) -> None:
        task = read_task(row)
        if task.state in HAS_PARTS:
            await discard(task, row["owner_name"])
        if not row["removes_files"]:
            return
        for file in await self._store.fetch(TO_REMOVE, task.id):
            try:
                await asyncio.to_thread(remove, self._root, file["path"], file["size"])
            except OSError as error:
                shown, reason = show(TASK, task.id), error.strerror
                log.warning(
                    "file.not_removed", task_id=shown, owner_id=task.owner_id, reason=reason
                )


async def _end_regret(
    rows: Sequence[Row], before: datetime, transaction: Transaction
) -> Collection[UUID]:
    """Let nobody restore these any more, before anything of them goes; return their ids.

    Those that were restored meanwhile are not among them.
    """
    ended = await transaction.fetch(
        f"UPDATE tasks SET removal_id = NULL WHERE id IN ({marks(len(rows))}) "  # noqa: S608 - ours
        "AND removed_at <= ? RETURNING id",
        *sorted(read_id(row["id"]) for row in rows),
        before,
    )
    return {read_id(row["id"]) for row in ended}


async def _forget(task_ids: Collection[UUID], now: datetime, transaction: Transaction) -> None:
    """Delete the rows of these tasks; what lay there of them counts for nobody any more."""
    if not task_ids:
        return
    ids = sorted(task_ids)
    sums = await transaction.fetch(STORED.format(ids=marks(len(ids))), *ids)
    await transaction.execute(
        f"DELETE FROM tasks WHERE id IN ({marks(len(ids))})",  # noqa: S608 - ours
        *ids,
    )
    for row in sums:
        await add_used(transaction, row["owner_id"], now, stored=-int(row["size"]))
