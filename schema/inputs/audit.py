"""Which entries of the audit log are asked for."""

from datetime import datetime

import strawberry

from services.audit.listing import EVERYTHING
from services.audit.listing import AuditFilter as Wanted


@strawberry.input(description="Which entries. All that is given must hold.")
class AuditFilter:
    actor_id: int | None = strawberry.field(default=None, description="Done by this user.")
    actor_name: str | None = strawberry.field(
        default=None,
        description="Done by, or by somebody who gave out to be, who has exactly this name.",
    )
    action: str | None = strawberry.field(
        default=None, description="Exactly this, such as `removeTasks`."
    )
    outcome: str | None = strawberry.field(
        default=None, description="Ended exactly so, such as `OK` or `FORBIDDEN`."
    )
    target: str | None = strawberry.field(
        default=None,
        description=(
            "Done to what has this id, such as `user_3`. Entries are looked at one by one: among "
            "very many, that takes time."
        ),
    )
    since: datetime | None = strawberry.field(default=None, description="Done then or later.")
    until: datetime | None = strawberry.field(default=None, description="Done before that.")


def wanted_entries(given: AuditFilter | None) -> Wanted:
    """Return which entries an argument asks for."""
    if given is None:
        return EVERYTHING
    return Wanted(
        actor_id=given.actor_id,
        actor_name=given.actor_name,
        action=given.action,
        outcome=given.outcome,
        target=given.target,
        since=given.since,
        until=given.until,
    )
