"""The orders in which tasks are listed, and the indexes that each is read from."""

from dataclasses import dataclass
from enum import StrEnum

from services.tasks.priorities import Priority
from services.tasks.running.turns import LATER, WAITS
from services.tasks.states import UNFINISHED, TaskState

RUNNING = "state = 'RUNNING'"


class TaskOrder(StrEnum):
    """What comes first. Of two that are alike in it, the id decides."""

    CREATED_NEWEST = "CREATED_NEWEST"
    CREATED_OLDEST = "CREATED_OLDEST"
    FINISHED_NEWEST = "FINISHED_NEWEST"
    FINISHED_OLDEST = "FINISHED_OLDEST"
    NAME = "NAME"  # by code point
    NAME_REVERSED = "NAME_REVERSED"
    LARGEST = "LARGEST"
    SMALLEST = "SMALLEST"
    QUEUE = "QUEUE"  # of what waits and what runs


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks that stand together in an order, by `column` and id; None: by id alone.

    Each of `stretches` is a condition that an index answers; together they are the group.
    """

    stretches: tuple[str, ...] = ("1 = 1",)
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order: its groups, one behind the other, and the direction within each.

    What has no key, such as a task that is not finished, is the last group. `key` is what a key
    is in a cursor. `of_owners`: the indexes begin with the owner.
    """

    groups: tuple[Group, ...]
    is_descending: bool = False
    key: type[str] | type[int] = str
    of_owners: bool = True


def _created(*, is_descending: bool) -> Sorting:
    return Sorting((Group(),), is_descending, of_owners=False)


def _finished(*, is_descending: bool) -> Sorting:
    unfinished = tuple(
        f"state = '{state.value}' AND finished_at IS NULL"
        for state in TaskState
        if state in UNFINISHED
    )
    groups = Group(("finished_at IS NOT NULL",), "finished_at"), Group(unfinished)
    return Sorting(groups, is_descending)


def _named(*, is_descending: bool) -> Sorting:
    return Sorting((Group(column="name"),), is_descending)


def _sized(*, is_descending: bool) -> Sorting:
    groups = Group(("total IS NOT NULL",), "total"), Group(("total IS NULL",))
    return Sorting(groups, is_descending, int)


def _queued() -> Sorting:
    groups = [
        Group(tuple(f"priority = {p.value} AND {of}" for of in (WAITS, LATER, RUNNING)), "position")
        for p in sorted(Priority, reverse=True)
    ]
    return Sorting(tuple(groups), key=int)


SORTINGS = {
    TaskOrder.CREATED_NEWEST: _created(is_descending=True),
    TaskOrder.CREATED_OLDEST: _created(is_descending=False),
    TaskOrder.FINISHED_NEWEST: _finished(is_descending=True),
    TaskOrder.FINISHED_OLDEST: _finished(is_descending=False),
    TaskOrder.NAME: _named(is_descending=False),
    TaskOrder.NAME_REVERSED: _named(is_descending=True),
    TaskOrder.LARGEST: _sized(is_descending=True),
    TaskOrder.SMALLEST: _sized(is_descending=False),
    TaskOrder.QUEUE: _queued(),
}
