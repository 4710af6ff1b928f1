"""Reading the events of tasks, the oldest first."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.access.identity import Identity
from services.errors import ErrorCode, InvalidInput
from services.events import cursors
from services.events.kinds import EventKind
from services.remembered import Remembered
from services.store.rows import Row, read_id, read_json, read_time
from services.store.store import Store
from services.tasks.filters import Condition, joined, one_of, seen_by
from services.tasks.pages import Page
from services.tasks.parts import Parts, Shape
from services.tasks.states import TaskState

LOG = "event_log"  # under this the name of the log is remembered
LENGTH = 8  # letters of that name


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a task, and where it stood then. `seq` grows in the order of commits."""

    seq: int
    kind: EventKind
    task_id: UUID
    at: datetime
    state: TaskState | None
    attempt: int | None
    error_code: ErrorCode | None
    error_message: str | None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; None lets everything through, an empty sequence nothing."""

    task_id: UUID | None = None
    kinds: Sequence[EventKind] | None = None

    def conditions(self) -> list[Condition]:
        """Return what must hold for a row."""
        found = [Condition("task_id IS NOT NULL")]
        if self.task_id is not None:
            found.append(Condition("task_id = ?", (self.task_id,)))
        if self.kinds is not None:
            found.append(one_of("kind", list(dict.fromkeys(kind.value for kind in self.kinds))))
        return found


class EventQueries:
    """Reads the events that one identity may see."""

    of_tasks: Parts[Event]  # these two from `open` on
    _log: str

    def __init__(self, *, store: Store, remembered: Remembered) -> None:
        self._store = store
        self._remembered = remembered

    async def open(self) -> None:
        """Learn the name of the log; the first time, make it."""
        name = "".join(secrets.choice(string.ascii_lowercase) for _ in range(LENGTH))
        await self._remembered.put_once(LOG, name)
        self._log = str(await self._remembered.get(LOG))
        shape = Shape("events", ("seq",), read_event, self._show, lambda text: (self._seq(text),))
        self.of_tasks = Parts(self._store, shape)

    def cursor(self, event: Event) -> str:
        """Return the place of an event."""
        return cursors.show(self._log, event.seq)

    async def page(
        self, identity: Identity, wanted: EventFilter, *, first: int, after: str | None
    ) -> Page[Event]:
        """Return up to `first` events behind the cursor `after`."""
        conditions = [seen_by(identity), *wanted.conditions()]
        if after is not None:
            conditions.append(Condition("seq > ?", (self._seq(after),)))
        text, values = joined(conditions)
        rows = await self._store.fetch(
            f"SELECT * FROM events WHERE {text} ORDER BY seq LIMIT ?",  # noqa: S608 - ours
            *values,
            first + 1,
        )
        events = [read_event(row) for row in rows[:first]]
        return Page(events, [self.cursor(event) for event in events], has_more=len(rows) > first)

    async def has_before(self, identity: Identity, wanted: EventFilter, after: str | None) -> bool:
        """Return whether there are events up to the cursor `after`."""
        if after is None:
            return False
        before = Condition("seq <= ?", (self._seq(after),))
        text, values = joined([seen_by(identity), *wanted.conditions(), before])
        statement = f"SELECT seq FROM events WHERE {text} LIMIT 1"  # noqa: S608 - ours
        return bool(await self._store.fetch(statement, *values))

    async def count(self, identity: Identity, wanted: EventFilter) -> int:
        """Return how many events there are."""
        text, values = joined([seen_by(identity), *wanted.conditions()])
        statement = f"SELECT COUNT(*) AS n FROM events WHERE {text}"  # noqa: S608 - ours
        (row,) = await self._store.fetch(statement, *values)
        return int(row["n"])

    def _show(self, row: Row) -> str:
        return cursors.show(self._log, row["seq"])

    def _seq(self, after: str) -> int:
        """Return the number in a cursor, or raise `InvalidInput`."""
        found = cursors.read(after)
        if found is None or found[0] != self._log:
            message = "This is no cursor of these events. Take one from `endCursor`."
            raise InvalidInput(message, field="after")
        return found[1]


def read_event(row: Row) -> Event:
    """Return the event in a row of the table."""
    data = read_json(row["data"])
    state, code = data.get("state"), data.get("code")
    return Event(
        seq=row["seq"],
        kind=EventKind(row["kind"]),
        task_id=read_id(row["task_id"]),
        at=read_time(row["at"]),
        state=TaskState(state) if state else None,
        attempt=data.get("attempt"),
        error_code=ErrorCode(code) if code else None,
        error_message=data.get("message"),
    )
