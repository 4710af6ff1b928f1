"""The words about settings and the parts of the server, and what each means."""

from schema.types.describing import describe
from services.configuration.setting import SettingKind
from services.configuration.setting import Source as SettingSource
from services.upkeep.parts import PartState as ServiceState

describe(
    SettingKind,
    "SettingKind",
    "What the value of a setting looks like.",
    {
        SettingKind.TEXT: "Text.",
        SettingKind.INTEGER: "A whole number.",
        SettingKind.NUMBER: "A number.",
        SettingKind.BOOLEAN: "`true` or `false`.",
        SettingKind.CHOICE: "One of several words: `choices`.",
        SettingKind.LIST: "Entries with commas between them.",
        SettingKind.PATH: "A file or a folder.",
        SettingKind.JSON: "JSON.",
    },
)
describe(
    SettingSource,
    "SettingSource",
    "Where the value of a setting comes from; each goes before those above it.",
    {
        SettingSource.DEFAULT: "Nobody has set it.",
        SettingSource.FILE: "`argosy.toml` in the data folder.",
        SettingSource.DATABASE: "It was set while a server ran.",
        SettingSource.ENVIRONMENT: "A variable of the environment.",
        SettingSource.FLAG: "An option of the command line.",
    },
)
describe(
    ServiceState,
    "ServiceState",
    "How a part of the server is.",
    {
        ServiceState.RUNNING: "It does what it should.",
        ServiceState.RESTARTING: "It is being closed and opened again.",
        ServiceState.FAILED: "It should run, and does not.",
    },
)

__all__ = ["ServiceState", "SettingKind", "SettingSource"]
