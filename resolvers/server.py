"""Fields about the server, the machine, and who is asking."""

from collections.abc import AsyncGenerator

from schema.types.context import ContextInfo
from schema.types.rate_limit import RateLimit
from schema.types.server import DownloadStats, Status, SystemMetrics, Viewer
from services import display


async def viewer(info: ContextInfo) -> Viewer:
    return Viewer.of(info.context.identity)


async def rate_limit(info: ContextInfo) -> RateLimit | None:
    allowance = info.context.allowance
    return None if allowance is None else RateLimit.of(allowance)


async def status(info: ContextInfo) -> Status:
    services, identity = info.context.services, info.context.identity
    uptime = services.system.uptime
    return Status.of(
        version=services.version,
        uptime=display.uptime(uptime),
        uptime_seconds=int(uptime.total_seconds()),
        active=await services.tasks.count_unfinished(identity),
        totals=await services.statistics.totals(identity),
        sample=await services.system.sample(),
    )


async def download_stats(info: ContextInfo) -> DownloadStats:
    statistics, identity = info.context.services.statistics, info.context.identity
    return DownloadStats.of(
        await statistics.totals(identity), await statistics.top_downloaders(identity)
    )


async def system_metrics(info: ContextInfo) -> AsyncGenerator[SystemMetrics, None]:
    async for sample in info.context.services.system.stream():
        yield SystemMetrics.of(sample)
