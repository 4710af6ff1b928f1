"""Reading the events of tasks, the oldest first."""

from services.access.identity import Identity
from services.errors import InvalidInput
from services.events.cursors import Place, read_place
from services.events.log import Event, EventFilter, EventLog, read_event, seen_by
from services.paging.conditions import Condition, joined
from services.paging.pages import Page
from services.store.rows import Row
from services.store.store import Store
from services.tasks.listing.parts import Parts, Shape


class EventQueries:
    """Reads the events that one identity may see."""

    def __init__(self, *, store: Store, log: EventLog) -> None:
        self._store = store
        self._log = log
        shape = Shape("events", ("seq",), read_event, self._show, lambda text: (self._seq(text),))
        self.of_tasks = Parts(self._store, shape)

    def place(self, event: Event) -> Place:
        """Return the place of an event."""
        return self._log.place(event.seq)

    async def end(self) -> Place:
        """Return the place right after all events that there are."""
        return self._log.place(await self._log.newest())

    async def page(
        self, identity: Identity, wanted: EventFilter, *, first: int, after: str | None
    ) -> Page[Event]:
        """Return up to `first` events behind the cursor `after`."""
        conditions = [_asked(identity, wanted)]
        if after is not None:
            conditions.append(Condition("seq > ?", (self._seq(after),)))
        text, values = joined(conditions)
        rows = await self._store.fetch(
            f"SELECT * FROM events WHERE {text} ORDER BY seq LIMIT ?",  # noqa: S608 - ours
            *values,
            first + 1,
        )
        events = [read_event(row) for row in rows[:first]]
        places = [str(self.place(event)) for event in events]
        return Page(events, places, has_more=len(rows) > first)

    async def has_before(self, identity: Identity, wanted: EventFilter, after: str | None) -> bool:
        """Return whether there are events up to the cursor `after`."""
        if after is None:
            return False
        before = Condition("seq <= ?", (self._seq(after),))
        text, values = joined([_asked(identity, wanted), before])
        statement = f"SELECT seq FROM events WHERE {text} LIMIT 1"  # noqa: S608 - ours
        return bool(await self._store.fetch(statement, *values))

    async def count(self, identity: Identity, wanted: EventFilter) -> int:
        """Return how many events there are."""
        text, values = joined([_asked(identity, wanted)])
        statement = f"SELECT COUNT(*) AS n FROM events WHERE {text}"  # noqa: S608 - ours
        (row,) = await self._store.fetch(statement, *values)
        return int(row["n"])

    def _show(self, row: Row) -> str:
        return str(self._log.place(row["seq"]))

    def _seq(self, after: str) -> int:
        """Return the number in a cursor, or raise `InvalidInput`."""
        place = read_place(after)
        if place.log != self._log.name:
            message = "This is no cursor of these events. Take one from `endCursor`."
            raise InvalidInput(message, field="after")
        return place.seq


def _asked(identity: Identity, wanted: EventFilter) -> Condition:
    text, values = seen_by(identity, wanted)
    return Condition(text, tuple(values))
