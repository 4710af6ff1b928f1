"""New tasks: what they are at first, and their way into storage."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from services.engines.filters import kind_of
from services.errors import ErrorCode
from services.events.kinds import EventKind
from services.files.names import name_from_url
from services.ids import new_id
from services.outgoing.urls import shown
from services.repetition import Key, repeated
from services.store.rows import marks, read_id, write_json
from services.store.store import NewEvent, Transaction
from services.tasks.adding.duplicates import Duplicate
from services.tasks.adding.orders import Order, Request
from services.tasks.changing.positions import last_position
from services.tasks.moves import event_about
from services.tasks.options import write_options
from services.tasks.records import Task, read_task
from services.tasks.states import TaskState

INSERT = """
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, due_at, created_at, total,
        host, kind, priority, position, is_due, is_group, fingerprint, options, secrets,
        callback, error_code, error_message, finished_at, revision, attempt, failures, received,
        active_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)
"""
INSERT_PART = """
    INSERT INTO files (id, task_id, url, name, position, created_at, state, path, size)
    VALUES (?, ?, ?, ?, ?, ?, 'PENDING', '', 0)
"""


def new_task(
    owner_id: int,
    request: Request,
    order: Order,
    now: datetime,
    index: int,
    *,
    duplicate: Duplicate | None,
) -> Task:
    """Return the task for an order, the `index`-th of its request."""
    name = order.group or order.options.name or name_from_url(order.url)
    return Task(
        id=new_id(),
        owner_id=owner_id,
        engine=order.engine,
        url=str(order.url),
        folder=request.folder,
        name=name,
        state=TaskState.SKIPPED if duplicate else TaskState.PENDING,
        phase=None,
        revision=0,
        attempt=0,
        failures=0,
        received=0,
        total=order.options.size,
        active_ms=0,
        error_code=ErrorCode.DUPLICATE if duplicate else None,
        error_message=duplicate.message if duplicate else None,
        created_at=now,
        started_at=None,
        finished_at=now if duplicate else None,
        due_at=max(now, request.start_at or now),
        host=order.url.host or "",
        kind=None if order.group else kind_of(name, None),
        priority=request.priority,
        position=last_position(now, index),
        is_group=order.group is not None,
        options=order.options,
    )


async def insert_tasks(
    transaction: Transaction,
    tasks: Sequence[Task],
    orders: Sequence[Order],
    sealed: Sequence[str | None],
    callbacks: Sequence[str] | None = None,
) -> None:
    """Write new tasks, each with its order, its sealed secrets, and its sealed callback if any."""
    told: Sequence[str | None] = callbacks or [None] * len(tasks)
    together = list(zip(tasks, orders, sealed, told, strict=True))
    await transaction.execute_many(INSERT, [_row(*each) for each in together])
    if parts := [row for task, order, *_ in together for row in _parts(task, order)]:
        await transaction.execute_many(INSERT_PART, parts)
    for task in tasks:
        at = task.created_at
        data: dict[str, object] = {"state": task.state.value, "url": shown(task.url)}
        transaction.record(NewEvent(task.owner_id, task.id, EventKind.TASK_ADDED.value, data, at))
        if task.state is TaskState.SKIPPED:
            transaction.record(event_about(task, EventKind.TASK_SKIPPED, at))


def _row(task: Task, order: Order, sealed: str | None, callback: str | None) -> tuple[object, ...]:
    """Return the values of `INSERT`."""
    return (
        *(task.id, task.owner_id, task.engine, task.url, task.folder, task.name),
        *(task.state.value, task.due_at, task.created_at, task.total),
        *(task.host, task.kind and task.kind.value, task.priority.value, task.position),
        *(task.due_at <= task.created_at, task.is_group, order.fingerprint(task.folder)),
        *(write_json(write_options(task.options)), sealed, callback),
        *(task.error_code and task.error_code.value, task.error_message, task.finished_at),
    )


def _parts(task: Task, order: Order) -> Iterator[tuple[object, ...]]:
    """Yield the values of `INSERT_PART` for each file of a group."""
    for position, url in enumerate(order.parts):
        yield new_id(), task.id, str(url), name_from_url(url), position, task.created_at


async def answered(
    transaction: Transaction, owner_id: int, key: Key, result: list[UUID], now: datetime
) -> list[Task] | None:
    """Return the tasks that this request was answered with before, as `repeated` does."""
    ids = await repeated(transaction, owner_id, key, result, now)
    if ids is None:
        return None
    rows = await transaction.fetch(
        f"SELECT * FROM tasks WHERE id IN ({marks(len(ids))})",  # noqa: S608 - ours
        *ids,
    )
    found = {read_id(row["id"]): read_task(row) for row in rows}
    return [found[task_id] for task_id in ids if task_id in found]
