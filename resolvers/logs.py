"""Fields about the log of the server."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from schema.inputs.logs import LogFilter, SetLogLevelInput, wanted_lines
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.log import LoggerStats, LogLine, LogUpdate, SetLogLevelPayload
from schema.types.upkeep_enums import LogLevel

Filter = Annotated[
    LogFilter | None, strawberry.argument(description="Which; all if it is not given.")
]


async def logger_stats(info: ContextInfo) -> LoggerStats:
    return LoggerStats.of(await info.context.services.logs.stats(info.context.identity))


async def logs(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None, filter: Filter = None
) -> Connection[LogLine]:
    service, identity = info.context.services.logs, info.context.identity
    wanted = wanted_lines(filter)
    return connect(
        await service.listing.page(identity, wanted, first=check_first(first), after=after),
        lambda line: LogLine.of(line, service.place(line.seq), identity),
        preceded=lambda: service.listing.has_before(identity, wanted, after),
        counted=lambda: service.listing.count(identity, wanted),
    )


async def follow_logs(
    info: ContextInfo,
    level: Annotated[
        LogLevel | None,
        strawberry.argument(description="Only lines of this level, or a more important one."),
    ] = None,
    task_id: Annotated[
        strawberry.ID | None, strawberry.argument(description="Only lines about this task.")
    ] = None,
    after: Annotated[
        str | None,
        strawberry.argument(
            description="The `cursor` of what you were given last; what you missed comes first."
        ),
    ] = None,
) -> AsyncGenerator[LogUpdate, None]:
    context = info.context
    wanted = wanted_lines(LogFilter(minimum_level=level, task_id=task_id))
    following = context.services.logs.follow(context.identity, wanted, context.resume(after))
    async with aclosing(following) as updates:
        async for update in updates:
            context.turn_to(str(update.place))
            yield LogUpdate.of(update, context.identity)


async def set_log_level(
    info: ContextInfo,
    input: Annotated[SetLogLevelInput, strawberry.argument(description="Which.")],
) -> SetLogLevelPayload:
    service = info.context.services.logs
    service.set_level(input.level)
    return SetLogLevelPayload(level=service.level, errors=[])
