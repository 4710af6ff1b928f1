"""The fields at the root about what everybody did."""

import strawberry

import resolvers.audit
from schema.types.access import Needs
from schema.types.audit import AuditEntry
from schema.types.connection import Connection
from services.access.identity import Scope


@strawberry.type
class AuditQueries:
    audit_log: Connection[AuditEntry] = strawberry.field(
        resolver=resolvers.audit.audit_log,
        description="Who did what, from where, to what: the newest first. For administrators.",
        extensions=[Needs(Scope.AUDIT_READ)],
    )
