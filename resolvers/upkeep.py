"""Fields about the parts of the server and its caches."""

from typing import Annotated

import strawberry

from schema.types.context import ContextInfo
from schema.types.upkeep import ClearCachePayload, RestartServicePayload, Service


async def services(info: ContextInfo) -> list[Service]:
    info.context.identity.require_admin()
    return [Service.of(status) for status in info.context.services.parts.look()]


async def restart_service(
    info: ContextInfo,
    service: Annotated[
        str,
        strawberry.argument(
            description="Its name, as `services` has it; `celery_worker` is the runner."
        ),
    ],
) -> RestartServicePayload:
    parts, identity = info.context.services.parts, info.context.identity
    return RestartServicePayload.of(await parts.restart(identity, service))


async def clear_cache(
    info: ContextInfo,
    caches: Annotated[
        list[str] | None,
        strawberry.argument(
            description="Which: `documents` (GraphQL documents that were read), `hosts` (addresses "
            "that were judged), `pages` (pages of the documentation). All if none are given."
        ),
    ] = None,
) -> ClearCachePayload:
    service, identity = info.context.services.caches, info.context.identity
    return ClearCachePayload.of(await service.clear(identity, caches))
