"""Tasks put into storage in whatever state a test wants, and rows seen as they are."""

from datetime import datetime, timedelta
from uuid import UUID

from services.access.identity import Identity
from services.ids import new_id
from services.store.store import Store, Transaction
from services.tasks.records import Task, read_task
from services.tasks.states import FINISHED, TaskState
from tests.fakes.clock import START

INSERT = """
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, phase, worker, lease_until,
        due_at, is_due, created_at, finished_at, claimed_at, host, kind, priority, position,
        fingerprint, options, secrets, revision, attempt, failures, received, total, active_ms,
        error_code, error_message)
    VALUES (?, ?, 'http', 'https://example.com/a', '', 'a', ?, ?, ?, ?, ?, ?, ?, ?, ?,
        'example.com', NULL, ?, ?, '', '{}', ?, 7, 3, 2, 100, 1000, 50, ?, ?)
"""


async def plant(
    store: Store,
    owner: Identity,
    state: TaskState,
    *,
    due_at: datetime = START,
    priority: int = 0,
    position: int = 0,
    secrets: str | None = None,
) -> Task:
    """Put a task that was begun three times into storage, and return it."""
    task_id = new_id()
    runs, ended = state is TaskState.RUNNING, state in FINISHED
    failed = state in {TaskState.FAILED, TaskState.RETRYING, TaskState.SKIPPED}

    async def write(transaction: Transaction) -> None:
        await transaction.execute(
            INSERT,
            *(task_id, owner.user_id, state.value),
            *(("DOWNLOADING", "one", START + timedelta(seconds=15)) if runs else (None,) * 3),
            *(due_at, due_at <= START, START, START if ended else None, START),
            *(priority, position, secrets),
            *(("TIMED_OUT", "No answer.") if failed else (None, None)),
        )

    await store.write(write)
    return await stored(store, task_id)


async def stored(store: Store, task_id: UUID) -> Task:
    """Return a task as it is stored, removed or not."""
    return read_task(await row(store, task_id))


async def row(store: Store, task_id: UUID) -> dict[str, object]:
    """Return the whole row of a task."""
    (found,) = await store.fetch("SELECT * FROM tasks WHERE id = ?", task_id)
    return dict(found)


async def kinds(store: Store, task: Task) -> list[str]:
    """Return the kinds of the events about a task, in their order."""
    rows = await store.fetch("SELECT kind FROM events WHERE task_id = ? ORDER BY seq", task.id)
    return [row["kind"] for row in rows]
