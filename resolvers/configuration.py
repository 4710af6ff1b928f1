"""Fields about the settings."""

from typing import Annotated

import strawberry

from schema.inputs.configuration import UpdateConfigurationInput
from schema.types.configuration import Configuration, UpdateConfigurationPayload
from schema.types.context import ContextInfo
from services.configuration.overview import overview


async def configuration(info: ContextInfo) -> Configuration:
    services = info.context.services
    info.context.identity.require_admin()
    found = overview(services.configuration, is_paused=services.queue.is_server_paused)
    return Configuration.of(found, services.configuration.all())


async def update_configuration(
    info: ContextInfo,
    input: Annotated[UpdateConfigurationInput, strawberry.argument(description="What to change.")],
) -> UpdateConfigurationPayload:
    service = info.context.services.configuration
    changed = await service.update(info.context.identity, input.changes())
    return UpdateConfigurationPayload.of(changed, restart_needed=service.awaits_restart)
