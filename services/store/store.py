"""What the services ask of storage: read rows, and do a unit of work whole or not at all."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

import structlog
from tortoise import BaseDBAsyncClient

from services.store.gate import Gate
from services.store.rows import Row, write_json

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to be numbered and written with the transaction that makes it true.

    What is about no task has no `task_id`; what is about the whole server has no owner, and is for
    administrators alone.
    """

    owner_id: int | None
    task_id: UUID | None
    kind: str
    data: dict[str, object]
    at: datetime


class Reader(Protocol):
    """Whatever rows can be read through."""

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        """Return the rows of a query (in a transaction, also of a `RETURNING` clause)."""
        ...


class Transaction(Reader, Protocol):
    """One unit of work. Await nothing but the database in it: others wait behind it.

    Touch nothing that belongs to the event loop either, but in `after_commit`: on SQLite the
    work runs in the thread of the connection.
    """

    dialect: str

    @property
    def client(self) -> BaseDBAsyncClient:
        """For Tortoise's models. On SQLite such work is slower: it starts again, on the loop."""
        ...

    async def execute(self, statement: str, *values: object) -> None:
        """Run a statement. Whoever wants to know what it changed fetches with `RETURNING`."""
        ...

    async def execute_many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        ...

    def record(self, event: NewEvent) -> None:
        """Write `event` when the work is done, numbered in the order of commits."""
        ...

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call `call` once the work is durable, and not if it fails."""
        ...


Work = Callable[[Transaction], Awaitable[T]]
# Called with the events of a transaction right after they were written, to write with them what
# they lead to. What it raises undoes the transaction.
Companion = Callable[[Transaction, Sequence[NewEvent]], Awaitable[None]]


class Store(Reader, Protocol):
    """Where rows live. Reads see every write that has been answered.

    `failures` counts how often the database could not do what it was asked for, since the start.
    """

    dialect: str
    failures: int
    gate: Gate  # of this process; `write` goes through it

    async def open(self) -> None:
        """Take hold of the migrated database."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Do `work` in a transaction of its own and return its result once it is durable.

        What `work` raises is raised here, and then nothing of it was written. It may be called
        more than once, each time as if it had never been called before. Raises
        `Unavailable` when the database could not take it (disk full, no connection).
        """
        ...

    def watch(self, call: Callable[[], None]) -> None:
        """Call `call` after each commit of this process that wrote events."""
        ...

    def accompany(self, companion: Companion) -> None:
        """Call `companion` in each transaction of this process that writes events."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        ...


INSERT_EVENT = "INSERT INTO events (owner_id, task_id, kind, data, at) VALUES (?, ?, ?, ?, ?)"


def event_rows(events: Sequence[NewEvent]) -> list[tuple[object, ...]]:
    """Return the values of `INSERT_EVENT` for each of `events`."""
    return [(e.owner_id, e.task_id, e.kind, write_json(e.data), e.at) for e in events]


async def write_events(
    transaction: Transaction, events: Sequence[NewEvent], companions: Iterable[Companion]
) -> None:
    """Write `events`, and what they lead to."""
    await transaction.execute_many(INSERT_EVENT, event_rows(events))
    for companion in companions:
        await companion(transaction, events)


def run_all(calls: Iterable[Callable[[], None]]) -> None:
    """Make the calls that waited for a commit; the work is durable whatever they do."""
    for call in calls:
        try:
            call()
        except Exception:
            log.exception("store.call_failed")
