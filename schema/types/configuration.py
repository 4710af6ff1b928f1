"""The settings, and what they come to."""

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.scalars import BigInt
from schema.types.setting_enums import SettingKind, SettingSource
from services import display
from services.configuration.overview import Features, Overview
from services.configuration.setting import Setting as Record


@strawberry.type(description="One setting. Values are text, as its variable takes them.")
class Setting:
    name: str = strawberry.field(description="As in `argosy.toml`; for `updateConfiguration`.")
    variable: str = strawberry.field(description="The environment variable: `ARGOSY_…`.")
    description: str = strawberry.field(description="What it is.")
    type: SettingKind = strawberry.field(description="What its value looks like.")
    value: str | None = strawberry.field(
        description="What is set. Null where nothing is, and of every secret."
    )
    running_value: str | None = strawberry.field(
        description="What the server goes by until it is restarted; mostly the same."
    )
    default: str | None = strawberry.field(description="What it is where nothing is set.")
    minimum: float | None = strawberry.field(description="Of a number; null if it has none.")
    maximum: float | None = strawberry.field(description="Of a number; null if it has none.")
    excludes_minimum: bool = strawberry.field(
        description="Whether the number has to be more than the minimum."
    )
    choices: list[str] | None = strawberry.field(
        description="The words that it may be; null where it is not one of several."
    )
    is_secret: bool = strawberry.field(description="Whether nobody is shown its value.")
    is_set: bool = strawberry.field(description="Whether it has a value at all.")
    source: SettingSource = strawberry.field(description="Where its value comes from.")
    needs_restart: bool = strawberry.field(
        description="Whether a change holds from the next start on; else it does at once."
    )
    awaits_restart: bool = strawberry.field(
        description="Whether the server goes by another value until it is restarted."
    )
    is_changeable: bool = strawberry.field(
        description=(
            "Whether `updateConfiguration` takes it: not what is secret or for the operator of "
            "the machine, and not what the environment or the command line sets."
        )
    )
    problem: str | None = strawberry.field(
        description=(
            "Why what was kept in the database is not used: it is from another version, or was "
            "changed by hand. Null if all is well. Setting it anew cures that."
        )
    )

    @classmethod
    def of(cls, record: Record) -> "Setting":
        about, bounds = record.about, record.about.bounds
        return cls(
            name=about.name,
            variable=about.variable,
            description=about.text,
            type=about.type,
            value=record.value,
            running_value=record.running,
            default=about.default,
            minimum=bounds.least,
            maximum=bounds.most,
            excludes_minimum=bounds.excludes_least,
            choices=None if about.choices is None else list(about.choices),
            is_secret=about.is_secret,
            is_set=record.is_set,
            source=record.source,
            needs_restart=record.needs_restart,
            awaits_restart=record.awaits_restart,
            is_changeable=record.is_changeable,
            problem=record.problem,
        )


@strawberry.type(description="What is switched on.")
class ConfigurationFeatures:
    graphql_api: bool = strawberry.field(description="This API. It always is.")
    plugin_system: bool = strawberry.field(
        description="Whether plugins are loaded: `features_plugins`."
    )
    advanced_dashboard: bool = strawberry.field(
        description="Whether browsers get the pages: `features_pages`."
    )
    playground: bool = strawberry.field(
        description="Whether browsers get the playground: `features_playground` and the pages."
    )

    @classmethod
    def of(cls, features: Features) -> "ConfigurationFeatures":
        return cls(
            graphql_api=features.graphql,
            plugin_system=features.plugins,
            advanced_dashboard=features.pages,
            playground=features.playground,
        )


@strawberry.type(description="What this server does at the moment, in three parts.")
class EnabledPhases:
    phase1: bool = strawberry.field(
        description="It fetches: the queue of the server is not paused."
    )
    phase2: bool = strawberry.field(
        description=(
            "It looks after what is finished: large files are cut into parts, or old ones deleted."
        )
    )
    phase3: bool = strawberry.field(
        description="What stands on top of it is there: the GraphQL API, plugins and pages."
    )

    @classmethod
    def of(cls, found: Overview) -> "EnabledPhases":
        return cls(
            phase1=found.is_fetching,
            phase2=found.auto_delete_minutes > 0 or found.max_split_size > 0,
            phase3=found.features.graphql and found.features.plugins and found.features.pages,
        )


@strawberry.type(description="How the server is set up.")
class Configuration:
    download_dir: str = strawberry.field(description="The folder for finished files.")
    max_concurrent_downloads: int = strawberry.field(
        description="How many tasks this server runs at once."
    )
    auto_delete_duration: int = strawberry.field(
        description=(
            "Minutes after which finished tasks and their files are deleted; 0 is never. It is "
            "the setting `auto_delete_minutes`."
        )
    )
    max_split_size: str | None = strawberry.field(
        description="The same as `maxSplitSizeBytes`, for people: `2.0 GB`."
    )
    max_split_size_bytes: BigInt | None = strawberry.field(
        description="Finished files that are larger are cut into parts of this size; null where "
        "none are. It is the setting `max_split_size`."
    )
    enabled_phases: EnabledPhases = strawberry.field(description="What it does at the moment.")
    features: ConfigurationFeatures = strawberry.field(description="What is switched on.")
    settings: list[Setting] = strawberry.field(description="Every setting, in the order of docs.")
    restart_needed: bool = strawberry.field(
        description="Whether something is set that holds from the next start on."
    )

    @classmethod
    def of(cls, found: Overview, settings: list[Record]) -> "Configuration":
        return cls(
            download_dir=found.download_dir,
            max_concurrent_downloads=found.at_once,
            auto_delete_duration=found.auto_delete_minutes,
            max_split_size=display.size(most) if (most := found.max_split_size) else None,
            max_split_size_bytes=BigInt(most) if most else None,
            enabled_phases=EnabledPhases.of(found),
            features=ConfigurationFeatures.of(found.features),
            settings=[Setting.of(record) for record in settings],
            restart_needed=any(record.awaits_restart for record in settings),
        )


@strawberry.type(description="What was changed, or the reasons why nothing was.")
class UpdateConfigurationPayload(MutationPayload):
    updated: list[Setting] | None = strawberry.field(
        description="The settings that were given, as they are now. Null where one is wrong."
    )
    restart_needed: bool | None = strawberry.field(
        description="Whether something holds from the next start on. Null where one is wrong."
    )
    errors: list[UserError] = strawberry.field(
        description=f"{ERRORS} All that is wrong at once; `field` is the name of the setting."
    )

    @classmethod
    def of(cls, changed: list[Record], *, restart_needed: bool) -> "UpdateConfigurationPayload":
        return cls(
            updated=[Setting.of(record) for record in changed],
            restart_needed=restart_needed,
            errors=[],
        )
