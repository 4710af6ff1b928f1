"""What tasks have in tables of their own, page by page, for all tasks of a list at once."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from services.access.identity import Identity
from services.paging import cursors
from services.paging.conditions import joined
from services.paging.pages import Page
from services.store.rows import Row, marks, read_id
from services.store.store import Reader
from services.tasks.listing.filters import THERE, one_of, seen_by
from services.tasks.records import AttemptRecord, File, read_attempt, read_file

T = TypeVar("T")

Start = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """A table whose rows are of tasks, and the columns by which those of one task come.

    `show` gives the cursor of a row; `place` reads the values of the columns in a cursor, or
    raises `InvalidInput`.
    """

    table: str
    columns: tuple[str, ...]
    read: Callable[[Row], T]
    show: Callable[[Row], str]
    place: Callable[[str], Start]


class Parts(Generic[T]):
    """What is in such a table of the tasks that somebody may see.

    Whatever the number of tasks, each question is one statement.
    """

    def __init__(self, reader: Reader, shape: Shape[T]) -> None:
        self._reader = reader
        self._shape = shape

    def start(self, after: str | None) -> Start | None:
        """Return the place that a cursor names; raise `InvalidInput` if it is of another list."""
        return None if after is None else self._shape.place(after)

    async def pages(
        self, identity: Identity, task_ids: Collection[UUID], first: int, start: Start | None
    ) -> dict[UUID, Page[T]]:
        """Return up to `first` of each task behind a place; tasks without any are left out."""
        columns = ", ".join(f"found.{column}" for column in self._shape.columns)
        within, values = self._within(identity, task_ids, ">", start)
        rows = await self._reader.fetch(
            f"SELECT * FROM (SELECT found.*, ROW_NUMBER() OVER "  # noqa: S608 - ours
            f"(PARTITION BY found.task_id ORDER BY {columns}) AS number_of_row {within}"
            f") AS numbered WHERE number_of_row <= ? ORDER BY task_id, number_of_row",
            *values,
            first + 1,
        )
        of_tasks: defaultdict[UUID, list[Row]] = defaultdict(list)
        for row in rows:
            of_tasks[read_id(row["task_id"])].append(row)
        return {
            task_id: Page(
                [self._shape.read(row) for row in of_task[:first]],
                [self._shape.show(row) for row in of_task[:first]],
                has_more=len(of_task) > first,
            )
            for task_id, of_task in of_tasks.items()
        }

    async def counts(self, identity: Identity, task_ids: Collection[UUID]) -> dict[UUID, int]:
        """Return how many each task has; those without any are left out."""
        return await self._counted(identity, task_ids, "", None)

    async def begun(
        self, identity: Identity, task_ids: Collection[UUID], start: Start
    ) -> frozenset[UUID]:
        """Return which of the tasks have some up to a place."""
        return frozenset(await self._counted(identity, task_ids, "<=", start))

    async def _counted(
        self, identity: Identity, task_ids: Collection[UUID], sign: str, start: Start | None
    ) -> dict[UUID, int]:
        within, values = self._within(identity, task_ids, sign, start)
        rows = await self._reader.fetch(
            f"SELECT found.task_id, COUNT(*) AS n {within} GROUP BY found.task_id",
            *values,
        )
        return {read_id(row["task_id"]): int(row["n"]) for row in rows}

    def _within(
        self, identity: Identity, task_ids: Collection[UUID], sign: str, start: Start | None
    ) -> tuple[str, list[object]]:
        """Return FROM and WHERE of the rows of these tasks on one side of a place."""
        seen, values = joined([one_of("id", [*task_ids]), seen_by(identity)])
        text = (
            f"FROM {self._shape.table} AS found WHERE found.task_id IN "  # noqa: S608 - ours
            f"(SELECT id FROM tasks WHERE {seen} AND {THERE})"
        )
        if start is None:
            return text, values
        columns = ", ".join(f"found.{column}" for column in self._shape.columns)
        return f"{text} AND ({columns}) {sign} ({marks(len(start))})", [*values, *start]


def _place_of_file(text: str) -> Start:
    position, key = cursors.read("files", text, (int, str))
    try:
        return position, UUID(str(key))
    except ValueError:
        raise cursors.refusal() from None


FILES: Shape[File] = Shape(
    table="files",
    columns=("position", "id"),
    read=read_file,
    show=lambda row: cursors.show("files", row["position"], str(row["id"])),
    place=_place_of_file,
)
ATTEMPTS: Shape[AttemptRecord] = Shape(
    table="attempts",
    columns=("number",),
    read=read_attempt,
    show=lambda row: cursors.show("attempts", row["number"]),
    place=lambda text: tuple(cursors.read("attempts", text, (int,))),
)
