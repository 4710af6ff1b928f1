"""Moving a task from state to state: one UPDATE that names where it comes from.

Every move is a compare-and-set. Two who want to move the same task cannot both succeed,
and a worker that lost its task (its `attempt` is no longer the row's) changes nothing.
"""

from datetime import datetime
from uuid import UUID

from services.events.kinds import EventKind
from services.store.rows import marks
from services.store.store import NewEvent, Transaction
from services.tasks.records import Task, read_task
from services.tasks.states import TaskState, sources

ANNOUNCED = {
    TaskState.PENDING: EventKind.TASK_QUEUED,
    TaskState.RUNNING: EventKind.TASK_STARTED,
    TaskState.RETRYING: EventKind.TASK_RETRYING,
    TaskState.COMPLETED: EventKind.TASK_COMPLETED,
    TaskState.FAILED: EventKind.TASK_FAILED,
    TaskState.CANCELLED: EventKind.TASK_CANCELLED,
    TaskState.SKIPPED: EventKind.TASK_SKIPPED,
}
# Nobody needs the secrets of such a task any more; one that failed may be tried again.
AT_REST = frozenset({TaskState.COMPLETED, TaskState.CANCELLED, TaskState.SKIPPED})


async def move(
    transaction: Transaction,
    task_id: UUID,
    new: TaskState,
    *,
    at: datetime,
    attempt: int | None = None,
    **columns: object,
) -> Task | None:
    """Move a task to `new`, set `columns` with it, and record the event.

    Returns the task as it is now, or None if it was not in a state from which the move is
    legal, or (with `attempt`) if another attempt has it.
    """
    came_from = sources(new)
    values: dict[str, object] = {"state": new.value, **columns}
    if new is not TaskState.RUNNING:
        values |= {"worker": None, "lease_until": None, "phase": None}
    if new in AT_REST:
        values["secrets"] = None
    changes = ", ".join(f"{column} = ?" for column in values)
    if new is TaskState.RUNNING:
        changes += ", attempt = attempt + 1, started_at = COALESCE(started_at, ?)"
        values["started_at"] = at
    conditions = f"id = ? AND state IN ({marks(len(came_from))})"
    if attempt is not None:
        conditions += " AND attempt = ?"
    rows = await transaction.fetch(
        # The columns are keywords of our own code, never text from outside.
        f"UPDATE tasks SET {changes}, revision = revision + 1 "  # noqa: S608
        f"WHERE {conditions} RETURNING *",
        *values.values(),
        task_id,
        *(state.value for state in came_from),
        *(() if attempt is None else (attempt,)),
    )
    if not rows:
        return None
    task = read_task(rows[0])
    transaction.record(_event(task, at))
    return task


def _event(task: Task, at: datetime) -> NewEvent:
    data: dict[str, object] = {"state": task.state.value, "attempt": task.attempt}
    if task.error_code is not None:
        data |= {"code": task.error_code.value, "message": task.error_message}
    return NewEvent(task.owner_id, task.id, ANNOUNCED[task.state].value, data, at)
