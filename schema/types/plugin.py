"""Plugins: what they say of themselves, whether they are on, and what went wrong with them."""

from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.upkeep_enums import PluginSource
from services.errors import ArgosyError
from services.plugins import plugins as records


@strawberry.type(description="Other people's code that Argosy runs, in a process of its own.")
class Plugin:
    name: str = strawberry.field(description="What it is called, here and in the logs.")
    version: str | None = strawberry.field(description="As it says itself. Null if it is broken.")
    enabled: bool = strawberry.field(description="Whether it is switched on.")
    description: str | None = strawberry.field(
        description="What it says that it does. Null if it is broken."
    )
    author: str | None = strawberry.field(description="Who wrote it. Null if it is broken.")
    hooks: list[str] = strawberry.field(description="What it is called for.")
    permissions: list[str] = strawberry.field(
        description="What it asks for, and is granted by being switched on: `network`, `tasks`, "
        "`files`."
    )
    granted: list[str] = strawberry.field(
        description="What it may use now. Empty where it is switched off."
    )
    settings: JSON = strawberry.field(
        description="Its settings by name, with the usual values where none is set; what is secret "
        "is shown as `[hidden]`."
    )
    settings_schema: JSON = strawberry.field(
        description="What its settings may be: a JSON Schema (2020-12). Empty: there are none."
    )
    source: PluginSource = strawberry.field(description="Where it comes from.")
    crashes: int = strawberry.field(
        description="How often it raised, hung or ended since it was last switched on."
    )
    last_error: str | None = strawberry.field(
        description="What went wrong with it last, since it was switched on. Null: nothing."
    )
    last_crashed_at: datetime | None = strawberry.field(
        description="When that was. Null: nothing went wrong."
    )
    disabled_because: str | None = strawberry.field(
        description="Why the server switched it off by itself. Null: it did not."
    )
    problem: str | None = strawberry.field(
        description="Why it cannot be used: what is wrong with its manifest. Null: nothing is."
    )

    @classmethod
    def of(cls, record: records.Plugin) -> "Plugin":
        return cls(
            name=record.name,
            version=record.version,
            enabled=record.is_enabled,
            description=record.description,
            author=record.author,
            hooks=list(record.hooks),
            permissions=list(record.permissions),
            granted=list(record.granted),
            settings=JSON(dict(record.settings)),
            settings_schema=JSON(dict(record.schema)),
            source=record.source,
            crashes=record.crashes,
            last_error=record.last_error,
            last_crashed_at=record.last_crashed_at,
            disabled_because=record.disabled_because,
            problem=record.problem,
        )


@strawberry.type(description="What became of a plugin that was to be switched.")
class TogglePluginPayload(MutationPayload):
    success: bool = strawberry.field(description="Whether it is as it was to be.")
    message: str = strawberry.field(description="What happened, or why not, for people.")
    plugin: Plugin | None = strawberry.field(
        description="As it is now. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: records.Plugin) -> "TogglePluginPayload":
        word = "enabled" if record.is_enabled else "disabled"
        message = f"Plugin {record.name} {word} successfully."
        if record.granted:
            message += f" It may use: {', '.join(record.granted)}."
        return cls(success=True, message=message, plugin=Plugin.of(record), errors=[])

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> "TogglePluginPayload":
        return cls(
            success=False,
            message=errors[0].message,
            plugin=None,
            errors=[UserError.of(error) for error in errors],
        )


@strawberry.type(description="The plugin with its new settings, or what is wrong with them.")
class UpdatePluginSettingsPayload(MutationPayload):
    plugin: Plugin | None = strawberry.field(
        description="As it is now. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: records.Plugin) -> "UpdatePluginSettingsPayload":
        return cls(plugin=Plugin.of(record), errors=[])
