"""Lists that go on: connections as Relay describes them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import strawberry

from schema.types.loaders import PartLoaders
from services.errors import InvalidInput
from services.paging.pages import Page

T = TypeVar("T")
R = TypeVar("R")

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


async def _has_previous_page(root: strawberry.Parent["PageInfo"]) -> bool:
    return await root.preceded()


@strawberry.type(description="Where a page begins and ends, and whether there are others.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow.")
    has_previous_page: bool = strawberry.field(
        resolver=_has_previous_page,
        description="Whether others come before. Looked up only if you ask.",
    )
    start_cursor: str | None = strawberry.field(
        description="The place of the first on this page. Null for an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Pass this as `after` for the next page. Null for an empty page."
    )
    preceded: strawberry.Private[Callable[[], Awaitable[bool]]]


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
    page_info: PageInfo = strawberry.field(description="Where this page begins and ends.")
    counted: strawberry.Private[Callable[[], Awaitable[int]]]

    total_count: int = strawberry.field(
        resolver=_total_count, description="How many there are in all. Counted only if you ask."
    )


def check_first(first: int) -> int:
    """Return `first`, or raise `InvalidInput` if no page has that size."""
    if not 1 <= first <= LARGEST_PAGE:
        message = f"A page has 1 to {LARGEST_PAGE} entries; take several."
        raise InvalidInput(message, field="first")
    return first


def connect(
    page: Page[R],
    show: Callable[[R], T],
    *,
    preceded: Callable[[], Awaitable[bool]],
    counted: Callable[[], Awaitable[int]],
) -> Connection[T]:
    """Return a page with its records shown; `preceded` and `counted` are called if asked for."""
    nodes = [show(record) for record in page.items]
    return Connection(
        edges=[Edge(node=n, cursor=c) for n, c in zip(nodes, page.cursors, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=page.has_more,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.end or (page.cursors[-1] if page.cursors else None),
            preceded=preceded,
        ),
        counted=counted,
    )


async def connect_parts(
    loaders: PartLoaders[R],
    task_id: UUID,
    show: Callable[[R], T],
    first: int,
    after: str | None,
) -> Connection[T]:
    """Return a page of what belongs to a task, read together with that of other tasks."""
    start = loaders.start(after)
    return connect(
        await loaders.page(task_id, check_first(first), start),
        show,
        preceded=lambda: loaders.has_before(task_id, start),
        counted=lambda: loaders.counts.load(task_id),
    )
