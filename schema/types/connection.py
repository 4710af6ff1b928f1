"""Lists that go on: connections as Relay describes them."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import strawberry

from services.errors import InvalidInput

T = TypeVar("T")

DEFAULT_PAGE = 25
LARGEST_PAGE = 100

First = Annotated[
    int,
    strawberry.argument(description=f"How many to give, 1 to {LARGEST_PAGE}."),
]
After = Annotated[
    str | None,
    strawberry.argument(description="Give what follows this cursor."),
]


@strawberry.type(description="Where a page ends, and whether more follow.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow.")
    end_cursor: str | None = strawberry.field(
        description="Pass this as `after` for the next page. Null for an empty page."
    )


@strawberry.type(description="One of a list, with its place in it.")
class Edge(Generic[T]):
    node: T = strawberry.field(description="What is listed.")
    cursor: str = strawberry.field(description="Its place in the list.")


async def _total_count(root: strawberry.Parent["Connection[object]"]) -> int:
    return await root.counted()


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="What is on this page, with cursors.")
    nodes: list[T] = strawberry.field(description="What is on this page.")
    page_info: PageInfo = strawberry.field(description="Where this page ends.")
    counted: strawberry.Private[Callable[[], Awaitable[int]]]

    total_count: int = strawberry.field(
        resolver=_total_count, description="How many there are in all. Counted only if you ask."
    )


def cursor(value: UUID) -> str:
    """Return the cursor of an item by its id."""
    return base64.urlsafe_b64encode(value.bytes).decode().rstrip("=")


def read_cursor(text: str | None) -> UUID | None:
    """Return the id in a cursor, or raise `InvalidInput`."""
    if text is None:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        message = "This is not a cursor of this list. Take one from `endCursor`."
        raise InvalidInput(message, field="after") from None


def check_first(first: int) -> int:
    """Return `first`, or raise `InvalidInput` if no page has that size."""
    if not 1 <= first <= LARGEST_PAGE:
        message = f"A page has 1 to {LARGEST_PAGE} entries; take several."
        raise InvalidInput(message, field="first")
    return first


def connect(
    nodes: list[T],
    cursors: list[str],
    *,
    has_more: bool,
    counted: Callable[[], Awaitable[int]],
) -> Connection[T]:
    """Return the page that holds `nodes`."""
    return Connection(
        edges=[Edge(node=n, cursor=c) for n, c in zip(nodes, cursors, strict=True)],
        nodes=nodes,
        page_info=PageInfo(has_next_page=has_more, end_cursor=cursors[-1] if cursors else None),
        counted=counted,
    )
