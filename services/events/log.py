"""The log of events in storage: read from a number on, and bounded by age and by count.

Numbers appear in the order of commits, so whoever has read up to one has missed none before it.
What was pruned is known exactly: the number of the last event that is gone stands in the settings.
"""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.access.identity import Identity
from services.clock import Clock
from services.events.cursors import Place
from services.events.kinds import KINDS, Kind, Topic, topic_of
from services.remembered import Remembered
from services.store.rows import (
    Row,
    marks,
    read_id,
    read_json,
    read_time,
    write_json,
)
from services.store.store import Store, Transaction

NAME = "event_log"
PRUNED = f"{NAME}_pruned"
CHUNK = 500  # events that are removed in one transaction, so that no other waits long for it
OVERHEAD = 256  # bytes that an event takes in memory beside its data, about

# Two servers may prune one log: whoever has this row is alone until its transaction ends.
HOLD_MARK = """
    INSERT INTO settings (key, value, updated_at) VALUES (?, '0', ?)
    ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at
"""


OWNER_BY_EVENT = "SELECT owner_id FROM events WHERE task_id = ? ORDER BY seq LIMIT 1"
OWNER_BY_TASK = "SELECT owner_id FROM tasks WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Event:
    """A fact that happened. `size` is about how many bytes it takes in memory.

    What is about no task has no `task_id`; what is about the whole server has no owner.
    """

    seq: int
    owner_id: int | None
    task_id: UUID | None
    kind: Kind
    at: datetime
    data: dict[str, object]
    size: int

    @property
    def about(self) -> UUID:
        """The task that it is about. Only for events about tasks."""
        if self.task_id is None:
            message = f"{self.kind.value} is about no task"
            raise TypeError(message)
        return self.task_id


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events about `topic` are wanted: of one task, of some kinds; None is all."""

    task_id: UUID | None = None
    kinds: frozenset[Kind] | None = None
    topic: Topic = Topic.TASKS

    def takes(self, event: Event) -> bool:
        """Whether `event` is wanted."""
        if self.task_id is not None and event.task_id != self.task_id:
            return False
        if self.kinds is None:
            return topic_of(event.kind) is self.topic
        return event.kind in self.kinds


ALL = EventFilter()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of the log is kept."""

    age: timedelta = timedelta(days=7)
    entries: int = 1_000_000


class EventLog:
    """What happened, as far as it is kept. `open` comes first."""

    name: str  # from `open` on

    def __init__(
        self, *, store: Store, remembered: Remembered, clock: Clock, bounds: Bounds
    ) -> None:
        self._store = store
        self._remembered = remembered
        self._clock = clock
        self.bounds = bounds

    async def open(self) -> None:
        """Learn the letters of this log, which are made when they are first needed."""
        letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))
        await self._remembered.put_once(NAME, letters)
        self.name = str(await self._remembered.get(NAME))

    def place(self, seq: int) -> Place:
        """Return the place right after the event number `seq`."""
        return Place(self.name, seq)

    async def read(self, after: int, most: int) -> list[Event]:
        """Return up to `most` events of everybody whose numbers are above `after`, in order."""
        rows = await self._store.fetch(
            "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", after, most
        )
        return [read_event(row) for row in rows]

    async def read_for(
        self, identity: Identity, wanted: EventFilter, *, after: int, upto: int, most: int
    ) -> list[Event]:
        """Return up to `most` events above `after`, to `upto`, that `identity` may see."""
        condition, values = seen_by(identity, wanted)
        rows = await self._store.fetch(
            f"SELECT * FROM events WHERE seq > ? AND seq <= ? AND {condition} "  # noqa: S608
            "ORDER BY seq LIMIT ?",
            *(after, upto, *values, most),
        )
        return [read_event(row) for row in rows]

    async def knows(self, identity: Identity, task_id: UUID) -> bool:
        """Return whether there is a task that `identity` may see, or was: an event tells of it."""
        for statement in (OWNER_BY_EVENT, OWNER_BY_TASK):  # what waits for long may have no event
            if rows := await self._store.fetch(statement, task_id):
                return identity.may_see(rows[0]["owner_id"])
        return False

    async def pruned(self) -> int:
        """Return the number of the last event that is kept no more; 0 where all are."""
        rows = await self._store.fetch("SELECT value FROM settings WHERE key = ?", PRUNED)
        return int(read_json(rows[0]["value"])) if rows else 0

    async def oldest(self) -> int | None:
        """Return the number of the oldest event that is kept."""
        rows = await self._store.fetch("SELECT MIN(seq) AS seq FROM events")
        return _number(rows)

    async def newest(self) -> int:
        """Return the number of the newest event, kept or not; 0 before the first."""
        rows = await self._store.fetch("SELECT MAX(seq) AS seq FROM events")
        return max(_number(rows) or 0, await self.pruned())

    async def prune(self) -> int:
        """Remove up to `CHUNK` of the oldest events that are out of bounds; return how many."""
        now = self._clock.now()
        floor = await self.newest() - self.bounds.entries

        async def write(transaction: Transaction) -> int:
            await transaction.execute(HOLD_MARK, PRUNED, now)
            rows = await transaction.fetch("SELECT seq, at FROM events ORDER BY seq LIMIT ?", CHUNK)
            gone = 0
            for row in rows:
                if row["seq"] > floor and read_time(row["at"]) >= now - self.bounds.age:
                    break
                gone += 1
            if gone:
                last = rows[gone - 1]["seq"]
                await transaction.execute("DELETE FROM events WHERE seq <= ?", last)
                await transaction.execute(
                    "UPDATE settings SET value = ? WHERE key = ?", write_json(last), PRUNED
                )
            return gone

        return await self._store.write(write)


def read_event(row: Row) -> Event:
    """Return the event in a row of the table."""
    return Event(
        seq=row["seq"],
        owner_id=row["owner_id"],
        task_id=None if row["task_id"] is None else read_id(row["task_id"]),
        kind=KINDS[row["kind"]],
        at=read_time(row["at"]),
        data=read_json(row["data"]),
        size=len(row["data"]) + OVERHEAD,
    )


def seen_by(identity: Identity, wanted: EventFilter) -> tuple[str, list[object]]:
    """Return the condition that holds for the rows that `identity` may see and wants."""
    conditions: list[str] = []
    values: list[object] = []
    if not identity.is_admin:
        conditions.append("owner_id = ?")
        values.append(identity.user_id)
    if wanted.task_id is not None:
        conditions.append("task_id = ?")
        values.append(wanted.task_id)
    if wanted.kinds is not None:
        conditions.append(f"kind IN ({marks(len(wanted.kinds))})" if wanted.kinds else "1 = 0")
        values += sorted(kind.value for kind in wanted.kinds)
    elif wanted.topic is Topic.TASKS:
        conditions.append("task_id IS NOT NULL")  # all of those, and hardly anything else
    else:
        conditions.append(f"task_id IS NULL AND kind IN ({marks(len(wanted.topic.kinds))})")
        values += sorted(kind.value for kind in wanted.topic.kinds)
    return " AND ".join(conditions) or "1 = 1", values


def _number(rows: Sequence[Row]) -> int | None:
    seq = rows[0]["seq"]
    return None if seq is None else int(seq)
