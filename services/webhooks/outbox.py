"""What is to be told is written with the event that it tells of, in the same transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.access.identity import Role
from services.ids import new_id
from services.store.rows import Row, marks, read_id, read_json
from services.store.store import NewEvent, Reader, Transaction
from services.tasks.records import read_task
from services.tasks.states import TaskState
from services.webhooks.bodies import Subject, body_of
from services.webhooks.conditions import Conditions, read_conditions
from services.webhooks.kinds import (
    CALLBACKS,
    DOWNLOAD_COMPLETED,
    JOB_PROGRESS,
    names_of,
    topic_of,
    wants,
)
from services.webhooks.records import DeliveryState

CHUNK = 500  # tasks that are read at once

INSERT = """
    INSERT INTO webhook_deliveries (message, webhook_id, owner_id, task_id, event, body, url,
        state, tries, created_at, due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
"""
# What says how far a task had come is worth nothing once something else is told of it.
DROP_PROGRESS = f"""
    DELETE FROM webhook_deliveries
    WHERE task_id = ? AND webhook_id = ? AND event = '{JOB_PROGRESS}'
      AND ended_at IS NULL AND lease_until IS NULL
"""  # noqa: S608 - ours
ENDPOINTS = """
    SELECT webhooks.id, webhooks.owner_id, webhooks.url, webhooks.events, webhooks.conditions,
           users.role
    FROM webhooks JOIN users ON users.id = webhooks.owner_id
"""
ARE_ACTIVE = "webhooks.is_active AND users.is_active"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What the outbox needs to know of an endpoint."""

    id: UUID
    owner_id: int
    is_admins: bool
    is_for_callbacks: bool
    events: tuple[str, ...]
    conditions: Conditions

    def hears_of(self, owner_id: int | None) -> bool:
        """Whether it may be told of what has that owner; what has none is administrators'."""
        return self.is_admins if owner_id is None else self.owner_id == owner_id

    def wanted(self, names: Iterable[str]) -> list[str]:
        """Return of these names those that it wants."""
        if self.is_for_callbacks:
            return [name for name in names if name in CALLBACKS]
        return [name for name in names if wants(self.events, name)]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to be told."""

    event: NewEvent
    endpoint: Endpoint
    name: str


class Outbox:
    """Accompanies transactions. `wake` is called once there is something to send."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    async def accompany(self, transaction: Transaction, events: Sequence[NewEvent]) -> None:
        """Write what endpoints are to be told of `events`."""
        endpoints = await _concerned(transaction, events)
        if not endpoints:
            return
        messages = [
            Message(event, endpoint, name)
            for event in events
            for endpoint in endpoints
            if endpoint.hears_of(event.owner_id)
            for name in endpoint.wanted(names_of(event.kind))
        ]
        rows = await _rows(transaction, messages)
        if rows:
            await write_deliveries(transaction, rows)
            transaction.after_commit(self._wake)


async def write_deliveries(transaction: Transaction, rows: Sequence[tuple[object, ...]]) -> None:
    """Write deliveries; what they make needless goes."""
    pairs = {(row[3], row[1]) for row in rows if row[3] is not None}
    await transaction.execute_many(DROP_PROGRESS, sorted(pairs, key=str))
    await transaction.execute_many(INSERT, rows)


def delivery_row(
    endpoint: Endpoint, event: NewEvent, name: str, body: str, url: str | None
) -> tuple[object, ...]:
    """Return the values of `INSERT`; the callback of a task has a sealed URL of its own."""
    return (
        *(new_id(), endpoint.id, endpoint.owner_id, event.task_id, name, body, url),
        *(DeliveryState.WAITING.value, event.at, event.at),
    )


async def endpoints_of(reader: Reader, owners: Iterable[int]) -> list[Endpoint]:
    """Return the endpoints of these users that are switched on."""
    values = sorted(set(owners))
    if not values:
        return []
    rows = await reader.fetch(
        f"{ENDPOINTS} WHERE webhooks.owner_id IN ({marks(len(values))}) AND {ARE_ACTIVE}", *values
    )
    return [_read(row) for row in rows]


async def _concerned(reader: Reader, events: Sequence[NewEvent]) -> list[Endpoint]:
    """Return the endpoints that may want to hear of `events`."""
    owners = {event.owner_id for event in events}
    if None not in owners:
        return await endpoints_of(reader, [owner for owner in owners if owner is not None])
    # What is the server's is rare: then all are looked at.
    return [_read(row) for row in await reader.fetch(f"{ENDPOINTS} WHERE {ARE_ACTIVE}")]


def _read(row: Row) -> Endpoint:
    return Endpoint(
        id=read_id(row["id"]),
        owner_id=row["owner_id"],
        is_admins=row["role"] == Role.ADMIN.value,
        is_for_callbacks=not row["url"],
        events=tuple(read_json(row["events"])),
        conditions=read_conditions(read_json(row["conditions"])),
    )


async def _rows(transaction: Transaction, messages: Sequence[Message]) -> list[tuple[object, ...]]:
    """Return the rows of those messages whose conditions hold."""
    subjects, callbacks = await _subjects(transaction, messages)
    rows = []
    for message in messages:
        event, endpoint = message.event, message.endpoint
        subject = None if event.task_id is None else subjects.get(event.task_id)
        callback = None
        if endpoint.is_for_callbacks:
            callback = callbacks.get(event.task_id) if event.task_id else None
            if callback is None:
                continue
        elif not _holds(endpoint.conditions, event, subject):
            continue
        body = body_of(message.name, event, subject)
        rows.append(delivery_row(endpoint, event, message.name, body, callback))
    return rows


def _holds(conditions: Conditions, event: NewEvent, subject: Subject | None) -> bool:
    if topic_of(event.kind) == "alert":
        return conditions.takes_level(event.data.get("level"))
    if event.task_id is None:
        return True
    if subject is None:  # nobody knows any more of what kind it was
        return not conditions.is_about_tasks
    return conditions.takes_task(subject.task)


async def _subjects(
    reader: Reader, messages: Sequence[Message]
) -> tuple[dict[UUID, Subject], dict[UUID, str]]:
    """Return the tasks that messages are about, and their sealed callbacks."""
    ids = list({m.event.task_id: None for m in messages if m.event.task_id is not None})
    counted = {m.event.task_id for m in messages if m.name == DOWNLOAD_COMPLETED}
    subjects: dict[UUID, Subject] = {}
    callbacks: dict[UUID, str] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        files = await _files(reader, [task_id for task_id in chunk if task_id in counted])
        for row in await reader.fetch(
            f"SELECT * FROM tasks WHERE id IN ({marks(len(chunk))})",  # noqa: S608 - ours
            *chunk,
        ):
            task = read_task(row)
            subjects[task.id] = Subject(task, files.get(task.id, 0))
            if row["callback"]:
                callbacks[task.id] = row["callback"]
    return subjects, callbacks


async def _files(reader: Reader, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """Return how many finished files each of these tasks has."""
    if not ids:
        return {}
    rows = await reader.fetch(
        "SELECT task_id, COUNT(*) AS n FROM files "  # noqa: S608 - ours
        f"WHERE task_id IN ({marks(len(ids))}) AND state = ? GROUP BY task_id",
        *ids,
        TaskState.COMPLETED.value,
    )
    return {read_id(row["task_id"]): int(row["n"]) for row in rows}
