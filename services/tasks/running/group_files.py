"""The files of groups in storage: what became of each, written by the worker that has the task."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from services.clock import Clock
from services.engines.engine import Fetched
from services.errors import ArgosyError
from services.statistics.counting import add_used
from services.store.rows import marks, read_id
from services.store.store import Reader, Store, Transaction
from services.tasks.changing.results import locking
from services.tasks.records import File, Task, read_file, read_task
from services.tasks.states import TaskState

FILES = "SELECT * FROM files WHERE task_id = ? ORDER BY position, id"
# An attempt that has lost its task changes nothing.
OURS = """
    id = ? AND EXISTS (
        SELECT 1 FROM tasks WHERE id = files.task_id AND attempt = ? AND state = 'RUNNING'
    )
"""
FINISH = f"""
    UPDATE files SET state = 'COMPLETED', name = ?, path = ?, size = ?, sha256 = ?, etag = ?,
        modified_at = ?, created_at = ?, error_code = NULL, error_message = NULL
    WHERE {OURS} RETURNING id
"""  # noqa: S608 - ours
DROP = f"""
    UPDATE files SET state = ?, error_code = ?, error_message = ? WHERE {OURS} RETURNING id
"""  # noqa: S608 - ours
AGAIN = """
    UPDATE files SET state = 'PENDING', error_code = NULL, error_message = NULL
    WHERE task_id = ? AND state <> 'COMPLETED'
"""
JOBS = """
    SELECT tasks.*, users.name AS owner_name, files.id AS file_id, files.state AS file_state
    FROM files JOIN tasks ON tasks.id = files.task_id JOIN users ON users.id = tasks.owner_id
    WHERE tasks.is_group AND files.id IN ({ids})
"""
MOST = 500  # ids in one question


class GroupFiles:
    """Reads and writes the files of groups."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, task_id: UUID) -> tuple[File, ...]:
        """Return the files of a group, in their order."""
        return await files_of(self._store, task_id)

    async def finish(self, file: File, attempt: int, fetched: Fetched) -> bool:
        """Record that a file has come; return whether the task is still that attempt's."""
        f, now = fetched, self._clock.now()

        async def write(transaction: Transaction) -> bool:
            owner_id = await _hold(transaction, file)
            values = (f.name, f.path, f.size, f.sha256, f.etag, f.modified, now)
            if not await transaction.fetch(FINISH, *values, file.id, attempt):
                return False
            if owner_id is not None:
                await add_used(transaction, owner_id, now, stored=f.size)
            return True

        return await self._store.write(write)

    async def drop(self, file: File, attempt: int, state: TaskState, error: ArgosyError) -> bool:
        """Record that a file will not come (`FAILED` or `SKIPPED`), like `finish`."""

        async def write(transaction: Transaction) -> bool:
            await _hold(transaction, file)
            values = (state.value, error.code.value, error.message, file.id, attempt)
            return len(await transaction.fetch(DROP, *values)) == 1

        return await self._store.write(write)

    async def look_up(self, file_ids: Iterable[UUID]) -> dict[UUID, tuple[Task, str]]:
        """Return the groups that these are files of, each with the name of its owner's folder.

        Where there is nothing to do for the file any more, the task is shown in its state.
        """
        ids, found = list(file_ids), {}
        for start in range(0, len(ids), MOST):
            some = ids[start : start + MOST]
            for row in await self._store.fetch(JOBS.format(ids=marks(len(some))), *some):
                task, state = read_task(row), TaskState(row["file_state"])
                if state in {TaskState.COMPLETED, TaskState.SKIPPED}:
                    task = replace(task, state=state)
                found[read_id(row["file_id"])] = task, row["owner_name"]
        return found


async def _hold(transaction: Transaction, file: File) -> int | None:
    """Let nobody take the task until the commit, and wait for whoever is just taking it.

    Returns whose it is; None if it is gone.
    """
    statement = f"SELECT owner_id FROM tasks WHERE id = ?{locking(transaction)}"  # noqa: S608 - ours
    rows = await transaction.fetch(statement, file.task_id)
    return rows[0]["owner_id"] if rows else None


async def files_of(reader: Reader, task_id: UUID) -> tuple[File, ...]:
    """Return the files of a group, in their order."""
    return tuple(map(read_file, await reader.fetch(FILES, task_id)))


async def begin_again(transaction: Transaction, task_id: UUID) -> None:
    """Let all files of a group be fetched that are not there."""
    await transaction.execute(AGAIN, task_id)
