"""The fields at the root about how the server is doing."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.server
import resolvers.statistics
from schema.types.access import Needs
from schema.types.rate_limit import RateLimit
from schema.types.server import DownloadStats, Status, SystemMetrics, Viewer
from schema.types.statistics import Statistics
from services.access.identity import Scope


@strawberry.type
class ServerQueries:
    viewer: Viewer = strawberry.field(
        resolver=resolvers.server.viewer, description="Who is asking."
    )
    status: Status = strawberry.field(
        resolver=resolvers.server.status, description="How the server is doing."
    )
    rate_limit: RateLimit | None = strawberry.field(
        resolver=resolvers.server.rate_limit,
        description=(
            "How much may still be asked in this minute, this request counted; null where there "
            "is no limit. Over HTTP, headers of each answer say the same."
        ),
    )
    download_stats: DownloadStats = strawberry.field(
        resolver=resolvers.server.download_stats,
        description="What was fetched so far.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    statistics: Statistics = strawberry.field(
        resolver=resolvers.statistics.statistics,
        description="What was fetched in some days, by day, host, engine and user.",
        extensions=[Needs(Scope.TASKS_READ)],
    )


@strawberry.type
class ServerSubscriptions:
    system_metrics: AsyncGenerator[SystemMetrics, None] = strawberry.subscription(
        resolver=resolvers.server.system_metrics,
        description="How the machine is doing, once a second.",
        extensions=[Needs(Scope.METRICS_READ)],
    )
