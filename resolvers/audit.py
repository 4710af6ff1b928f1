"""Fields about who did what."""

from typing import Annotated

import strawberry

from schema.inputs.audit import AuditFilter, wanted_entries
from schema.types.audit import AuditEntry
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo

Filter = Annotated[
    AuditFilter | None, strawberry.argument(description="Which; all if it is not given.")
]


async def audit_log(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None, filter: Filter = None
) -> Connection[AuditEntry]:
    listing, identity = info.context.services.audit_listing, info.context.identity
    wanted = wanted_entries(filter)
    return connect(
        await listing.page(identity, wanted, first=check_first(first), after=after),
        AuditEntry.of,
        preceded=lambda: listing.has_before(identity, wanted, after),
        counted=lambda: listing.count(identity, wanted),
    )
