"""Moving a task from state to state: one UPDATE that names where it comes from.

Every move is a compare-and-set. Two who want to move the same task cannot both succeed,
and a worker that lost its task (its `attempt` is no longer the row's) changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from services.errors import Conflict, ErrorCode
from services.events.kinds import EventKind
from services.ids import TASK, show
from services.store.rows import marks
from services.store.store import NewEvent, Transaction
from services.tasks.records import Task, read_task
from services.tasks.states import TaskState, sources

ANNOUNCED = {
    TaskState.PENDING: EventKind.TASK_QUEUED,
    TaskState.RUNNING: EventKind.TASK_STARTED,
    TaskState.PAUSED: EventKind.TASK_PAUSED,
    TaskState.RETRYING: EventKind.TASK_RETRYING,
    TaskState.COMPLETED: EventKind.TASK_COMPLETED,
    TaskState.FAILED: EventKind.TASK_FAILED,
    TaskState.CANCELLED: EventKind.TASK_CANCELLED,
    TaskState.SKIPPED: EventKind.TASK_SKIPPED,
}
# Nobody needs the secrets of such a task any more; one that failed may be tried again. An empty
# text remembers that there were some.
AT_REST = frozenset({TaskState.COMPLETED, TaskState.CANCELLED, TaskState.SKIPPED})


INSERT_ATTEMPT = """
    INSERT INTO attempts (task_id, number, outcome, error_code, error_message, received,
        started_at, ended_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task_id, number) DO NOTHING
"""


async def move(
    transaction: Transaction,
    task_id: UUID,
    new: TaskState,
    *,
    at: datetime,
    attempt: int | None = None,
    kind: EventKind | None = None,
    **columns: object,
) -> Task | None:
    """Move a task to `new`, set `columns` with it, and record the event.

    The event is of the usual kind, or of `kind`. Returns the task as it is now, or None if it was
    not in a state from which the move is legal, or (with `attempt`, for workers) if that attempt
    is not running any more.
    """
    moved = await move_all(transaction, [(task_id, attempt)], new, at=at, kind=kind, **columns)
    if new is not TaskState.RUNNING:
        await end_attempts(transaction, list(moved.values()), at)
    return moved.get(task_id)


async def move_all(
    transaction: Transaction,
    tasks: Sequence[tuple[UUID, int | None]],
    new: TaskState,
    *,
    at: datetime,
    kind: EventKind | None = None,
    **columns: object,
) -> dict[UUID, Task]:
    """Do the same for several, each with its attempt; return those that were moved, by their ids.

    With attempts for all of them, or for none. `end_attempts` is for the caller to call.
    """
    if not tasks:
        return {}
    # With attempts, it is of a worker that has the task.
    is_worker = any(attempt is not None for _, attempt in tasks)
    came_from = (TaskState.RUNNING,) if is_worker else sources(new)
    values: dict[str, object] = {"state": new.value, **columns}
    if new is not TaskState.RUNNING:
        values |= {"worker": None, "lease_until": None, "phase": None}
    changes = ", ".join(f"{column} = ?" for column in values)
    if new in AT_REST:
        changes += ", secrets = CASE WHEN secrets IS NULL THEN NULL ELSE '' END"
    if new is TaskState.RUNNING:
        changes += ", attempt = attempt + 1, claimed_at = ?, started_at = COALESCE(started_at, ?)"
        values |= {"claimed_at": at, "started_at": at}
    conditions = f"id IN ({marks(len(tasks))}) AND state IN ({marks(len(came_from))})"
    attempts = [(task_id, attempt) for task_id, attempt in tasks if attempt is not None]
    if attempts:
        either = " OR ".join(["id = ? AND attempt = ?"] * len(attempts))
        conditions += f" AND ({either})"
    rows = await transaction.fetch(
        # The columns are keywords of our own code, never text from outside.
        f"UPDATE tasks SET {changes}, revision = revision + 1 "  # noqa: S608
        f"WHERE {conditions} RETURNING *",
        *values.values(),
        *(task_id for task_id, _ in tasks),
        *(state.value for state in came_from),
        *chain.from_iterable(attempts),
    )
    moved = {task.id: task for task in map(read_task, rows)}
    for task_id, _ in tasks:
        if task_id in moved:
            transaction.record(event_about(moved[task_id], kind or ANNOUNCED[new], at))
    return moved


async def end_attempts(transaction: Transaction, tasks: Sequence[Task], ended: datetime) -> None:
    """Write down the attempts that have ended; of those that had ended before, nothing changes."""
    rows = [
        (
            *(task.id, task.attempt, task.state.value),
            *(task.error_code and task.error_code.value, task.error_message),
            *(task.received, task.claimed_at, ended),
        )
        for task in tasks
        if task.claimed_at is not None
    ]
    if rows:
        await transaction.execute_many(INSERT_ATTEMPT, rows)


async def amend(
    transaction: Transaction, task: Task, kind: EventKind, *, at: datetime, **columns: object
) -> Task:
    """Set `columns` of a task that is locked, without moving it, and record an event of `kind`."""
    changes = ", ".join(f"{column} = ?" for column in columns)
    (row,) = await transaction.fetch(
        # Ours like those above.
        f"UPDATE tasks SET {changes}, revision = revision + 1 WHERE id = ? RETURNING *",  # noqa: S608
        *columns.values(),
        task.id,
    )
    amended = read_task(row)
    transaction.record(event_about(amended, kind, at))
    return amended


def illegal(task: Task, done: str) -> Conflict:
    """Return the error that says that a task is in no state to be `done`: paused, resumed, …"""
    message = f"{show(TASK, task.id)} is {task.state.value}; it cannot be {done}."
    return Conflict(message, code=ErrorCode.ILLEGAL_MOVE)


def event_about(task: Task, kind: EventKind, at: datetime) -> NewEvent:
    """Return an event about a task as it is now."""
    data: dict[str, object] = {"state": task.state.value, "attempt": task.attempt}
    if task.error_code is not None:
        data |= {"code": task.error_code.value, "message": task.error_message}
    return NewEvent(task.owner_id, task.id, kind.value, data, at)
