"""The fields at the root about alerts."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.alerts
from schema.types.access import Needs, Reports
from schema.types.alert import (
    AcknowledgeAlertPayload,
    Alert,
    AlertSummary,
    AlertUpdate,
    TriggerAlertPayload,
)
from schema.types.connection import Connection
from services.access.identity import Scope


@strawberry.type
class AlertQueries:
    alert_summary: AlertSummary = strawberry.field(
        resolver=resolvers.alerts.alert_summary,
        description="What is wrong now, in numbers, and what was told last.",
        extensions=[Needs(Scope.ALERTS_READ)],
    )
    alerts: Connection[Alert] = strawberry.field(
        resolver=resolvers.alerts.alerts,
        description=(
            "What is wrong, and was, the newest first: your own; for administrators, the "
            "server's and everybody's. What was restored is forgotten after a time."
        ),
        extensions=[Needs(Scope.ALERTS_READ)],
    )


@strawberry.type
class AlertMutations:
    trigger_alert: TriggerAlertPayload = strawberry.field(
        resolver=resolvers.alerts.trigger_alert,
        description=(
            "Raise an alert by hand, up to 100 that are open: as an administrator one of the "
            "server, else your own. It ends when it is acknowledged."
        ),
        extensions=[Needs(Scope.ALERTS_WRITE), Reports(TriggerAlertPayload)],
    )
    acknowledge_alert: AcknowledgeAlertPayload = strawberry.field(
        resolver=resolvers.alerts.acknowledge_alert,
        description=(
            "Say that you know of an alert. It stays until its cause is gone; one that was raised "
            "by hand ends. Nothing is told of it again, unless it gets worse."
        ),
        extensions=[Needs(Scope.ALERTS_WRITE), Reports(AcknowledgeAlertPayload)],
    )


@strawberry.type
class AlertSubscriptions:
    alerts: AsyncGenerator[AlertUpdate, None] = strawberry.subscription(
        resolver=resolvers.alerts.follow_alerts,
        description=(
            "What happens to the alerts that you may see, in its order, from now on or from a "
            "cursor on. Where some are left out, that is said in their place."
        ),
        extensions=[Needs(Scope.ALERTS_READ)],
    )
