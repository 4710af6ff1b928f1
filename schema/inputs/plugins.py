"""What is asked of plugins."""

import strawberry
from strawberry.scalars import JSON


@strawberry.input(description="Settings to change of a plugin.")
class UpdatePluginSettingsInput:
    name: str = strawberry.field(description="Which plugin.")
    settings: JSON = strawberry.field(
        description=(
            "An object with the settings to change. Null takes one away; what is not given, or "
            "given as `[hidden]`, stays."
        )
    )
