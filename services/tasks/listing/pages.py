"""Lists of tasks page by page, where page 10,000 costs what the first one costs.

A page begins behind the place of the last task of the page before it, and that place is found
in an index. Where several values are asked for, such as three states, each of them is a stretch
of an index: the head of each stretch is read, and of all these the first are taken.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

from services.access.identity import Identity
from services.paging import cursors
from services.paging.conditions import Condition, joined
from services.paging.pages import Page
from services.store.store import Reader
from services.tasks.listing.filters import (
    GONE,
    THERE,
    TaskFilter,
    by_code_point,
    one_of,
    seen_by,
)
from services.tasks.listing.sorting import SORTINGS, Group, TaskOrder
from services.tasks.records import Task, read_task
from services.tasks.states import TaskState

Within = tuple[str | int | datetime | UUID, ...]

MOST_STRETCHES = 100  # in one statement
INDEXED = ("state", "host", "kind")  # that have an index in the order of ids, the best first
QUEUED = (TaskState.PENDING, TaskState.RETRYING, TaskState.RUNNING)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a task stands in an order: in which group, by which key, and its id."""

    group: int
    key: str | int | datetime | None
    id: UUID

    @property
    def within(self) -> Within:
        """What its place in the group goes by."""
        return (self.id,) if self.key is None else (self.key, self.id)


class Listing:
    """The tasks that one identity asks for, in an order."""

    def __init__(
        self, reader: Reader, dialect: str, identity: Identity, wanted: TaskFilter, order: TaskOrder
    ) -> None:
        wanted.check(identity)
        self._reader = reader
        self._dialect = dialect
        self._identity = identity
        self._wanted = wanted
        self._order = order
        self._sorting = SORTINGS[order]

    async def page(self, first: int, after: str | None) -> Page[Task]:
        """Return up to `first` tasks behind the cursor `after`; raise `InvalidInput` about it."""
        found = await self._from(self._read(after), first + 1)
        shown = found[:first]
        return Page(
            [task for _, task in shown],
            [self._show(place) for place, _ in shown],
            has_more=len(found) > first,
        )

    async def has_before(self, after: str | None) -> bool:
        """Return whether there are tasks up to the cursor `after`."""
        start = self._read(after)
        if start is None:
            return False
        for place, _ in await self._from(None, 1):
            if place.group != start.group:
                return place.group < start.group
            return self._sorted((place.within, start.within))[0] == place.within
        return False

    async def count(self) -> int:
        """Return how many there are on all pages."""
        conditions = [
            seen_by(self._identity, self._wanted.owner_id),
            *self._wanted.conditions(self._dialect),
        ]
        if self._order is TaskOrder.QUEUE:
            conditions.append(one_of("state", [state.value for state in QUEUED]))
        text, values = joined(conditions)
        (row,) = await self._reader.fetch(
            f"{GONE} SELECT (SELECT COUNT(*) FROM tasks WHERE {text}) - "  # noqa: S608 - ours
            f"(SELECT COUNT(*) FROM gone WHERE {text}) AS n",
            *values,
            *values,
        )
        return int(row["n"])

    async def _from(self, start: _Place | None, most: int) -> list[tuple[_Place, Task]]:
        """Return up to `most` tasks behind a place, each with its own."""
        found: list[tuple[_Place, Task]] = []
        heads = await self._heads()
        for number, group in enumerate(self._sorting.groups):
            if start is not None and number < start.group:
                continue
            behind = start if start is not None and start.group == number else None
            places = {}
            for task in await self._of_group(heads, group, behind, most - len(found)):
                key = None if group.column is None else getattr(task, group.column)
                place = _Place(number, key, task.id)
                places[place.within] = (place, task)
            found += [places[within] for within in self._sorted(places)]
            if len(found) >= most:
                break
        return found[:most]

    async def _of_group(
        self, heads: Sequence[list[Condition]], group: Group, behind: _Place | None, most: int
    ) -> list[Task]:
        """Return the heads of all stretches of a group, in no order."""
        stretches = [
            self._stretch([*head, Condition(stretch)], group, behind, most)
            for head, stretch in product(heads, group.stretches)
        ]
        tasks: list[Task] = []
        for start in range(0, len(stretches), MOST_STRETCHES):
            part = stretches[start : start + MOST_STRETCHES]
            statement = " UNION ALL ".join(
                f"SELECT * FROM ({text}) AS stretch_{n}"  # noqa: S608 - ours
                for n, (text, _) in enumerate(part)
            )
            values = [value for _, values in part for value in values]
            tasks += map(read_task, await self._reader.fetch(statement, *values))
        return tasks

    def _stretch(
        self, conditions: Sequence[Condition], group: Group, behind: _Place | None, most: int
    ) -> tuple[str, list[object]]:
        """Return the statement that reads the head of a stretch, and its values."""
        sign, direction = ("<", "DESC") if self._sorting.is_descending else (">", "ASC")
        keys = ["id"]
        if group.column == "name":
            keys = [by_code_point("name", self._dialect), "id"]
        elif group.column is not None:
            keys = [group.column, "id"]
        if behind is not None:
            marks = ", ".join("?" * len(keys))
            after = Condition(f"({', '.join(keys)}) {sign} ({marks})", behind.within)
            conditions = [*conditions, after]
        text, values = joined(conditions)
        by = ", ".join(f"{key} {direction}" for key in keys)
        statement = f"SELECT * FROM tasks WHERE {text} ORDER BY {by} LIMIT ?"  # noqa: S608 - ours
        return statement, [*values, most]

    async def _heads(self) -> list[list[Condition]]:
        """Return what must hold beside the group, once for each value that has a stretch."""
        choices = self._wanted.choices()
        rest = [Condition(THERE), *self._wanted.ranges(self._dialect)]
        chosen: Sequence[Sequence[Condition]] = [[]]
        by_owner = self._sorting.of_owners
        if not by_owner and (column := next((c for c in INDEXED if c in choices), None)):
            chosen = [[one_of(column, [value])] for value in choices.pop(column)]
            by_owner = column != "state"
        rest += [one_of(column, values) for column, values in choices.items()]
        owners = await self._owners() if by_owner else self._whose()
        return [[owner, *each, *rest] for owner, each in product(owners, chosen)]

    def _whose(self) -> list[Condition]:
        return [seen_by(self._identity, self._wanted.owner_id)]

    async def _owners(self) -> list[Condition]:
        """Return the condition of each user whose tasks are asked for."""
        if not self._identity.is_admin or self._wanted.owner_id is not None:
            return self._whose()
        rows = await self._reader.fetch("SELECT id FROM users ORDER BY id")
        return [one_of("owner_id", [row["id"]]) for row in rows]

    def _sorted(self, places: Collection[Within]) -> list[Within]:
        return sorted(places, reverse=self._sorting.is_descending)

    def _show(self, place: _Place) -> str:
        key = place.key.isoformat() if isinstance(place.key, datetime) else place.key
        shown = self._sorting.key() if key is None else key
        return cursors.show(self._order.value, place.group, shown, str(place.id))

    def _read(self, after: str | None) -> _Place | None:
        if after is None:
            return None
        shape = (int, self._sorting.key, str)
        number, shown, text = cursors.read(self._order.value, after, shape)
        groups = dict(enumerate(self._sorting.groups))
        try:
            group = groups[int(number)]
            key: str | int | datetime | None = None if group.column is None else shown
            if group.column == "finished_at":
                key = datetime.fromisoformat(str(shown)).astimezone(UTC)
            return _Place(int(number), key, UUID(str(text)))
        except (ValueError, KeyError, OverflowError):
            raise cursors.refusal() from None
