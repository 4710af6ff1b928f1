"""What is asked of alerts."""

import strawberry

from schema.types.upkeep_enums import AlertLevel, AlertState
from services.alerts.listing import EVERYTHING
from services.alerts.listing import AlertFilter as Wanted


@strawberry.input(description="Which alerts. All that is given must hold.")
class AlertFilter:
    states: list[AlertState] | None = strawberry.field(
        default=None, description="Those that stand so. Up to 50."
    )
    levels: list[AlertLevel] | None = strawberry.field(
        default=None, description="Those of these levels. Up to 50."
    )
    rules: list[str] | None = strawberry.field(
        default=None, description="Those of these rules, such as `disk.low`. Up to 50."
    )


def wanted_alerts(given: AlertFilter | None) -> Wanted:
    """Return which alerts an argument asks for."""
    return EVERYTHING if given is None else Wanted(given.states, given.levels, given.rules)


@strawberry.input(description="An alert that somebody has seen.")
class AcknowledgeAlertInput:
    id: strawberry.ID = strawberry.field(description="`alert_…`; a bare UUID is taken too.")
