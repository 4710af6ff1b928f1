"""Moving tasks within the queue of their owner: to its top or bottom, or beside another task."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from services.access.identity import Identity
from services.clock import Clock
from services.errors import InvalidInput
from services.events.kinds import EventKind
from services.ids import TASK, read
from services.store.rows import marks
from services.store.store import Store, Transaction
from services.tasks.changing.changes import Runner
from services.tasks.changing.neighbours import Line, Spot
from services.tasks.changing.positions import GAP, PER_MILLISECOND, last_position, spread
from services.tasks.changing.results import Done, check_ids, for_each, lock, read_ids
from services.tasks.listing.queries import find_task
from services.tasks.moves import amend, illegal
from services.tasks.records import Task

FIRST_WINDOW = 8  # neighbours on each side that are moved where there is no room between two
GROWTH = 8
SET_POSITION = "UPDATE tasks SET position = ? WHERE id = ?"


class Where(StrEnum):
    """Where in the queue."""

    TOP = "TOP"
    BOTTOM = "BOTTOM"
    BEFORE = "BEFORE"  # the anchor
    AFTER = "AFTER"


class Moving:
    """Gives tasks other places. Moving one beside another gives it that one's priority too."""

    def __init__(self, *, store: Store, clock: Clock, runner: Runner) -> None:
        self._store = store
        self._clock = clock
        self._runner = runner

    async def move(
        self, identity: Identity, ids: Sequence[str], to: Where, anchor: str | None = None
    ) -> Done:
        """Move up to 1,000 tasks, which keep the order in which they are given.

        `TOP` and `BOTTOM` are of each task's own priority; `BEFORE` and `AFTER` are beside
        `anchor`. Raises `InvalidInput`, `NotFound` or `Conflict` about the anchor; finished tasks
        and those of another owner than the anchor's are errors of their own.
        """
        check_ids(ids)
        if (anchor is not None) is not (to in {Where.BEFORE, Where.AFTER}):
            message = "Give an anchor with BEFORE and AFTER, and with these only."
            raise InvalidInput(message, field="anchor")
        anchor_id = None if anchor is None else read(TASK, anchor, field="anchor")
        now = self._clock.now()
        work = partial(self._move, identity, ids, _Wish(to, anchor_id, now))
        return await self._store.write(work)

    async def _move(
        self,
        identity: Identity,
        ids: Sequence[str],
        wish: "_Wish",
        transaction: Transaction,
    ) -> Done:
        await _take_turns(transaction, ids)
        anchor = await self._anchor(transaction, identity, wish)
        found = await for_each(transaction, identity, ids, partial(_movable, anchor))
        lines: defaultdict[Line, dict[UUID, Task]] = defaultdict(dict)
        for task in found.tasks:
            beside = anchor or task
            lines[Line(beside.owner_id, beside.priority)].setdefault(task.id, task)
        changed: dict[UUID, Task] = {}
        for line, tasks in lines.items():
            placing = _Placing(transaction, line, list(tasks.values()), wish.now)
            positions = await placing.place(wish.to, anchor)
            for task, position in sorted(
                zip(tasks.values(), positions, strict=True), key=lambda pair: pair[0].id
            ):
                columns = {"position": position, "priority": line.priority.value}
                changed[task.id] = await amend(
                    transaction, task, EventKind.TASK_CHANGED, at=wish.now, **columns
                )
        if changed:
            transaction.after_commit(self._runner.wake)
        return found.with_newer(changed)

    async def _anchor(
        self, transaction: Transaction, identity: Identity, wish: "_Wish"
    ) -> Task | None:
        if wish.anchor_id is None:
            return None
        anchor = await find_task(transaction, identity, wish.anchor_id, field="anchor")
        if anchor.is_finished:
            error = illegal(anchor, "moved beside")
            error.field = "anchor"
            raise error
        return anchor


@dataclass(frozen=True, slots=True)
class _Wish:
    """Where tasks are wanted."""

    to: Where
    anchor_id: UUID | None
    now: datetime


@dataclass(frozen=True, slots=True)
class _Placing:
    """Finds positions for tasks in a line, and makes room where there is none."""

    transaction: Transaction
    line: Line
    tasks: Sequence[Task]
    now: datetime

    async def place(self, to: Where, anchor: Task | None) -> Sequence[int]:
        """Return a position for each of the tasks, in their order."""
        count = len(self.tasks)
        if anchor is not None:
            return await self._beside(Spot(anchor.position, anchor.id), after=to is Where.AFTER)
        if to is Where.TOP:
            first = await self._others(self.line.after, None, 1)
            if not first:
                return self._last(first)
            return [first[0].position - PER_MILLISECOND * (count - n) for n in range(count)]
        return self._last(await self._others(self.line.before, None, 1))

    def _last(self, last: Sequence[Spot]) -> list[int]:
        """Return positions behind the `last` one, if any, and behind all that were added so far."""
        newest = last_position(self.now)
        first = max([newest, *(spot.position + GAP for spot in last)])
        return [first + n * GAP for n in range(len(self.tasks))]

    async def _beside(self, anchor: Spot, *, after: bool) -> Sequence[int]:
        window, count = 0, len(self.tasks)
        while True:
            # The anchor is the nearest on its own side of the gap.
            behind = await self._others(self.line.after, anchor, window + 1)
            ahead = await self._others(self.line.before, anchor, window + 1)
            left, right = (ahead, [anchor, *behind]) if not after else ([anchor, *ahead], behind)
            left, right = left[: window + 1], right[: window + 1]
            # What lies beyond the window bounds it; where nothing does, there is room without end.
            far_left = left.pop() if len(left) > window else None
            far_right = right.pop() if len(right) > window else None
            moved = len(left) + count + len(right)
            low, high = _bounds(far_left, far_right, moved, [*left, *right])
            if (positions := spread(low, high, moved)) is not None:
                break
            window = max(FIRST_WINDOW, window * GROWTH)
        neighbours = [*reversed(left), *right]
        theirs = positions[: len(left)] + positions[len(left) + count :]
        await self._shift(neighbours, theirs)
        return positions[len(left) : len(left) + count]

    async def _shift(self, neighbours: Sequence[Spot], positions: Sequence[int]) -> None:
        """Give neighbours other positions in the same order."""
        shifted = sorted(zip(neighbours, positions, strict=True), key=lambda pair: pair[0].id)
        if shifted:
            await lock(self.transaction, [spot.id for spot in neighbours])
            values = [(position, spot.id) for spot, position in shifted]
            await self.transaction.execute_many(SET_POSITION, values)

    async def _others(
        self,
        look: Callable[[Transaction, Spot | None, int], Awaitable[list[Spot]]],
        spot: Spot | None,
        most: int,
    ) -> list[Spot]:
        """Return the nearest that are not themselves moved."""
        own = {task.id for task in self.tasks}
        found = await look(self.transaction, spot, most + len(own))
        return [other for other in found if other.id not in own][:most]


def _bounds(
    low: Spot | None, high: Spot | None, count: int, inner: Sequence[Spot]
) -> tuple[int, int]:
    """Return between which positions so many are placed; where there is no bound, far enough."""
    far = PER_MILLISECOND * (count + 1)
    if low is not None:
        return low.position, high.position if high is not None else low.position + far
    if high is not None:
        return high.position - far, high.position
    start = min((spot.position for spot in inner), default=0)
    return start, start + far


async def _movable(anchor: Task | None, task: Task) -> Task:
    """Return the task, if it may be moved beside `anchor`."""
    if task.is_finished:
        raise illegal(task, "moved")
    if anchor is not None and task.id == anchor.id:
        message = "A task cannot be moved beside itself."
        raise InvalidInput(message)
    if anchor is not None and task.owner_id != anchor.owner_id:
        message = "The task and the anchor are of different users, and so in different queues."
        raise InvalidInput(message)
    return task


async def _take_turns(transaction: Transaction, ids: Sequence[str]) -> None:
    """Let nobody else move tasks in the queues of these until the commit.

    Before any task is locked: two who move tasks beside each other would lock each other out.
    """
    if transaction.dialect == "postgres" and (keys := read_ids(ids)):
        await transaction.fetch(
            "SELECT id FROM users WHERE id IN "  # noqa: S608 - ours
            f"(SELECT owner_id FROM tasks WHERE id IN ({marks(len(keys))})) "
            "ORDER BY id FOR NO KEY UPDATE",
            *keys,
        )
