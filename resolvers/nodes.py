"""Fields about whatever has an id."""

import asyncio
from typing import Annotated, cast

import strawberry

from schema.types.alert import Alert
from schema.types.context import Context, ContextInfo
from schema.types.file import File
from schema.types.node import Node
from schema.types.task import Task
from schema.types.webhook import Webhook
from services import ids
from services.access.identity import Scope
from services.errors import InvalidInput

MOST_IDS = 100

NodeId = Annotated[
    strawberry.ID,
    strawberry.argument(
        description="An id with its word: `task_…`, `file_…`, `alert_…` or `webhook_…`."
    ),
]
NodeIds = Annotated[
    list[strawberry.ID], strawberry.argument(description=f"Up to {MOST_IDS} ids with their words.")
]


async def node(info: ContextInfo, id: NodeId) -> Node | None:
    return await _find(info.context, id, "id")


async def nodes(info: ContextInfo, ids: NodeIds) -> list[Node | None]:
    if len(ids) > MOST_IDS:
        message = f"Give up to {MOST_IDS} ids."
        raise InvalidInput(message, field="ids")
    asked = (_find(info.context, text, f"ids.{n}") for n, text in enumerate(ids))
    # An error about one id is that one's: GraphQL shows it in its place, which is null.
    return cast("list[Node | None]", await asyncio.gather(*asked, return_exceptions=True))


async def _find(context: Context, text: str, field: str) -> Node | None:
    """Return what has an id, read together with others of its word."""
    loaders, identity = context.loaders, context.identity
    word, key = ids.split(text, field=field)
    match word:
        case ids.TASK:
            task = await loaders.task.load(key)
            return None if task is None else Task.of(task)
        case ids.FILE:
            file = await loaders.file.load(key)
            return None if file is None else File.of(file)
        case ids.ALERT:
            identity.require(Scope.ALERTS_READ)
            alert = await loaders.alert.load(key)
            return None if alert is None else Alert.of(alert)
        case ids.WEBHOOK:
            identity.require(Scope.WEBHOOKS_READ)
            webhook = await context.services.webhooks.find(identity, key)
            return None if webhook is None else Webhook.of(webhook)
    return None
