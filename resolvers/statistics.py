"""Fields about what was fetched in some days."""

from datetime import date
from typing import Annotated

import strawberry

from schema.inputs.users import OfUser
from schema.types.context import ContextInfo
from schema.types.statistics import Statistics

From = Annotated[
    date | None,
    strawberry.argument(
        name="from", description="The first day, in UTC. Null: 29 days before the last."
    ),
]
To = Annotated[
    date | None,
    strawberry.argument(description="The last day, 366 days after the first at most. Null: today."),
]


async def statistics(
    info: ContextInfo, from_: From = None, to: To = None, user_id: OfUser = None
) -> Statistics:
    report, identity = info.context.services.report, info.context.identity
    span = report.span(identity, from_, to, user_id)
    return Statistics.of(span, await report.by_day(span))
