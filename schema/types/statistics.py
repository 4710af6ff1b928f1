"""What was fetched in some days."""

from collections.abc import Sequence
from datetime import date

import strawberry

from schema.types.connection import DEFAULT_PAGE, LARGEST_PAGE, First, check_first
from schema.types.context import ContextInfo
from schema.types.scalars import BigInt
from services.statistics.report import Figures, Span


@strawberry.type(description="Sums of what was fetched.")
class TransferSums:
    downloads: int = strawberry.field(description="Downloads finished.")
    failures: int = strawberry.field(description="Downloads given up.")
    bytes: BigInt = strawberry.field(description="Of the files that were finished.")
    seconds: float = strawberry.field(description="Time spent transferring.")
    average_speed: BigInt = strawberry.field(
        description="While transferring, in bytes a second; 0 where nothing was."
    )

    @classmethod
    def of(cls, figures: Figures) -> "TransferSums":
        return cls(
            downloads=figures.downloads,
            failures=figures.failures,
            bytes=BigInt(figures.bytes),
            seconds=figures.milliseconds / 1000,
            average_speed=BigInt(figures.average_speed),
        )


@strawberry.type(description="What was fetched on one day.")
class DayStatistics:
    day: date = strawberry.field(description="In UTC: `2026-02-06`.")
    sums: TransferSums = strawberry.field(description="What was fetched.")


@strawberry.type(description="What was fetched from one host.")
class HostStatistics:
    host: str = strawberry.field(
        description=(
            "Its name. Empty: what came from hosts beyond the first 100 of a user's day, or from "
            "none."
        )
    )
    sums: TransferSums = strawberry.field(description="What was fetched.")


@strawberry.type(description="What was fetched by one engine.")
class EngineStatistics:
    engine: str = strawberry.field(description="Its name: `http`, `ftp`.")
    sums: TransferSums = strawberry.field(description="What was fetched.")


@strawberry.type(description="What was fetched for one user.")
class UserStatistics:
    user_id: int = strawberry.field(description="The user's number.")
    username: str = strawberry.field(description="The user's name.")
    sums: TransferSums = strawberry.field(description="What was fetched.")


async def _by_host(
    root: strawberry.Parent["Statistics"], info: ContextInfo, first: First = DEFAULT_PAGE
) -> list[HostStatistics]:
    found = await info.context.services.report.by_host(root.span, check_first(first))
    return [HostStatistics(host=host, sums=TransferSums.of(sums)) for host, sums in found]


async def _by_engine(
    root: strawberry.Parent["Statistics"], info: ContextInfo
) -> list[EngineStatistics]:
    found = await info.context.services.report.by_engine(root.span, LARGEST_PAGE)
    return [EngineStatistics(engine=name, sums=TransferSums.of(sums)) for name, sums in found]


async def _by_user(
    root: strawberry.Parent["Statistics"], info: ContextInfo, first: First = DEFAULT_PAGE
) -> list[UserStatistics]:
    identity = info.context.identity
    found = await info.context.services.report.by_user(identity, root.span, check_first(first))
    return [
        UserStatistics(user_id=user_id, username=name, sums=TransferSums.of(sums))
        for user_id, name, sums in found
    ]


@strawberry.type(
    description=(
        "What was fetched in some days. Administrators see everybody's sums, others their own."
    )
)
class Statistics:
    from_: date = strawberry.field(name="from", description="The first day, in UTC.")
    to: date = strawberry.field(description="The last day.")
    sums: TransferSums = strawberry.field(description="Of all the days.")
    by_day: list[DayStatistics] = strawberry.field(
        description="One for each day, 366 at most, in their order."
    )
    by_host: list[HostStatistics] = strawberry.field(
        resolver=_by_host, description="The hosts that gave most, the first before the others."
    )
    by_engine: list[EngineStatistics] = strawberry.field(
        resolver=_by_engine, description="Every engine that fetched something, the busiest first."
    )
    by_user: list[UserStatistics] = strawberry.field(
        resolver=_by_user,
        description="Who fetched most. For administrators: for others it is empty.",
    )
    span: strawberry.Private[Span]

    @classmethod
    def of(cls, span: Span, days: Sequence[tuple[date, Figures]]) -> "Statistics":
        return cls(
            from_=span.first,
            to=span.last,
            sums=TransferSums.of(sum((figures for _, figures in days), Figures())),
            by_day=[DayStatistics(day=day, sums=TransferSums.of(sums)) for day, sums in days],
            span=span,
        )
