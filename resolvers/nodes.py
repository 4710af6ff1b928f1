"""Fields about whatever has an id."""

import asyncio
from typing import Annotated, cast

import strawberry

from schema.types.context import ContextInfo
from schema.types.file import File
from schema.types.loaders import Loaders
from schema.types.node import Node
from schema.types.task import Task
from services import ids
from services.errors import InvalidInput

MOST_IDS = 100

NodeId = Annotated[
    strawberry.ID, strawberry.argument(description="An id with its word: `task_…` or `file_…`.")
]
NodeIds = Annotated[
    list[strawberry.ID], strawberry.argument(description=f"Up to {MOST_IDS} ids with their words.")
]


async def node(info: ContextInfo, id: NodeId) -> Node | None:
    return await _find(info.context.loaders, id, "id")


async def nodes(info: ContextInfo, ids: NodeIds) -> list[Node | None]:
    if len(ids) > MOST_IDS:
        message = f"Give up to {MOST_IDS} ids."
        raise InvalidInput(message, field="ids")
    loaders = info.context.loaders
    asked = (_find(loaders, text, f"ids.{n}") for n, text in enumerate(ids))
    # An error about one id is that one's: GraphQL shows it in its place, which is null.
    return cast("list[Node | None]", await asyncio.gather(*asked, return_exceptions=True))


async def _find(loaders: Loaders, text: str, field: str) -> Node | None:
    """Return what has an id, read together with others of its word."""
    word, key = ids.split(text, field=field)
    match word:
        case ids.TASK:
            task = await loaders.task.load(key)
            return None if task is None else Task.of(task)
        case ids.FILE:
            file = await loaders.file.load(key)
            return None if file is None else File.of(file)
    return None
