"""Doing one thing with each of several tasks, and what became of each."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from uuid import UUID

from services.access.identity import Identity
from services.errors import ArgosyError, InvalidInput, NotFound
from services.ids import TASK, read, show
from services.store.rows import marks
from services.store.store import Transaction
from services.tasks.records import Task, read_task

MOST_IDS = 1000

Change = Callable[[Task], Awaitable[Task]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the task with the id that was given: the task as it is now, or the error."""

    id: str
    task: Task | None
    error: ArgosyError | None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of each, in the order of the ids."""

    results: list[Result]

    @property
    def tasks(self) -> list[Task]:
        """Those that are as they were wanted."""
        return [result.task for result in self.results if result.task]

    @property
    def errors(self) -> list[ArgosyError]:
        """Why the others are not; `field` says which."""
        return [result.error for result in self.results if result.error]

    def with_newer(self, tasks: Mapping[UUID, Task]) -> "Done":
        """Return the same with these in the place of those of the same ids."""
        return Done(
            [
                replace(result, task=tasks.get(result.task.id, result.task))
                if result.task
                else result
                for result in self.results
            ]
        )


def check_ids(ids: Sequence[str]) -> None:
    """Raise `InvalidInput` if these are none, or too many for one call."""
    if not 0 < len(ids) <= MOST_IDS:
        message = f"Give 1 to {MOST_IDS} ids."
        raise InvalidInput(message, field="ids")


async def for_each(
    transaction: Transaction,
    identity: Identity,
    ids: Sequence[str],
    change: Change,
    *,
    are_removed: bool = False,
) -> Done:
    """Do `change` with each task of which `identity` gave the id; one given twice changes once.

    What is raised about one of them (`NotFound` for what is absent or somebody else's) is its
    result, and keeps the others from nothing. `change` must raise before it writes.
    """
    keys = [_read(text) for text in ids]
    wanted = read_ids(ids)
    # In the order of their ids, whoever does what: two who lock the same rows do not lock each
    # other out.
    tasks = await lock(transaction, wanted, are_removed=are_removed)
    became: dict[UUID, Task | ArgosyError] = {}
    for task in tasks:
        if identity.may_see(task.owner_id):
            became[task.id] = await _result(change, task)
    return Done(
        [
            _about(n, text, became.get(key) or absent(key) if isinstance(key, UUID) else key)
            for n, (text, key) in enumerate(zip(ids, keys, strict=True))
        ]
    )


async def owners_of(transaction: Transaction, ids: Sequence[str]) -> list[int]:
    """Return whose the tasks are of which these are the ids; nobody is kept from changing them."""
    keys = sorted(set(read_ids(ids)))
    if not keys:
        return []
    rows = await transaction.fetch(
        f"SELECT DISTINCT owner_id FROM tasks WHERE id IN ({marks(len(keys))})",  # noqa: S608 - ours
        *keys,
    )
    return [row["owner_id"] for row in rows]


def read_ids(ids: Sequence[str]) -> list[UUID]:
    """Return those of these that are ids."""
    return [key for key in map(_read, ids) if isinstance(key, UUID)]


async def lock(
    transaction: Transaction, task_ids: Iterable[UUID], *, are_removed: bool = False
) -> list[Task]:
    """Return those of these tasks that exist, ordered by id, and keep others from changing them."""
    keys = sorted(set(task_ids))
    if not keys:
        return []
    rows = await transaction.fetch(
        f"SELECT * FROM tasks WHERE id IN ({marks(len(keys))}) "  # noqa: S608 - ours
        f"AND removed_at IS {'NOT ' if are_removed else ''}NULL ORDER BY id{locking(transaction)}",
        *keys,
    )
    return [read_task(row) for row in rows]


def locking(transaction: Transaction) -> str:
    """Return what makes a query lock its rows; on SQLite there is one writer anyway."""
    return " FOR UPDATE" if transaction.dialect == "postgres" else ""


def absent(task_id: UUID) -> NotFound:
    """Return the error that says that there is no such task."""
    return NotFound(f"There is no task {show(TASK, task_id)}.")


def _read(text: str) -> UUID | ArgosyError:
    try:
        return read(TASK, text, field="ids")
    except InvalidInput as error:
        return error


async def _result(change: Change, task: Task) -> Task | ArgosyError:
    try:
        return await change(task)
    except ArgosyError as error:
        return error


def _about(position: int, text: str, became: Task | ArgosyError) -> Result:
    if isinstance(became, Task):
        return Result(text, became, None)
    error = copy(became)  # the same id may have been given twice
    error.field = f"ids.{position}"
    return Result(text, None, error)
