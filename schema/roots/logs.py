"""The fields at the root about the log of the server."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.logs
from schema.types.access import Needs, Reports
from schema.types.connection import Connection
from schema.types.log import LoggerStats, LogLine, LogUpdate, SetLogLevelPayload
from services.access.identity import Scope


@strawberry.type
class LogQueries:
    logger_stats: LoggerStats = strawberry.field(
        resolver=resolvers.logs.logger_stats,
        description="How much was logged. For administrators.",
        extensions=[Needs(Scope.LOGS_READ)],
    )
    logs: Connection[LogLine] = strawberry.field(
        resolver=resolvers.logs.logs,
        description=(
            "What this server logged about your tasks, the newest first; for administrators, all "
            "that it logged. A page may hold less than you ask for where much had to be read: go "
            "on while there is a next page."
        ),
        extensions=[Needs(Scope.LOGS_READ)],
    )


@strawberry.type
class LogMutations:
    set_log_level: SetLogLevelPayload = strawberry.field(
        resolver=resolvers.logs.set_log_level,
        description="Say from which level on this server logs, at once. For administrators.",
        extensions=[Needs(Scope.CONFIG_WRITE), Reports(SetLogLevelPayload)],
    )


@strawberry.type
class LogSubscriptions:
    logs: AsyncGenerator[LogUpdate, None] = strawberry.subscription(
        resolver=resolvers.logs.follow_logs,
        description=(
            "Every line of the log about your tasks in its order, from now on or from a cursor "
            "on; for administrators, every line. Where some are left out, that is said in their "
            "place."
        ),
        extensions=[Needs(Scope.LOGS_READ)],
    )
