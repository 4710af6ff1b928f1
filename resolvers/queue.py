"""Fields about the queue."""

from typing import Annotated

import strawberry

from schema.inputs.changes import PauseQueueInput, ResumeQueueInput
from schema.types.context import ContextInfo
from schema.types.queue import PauseQueuePayload, Queue, ResumeQueuePayload


async def queue(info: ContextInfo) -> Queue:
    return Queue.of(await info.context.services.queue.look(info.context.identity))


async def pause_queue(
    info: ContextInfo,
    input: Annotated[PauseQueueInput, strawberry.argument(description="Whose.")],
) -> PauseQueuePayload:
    service, identity = info.context.services.queue, info.context.identity
    return PauseQueuePayload.of(await service.pause(identity, input.of))


async def resume_queue(
    info: ContextInfo,
    input: Annotated[ResumeQueueInput, strawberry.argument(description="Whose.")],
) -> ResumeQueuePayload:
    service, identity = info.context.services.queue, info.context.identity
    return ResumeQueuePayload.of(await service.resume(identity, input.of))
