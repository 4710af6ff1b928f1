"""Which tasks are asked for, as conditions on their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from services.access.identity import Identity
from services.engines.options import Kind
from services.errors import Forbidden, InvalidInput
from services.paging.conditions import Condition
from services.store.rows import marks
from services.tasks.states import FINISHED, TaskState

LONGEST_TEXT = 200
MOST_NAMES = 20  # hosts or engines of one filter
# The time in an id is that of a task's making, or a little later where many are made at once.
LATER = timedelta(seconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
LARGEST_ID = UUID(int=(1 << 128) - 1)
THERE = "removed_at IS NULL"  # what was removed exists for nobody
# What was removed, found by its own index: a count of all, less a count of these, is answered
# from indexes alone. Without this detour, databases look at every row for it.
GONE = "WITH gone AS MATERIALIZED (SELECT * FROM tasks WHERE removed_at IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What is asked for; None lets everything through, an empty sequence nothing.

    Times are from the first to just before the second. `text` is looked for in name and URL.
    """

    states: Sequence[TaskState] | None = None
    kinds: Sequence[Kind] | None = None
    engines: Sequence[str] | None = None
    hosts: Sequence[str] | None = None
    text: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    finished_from: datetime | None = None
    finished_to: datetime | None = None
    owner_id: int | None = None
    is_finished: bool | None = None

    def check(self, identity: Identity) -> None:
        """Raise `Forbidden` or `InvalidInput` if `identity` may not, or nobody can, ask so."""
        if self.owner_id is not None and not identity.is_admin:
            message = "Only administrators may ask for the tasks of a user; leave ownerId away."
            raise Forbidden(message, field="filter.ownerId")
        for name, words in (("engines", self.engines), ("hosts", self.hosts)):
            if words is not None and len(words) > MOST_NAMES:
                message = f"Give up to {MOST_NAMES} {name}."
                raise InvalidInput(message, field=f"filter.{name}")
        if self.text is not None and len(self.text) > LONGEST_TEXT:
            message = f"Look for up to {LONGEST_TEXT} letters."
            raise InvalidInput(message, field="filter.text")
        words = [self.text or "", *(self.engines or ()), *(self.hosts or ())]
        if any("\x00" in word for word in words):
            message = "A letter with the number zero is in no name; leave it away."
            raise InvalidInput(message, field="filter")

    @property
    def wanted_states(self) -> list[TaskState] | None:
        """The states that `states` and `is_finished` let through, each once; None: all."""
        if self.states is None and self.is_finished is None:
            return None
        return [
            state
            for state in TaskState
            if (self.states is None or state in self.states)
            and (self.is_finished is None or (state in FINISHED) is self.is_finished)
        ]

    def choices(self) -> dict[str, list[str]]:
        """Return what is chosen from, by its column: the values that are let through."""
        given: dict[str, Sequence[str] | None] = {
            "state": self.wanted_states,
            "host": None if self.hosts is None else [host.lower() for host in self.hosts],
            "kind": self.kinds,
            "engine": self.engines,
        }
        return {
            column: list(dict.fromkeys(_word(value) for value in values))
            for column, values in given.items()
            if values is not None
        }

    def ranges(self, dialect: str) -> list[Condition]:
        """Return what must hold beside the choices."""
        found: list[Condition] = []
        if self.created_from is not None:
            found.append(Condition("id >= ?", (_first_id(self.created_from),)))
            found.append(Condition("created_at >= ?", (self.created_from,)))
        if self.created_to is not None:
            found.append(Condition("id < ?", (_first_id(self.created_to, LATER),)))
            found.append(Condition("created_at < ?", (self.created_to,)))
        if self.finished_from is not None:
            found.append(Condition("finished_at >= ?", (self.finished_from,)))
        if self.finished_to is not None:
            found.append(Condition("finished_at < ?", (self.finished_to,)))
        if self.text:
            found.append(_contains(self.text, dialect))
        return found

    def conditions(self, dialect: str) -> list[Condition]:
        """Return all that must hold."""
        chosen = [one_of(column, values) for column, values in self.choices().items()]
        return [*chosen, *self.ranges(dialect)]


EVERYTHING = TaskFilter()


def one_of(column: str, values: Sequence[object]) -> Condition:
    """Return the condition that a column has one of these values."""
    if not values:
        return Condition("1 = 0")
    if len(values) == 1:
        return Condition(f"{column} = ?", tuple(values))
    return Condition(f"{column} IN ({marks(len(values))})", tuple(values))


def seen_by(identity: Identity, owner_id: int | None = None) -> Condition:
    """Return the condition of the rows which `identity` may see; with `owner_id`, of that user."""
    if not identity.is_admin:
        return Condition("owner_id = ?", (identity.user_id,))
    return Condition("1 = 1") if owner_id is None else Condition("owner_id = ?", (owner_id,))


def by_code_point(column: str, dialect: str) -> str:
    """Return a column of text to be compared sign by sign, as SQLite does by itself."""
    return column if dialect == "sqlite" else f'{column} COLLATE "C"'


def _word(value: str) -> str:
    return str(value.value) if isinstance(value, Enum) else value


def _first_id(time: datetime, later: timedelta = timedelta()) -> UUID:
    """Return the least id that can have been made at a time, or `later` than it."""
    milliseconds = (time - EPOCH + later) // timedelta(milliseconds=1)
    return UUID(int=min(max(milliseconds, 0) << 80, LARGEST_ID.int))


def _contains(text: str, dialect: str) -> Condition:
    """Return that a text is in the name or the URL; letters from a to z have no case."""
    small = "".join(sign.lower() if sign.isascii() else sign for sign in text)
    for sign in "!%_":
        small = small.replace(sign, f"!{sign}")
    pattern = f"%{small}%"
    name, url = (f"LOWER({by_code_point(column, dialect)})" for column in ("name", "url"))
    return Condition(f"({name} LIKE ? ESCAPE '!' OR {url} LIKE ? ESCAPE '!')", (pattern, pattern))
