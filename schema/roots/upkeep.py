"""The fields at the root about the parts of the server and its caches."""

import strawberry

import resolvers.upkeep
from schema.types.access import Needs, Reports
from schema.types.upkeep import ClearCachePayload, RestartServicePayload, Service
from services.access.identity import Scope
from services.errors import Unavailable


@strawberry.type
class UpkeepQueries:
    services: list[Service] = strawberry.field(
        resolver=resolvers.upkeep.services,
        description="The parts of the server, by name, and how each is. For administrators.",
        extensions=[Needs(Scope.CONFIG_READ)],
    )


@strawberry.type
class UpkeepMutations:
    clear_cache: ClearCachePayload = strawberry.field(
        resolver=resolvers.upkeep.clear_cache,
        description=(
            "Forget what is kept to be quicker; it is found out anew. For administrators."
        ),
        extensions=[Needs(Scope.CONFIG_WRITE), Reports(ClearCachePayload)],
    )
    restart_service: RestartServicePayload = strawberry.field(
        resolver=resolvers.upkeep.restart_service,
        description=(
            "Close and open one part of the server while the others go on; nothing is lost. One "
            "at a time. For administrators."
        ),
        extensions=[
            Needs(Scope.CONFIG_WRITE),
            Reports(RestartServicePayload, Unavailable),
        ],
    )
