"""What is asked of the settings."""

import strawberry

from schema.types.scalars import BigInt
from services.configuration.configuration import MOST_CHANGES, Changes
from services.errors import InvalidInput

MAYBE = "Null takes back what was set; left away, it stays."


@strawberry.input(description="One setting to change.")
class SettingInput:
    name: str = strawberry.field(description="Which: its `name`.")
    value: str | None = strawberry.field(
        default=None,
        description="Text as its variable takes it, such as `10` or `true`; null takes back what "
        "was set, so that `argosy.toml` or the default holds again.",
    )


@strawberry.input(description="What to switch on or off.")
class FeaturesInput:
    plugin_system: bool | None = strawberry.field(
        default=strawberry.UNSET, description=f"`features_plugins`. {MAYBE}"
    )
    advanced_dashboard: bool | None = strawberry.field(
        default=strawberry.UNSET, description=f"`features_pages`. {MAYBE}"
    )
    playground: bool | None = strawberry.field(
        default=strawberry.UNSET, description=f"`features_playground`. {MAYBE}"
    )


@strawberry.input(description="Settings to change: all of them or none.")
class UpdateConfigurationInput:
    settings: list[SettingInput] = strawberry.field(
        default_factory=list, description=f"By their names. Up to {MOST_CHANGES}."
    )
    max_concurrent_downloads: int | None = strawberry.field(
        default=strawberry.UNSET, description=f"How many tasks run at once. {MAYBE}"
    )
    auto_delete_duration: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Minutes after which finished tasks and their files are deleted; 0 is never. "
        + MAYBE,
    )
    max_split_size: BigInt | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Bytes of a part; 0 cuts nothing, else a million or more. {MAYBE}",
    )
    features: FeaturesInput | None = strawberry.field(
        default=None, description="What to switch on or off."
    )

    def changes(self) -> Changes:
        """Return the changes by the names of settings; raise `InvalidInput` where one is twice."""
        features = self.features or FeaturesInput()
        named: list[tuple[str, object]] = [
            ("max_concurrent_downloads", self.max_concurrent_downloads),
            ("auto_delete_minutes", self.auto_delete_duration),
            ("max_split_size", self.max_split_size),
            ("features_plugins", features.plugin_system),
            ("features_pages", features.advanced_dashboard),
            ("features_playground", features.playground),
            *((setting.name, setting.value) for setting in self.settings),
        ]
        given = [(name, value) for name, value in named if value is not strawberry.UNSET]
        changes = {name: _text(value) for name, value in given}
        if len(given) > MOST_CHANGES:
            message = f"Change at most {MOST_CHANGES} settings at once."
            raise InvalidInput(message, field="settings")
        if len(changes) < len(given):
            names = [name for name, _ in given]
            twice = next(name for name in names if names.count(name) > 1)
            message = f"{twice[:64]} is given twice."
            raise InvalidInput(message, field=twice[:64])
        return changes


def _text(value: object) -> str | None:
    """Return a value as text, as its variable takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
