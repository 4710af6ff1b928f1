"""Fields about plugins."""

from typing import Annotated

import strawberry

from schema.inputs.plugins import UpdatePluginSettingsInput
from schema.types.connection import DEFAULT_PAGE, After, Connection, First, check_first, connect
from schema.types.context import ContextInfo
from schema.types.plugin import Plugin, TogglePluginPayload, UpdatePluginSettingsPayload


async def plugins(info: ContextInfo) -> list[Plugin]:
    return [Plugin.of(each) for each in await info.context.services.plugins.all()]


async def installed_plugins(
    info: ContextInfo, first: First = DEFAULT_PAGE, after: After = None
) -> Connection[Plugin]:
    service = info.context.services.plugins
    return connect(
        await service.page(first=check_first(first), after=after),
        Plugin.of,
        preceded=lambda: service.has_before(after),
        counted=service.count,
    )


async def toggle_plugin(
    info: ContextInfo,
    plugin_name: Annotated[str, strawberry.argument(description="Which.")],
    enabled: Annotated[bool, strawberry.argument(description="Whether it is to be switched on.")],
) -> TogglePluginPayload:
    service = info.context.services.plugins
    switch = service.enable if enabled else service.disable
    return TogglePluginPayload.of(await switch(plugin_name))


async def update_plugin_settings(
    info: ContextInfo,
    input: Annotated[
        UpdatePluginSettingsInput, strawberry.argument(description="Which, and what.")
    ],
) -> UpdatePluginSettingsPayload:
    service = info.context.services.plugins
    changed = await service.update_settings(input.name, input.settings)
    return UpdatePluginSettingsPayload.of(changed)
