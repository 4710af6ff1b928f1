"""One page of a list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A few of many, each with its cursor, and whether more follow."""

    items: list[T]
    cursors: list[str]
    has_more: bool
    end: str | None = None  # where to go on, where that is not the last of the items
