"""The fields at the root about plugins."""

import strawberry

import resolvers.plugins
from schema.types.access import Needs, Reports
from schema.types.connection import Connection
from schema.types.plugin import Plugin, TogglePluginPayload, UpdatePluginSettingsPayload
from services.access.identity import Scope


@strawberry.type
class PluginQueries:
    plugins: list[Plugin] = strawberry.field(
        resolver=resolvers.plugins.plugins,
        description="All plugins that there are, by name. For administrators.",
        extensions=[Needs(Scope.PLUGINS_WRITE)],
    )
    installed_plugins: Connection[Plugin] = strawberry.field(
        resolver=resolvers.plugins.installed_plugins,
        description="The same, page by page. For administrators.",
        extensions=[Needs(Scope.PLUGINS_WRITE)],
    )


@strawberry.type
class PluginMutations:
    toggle_plugin: TogglePluginPayload = strawberry.field(
        resolver=resolvers.plugins.toggle_plugin,
        description=(
            "Switch a plugin on or off. Switching it on grants it the permissions that it asks "
            "for. It is tried out first; where it cannot be loaded, nothing changes. For "
            "administrators."
        ),
        extensions=[Needs(Scope.PLUGINS_WRITE), Reports(TogglePluginPayload)],
    )
    update_plugin_settings: UpdatePluginSettingsPayload = strawberry.field(
        resolver=resolvers.plugins.update_plugin_settings,
        description=(
            "Change settings of a plugin. They are checked against its schema; one that is "
            "switched on goes on with them at once. For administrators."
        ),
        extensions=[Needs(Scope.PLUGINS_WRITE), Reports(UpdatePluginSettingsPayload)],
    )
