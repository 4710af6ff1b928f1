"""Fields about alerts."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from schema.inputs.alerts import AcknowledgeAlertInput, AlertFilter, wanted_alerts
from schema.types.alert import (
    AcknowledgeAlertPayload,
    Alert,
    AlertSummary,
    AlertUpdate,
    TriggerAlertPayload,
)
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.upkeep_enums import AlertLevel
from services import ids

Filter = Annotated[
    AlertFilter | None, strawberry.argument(description="Which; all if it is not given.")
]


async def alert_summary(info: ContextInfo) -> AlertSummary:
    return AlertSummary.of(await info.context.services.alerts.summary(info.context.identity))


async def alerts(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None, filter: Filter = None
) -> Connection[Alert]:
    listing, identity = info.context.services.alerts, info.context.identity
    wanted = wanted_alerts(filter)
    return connect(
        await listing.page(identity, wanted, first=check_first(first), after=after),
        Alert.of,
        preceded=lambda: listing.has_before(identity, wanted, after),
        counted=lambda: listing.count(identity, wanted),
    )


async def trigger_alert(
    info: ContextInfo,
    level: Annotated[
        str, strawberry.argument(description="How bad it is: `info`, `warning` or `critical`.")
    ],
    message: Annotated[str, strawberry.argument(description="What is wrong, in 1 to 500 letters.")],
    idempotency_key: Annotated[
        str | None,
        strawberry.argument(
            description=(
                "1 to 255 letters of your own. The same sent again with it within 24 hours raises "
                "no second alert; something else is a `CONFLICT`."
            )
        ),
    ] = None,
) -> TriggerAlertPayload:
    desk, identity = info.context.services.alert_desk, info.context.identity
    return TriggerAlertPayload.of(await desk.trigger(identity, level, message, idempotency_key))


async def acknowledge_alert(
    info: ContextInfo,
    input: Annotated[AcknowledgeAlertInput, strawberry.argument(description="Which.")],
) -> AcknowledgeAlertPayload:
    desk, identity = info.context.services.alert_desk, info.context.identity
    alert_id = ids.read(ids.ALERT, input.id, field="id")
    return AcknowledgeAlertPayload.of(await desk.acknowledge(identity, alert_id))


async def follow_alerts(
    info: ContextInfo,
    after: Annotated[
        str | None,
        strawberry.argument(
            description="The `cursor` of what you were given last; what you missed comes first."
        ),
    ] = None,
    level: Annotated[
        AlertLevel | None,
        strawberry.argument(description="Only what is as bad as this, or worse; null is all."),
    ] = None,
) -> AsyncGenerator[AlertUpdate, None]:
    context = info.context
    feed = context.services.alert_feed
    following = feed.follow(context.identity, level, context.resume(after))
    async with aclosing(following) as updates:
        async for update in updates:
            context.turn_to(str(update.place))
            yield AlertUpdate.of(update)
