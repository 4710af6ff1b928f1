"""The fields at the root about the settings."""

import strawberry

import resolvers.configuration
from schema.types.access import Needs, Reports
from schema.types.configuration import Configuration, UpdateConfigurationPayload
from services.access.identity import Scope


@strawberry.type
class ConfigurationQueries:
    configuration: Configuration = strawberry.field(
        resolver=resolvers.configuration.configuration,
        description="How the server is set up. For administrators.",
        extensions=[Needs(Scope.CONFIG_READ)],
    )


@strawberry.type
class ConfigurationMutations:
    update_configuration: UpdateConfigurationPayload = strawberry.field(
        resolver=resolvers.configuration.update_configuration,
        description=(
            "Change settings, all of them or none. They are kept in the database and go before "
            "`argosy.toml`; what the environment or the command line sets goes before them. Most "
            "hold at once, the others from the next start on. For administrators."
        ),
        extensions=[Needs(Scope.CONFIG_WRITE), Reports(UpdateConfigurationPayload)],
    )
