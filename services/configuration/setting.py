"""What a setting is."""

from dataclasses import dataclass
from enum import StrEnum

KEY_PREFIX = "configuration."  # of what is kept in the table of settings


class SettingKind(StrEnum):
    """What a value looks like."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"  # one of several words
    LIST = "LIST"  # with commas between
    PATH = "PATH"
    JSON = "JSON"


class Source(StrEnum):
    """Where a value comes from; each goes before those above it."""

    DEFAULT = "DEFAULT"
    FILE = "FILE"  # `argosy.toml`
    DATABASE = "DATABASE"  # what was set while the server ran
    ENVIRONMENT = "ENVIRONMENT"
    FLAG = "FLAG"  # an option of the command line


# What the operator of the machine has said goes before what is said over the API.
ABOVE = frozenset({Source.ENVIRONMENT, Source.FLAG})


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what a number must be; None is no bound. `excludes_least`: it must be more."""

    least: float | None = None
    most: float | None = None
    excludes_least: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """What is always so of a setting. Values are as their variable takes them: text.

    One that is `fixed` belongs to the operator of the machine alone.
    """

    name: str
    variable: str
    text: str
    type: SettingKind
    default: str | None
    choices: tuple[str, ...] | None = None
    bounds: Bounds = Bounds()
    is_secret: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """How things stand with a setting; a secret has no values here.

    `value` is what is set, `running` what the server goes by: another, until it is restarted,
    where that is needed. `problem` says why what was kept for it is not used.
    """

    about: Description
    source: Source
    is_set: bool
    value: str | None
    running: str | None
    is_live: bool
    problem: str | None = None

    @property
    def name(self) -> str:
        """What it is called in `argosy.toml`."""
        return self.about.name

    @property
    def needs_restart(self) -> bool:
        """Whether a change of it holds from the next start on."""
        return not self.is_live

    @property
    def is_changeable(self) -> bool:
        """Whether it can be changed over the API."""
        return not self.about.is_fixed and self.source not in ABOVE

    @property
    def awaits_restart(self) -> bool:
        """Whether the server goes by another value than is set, until it is restarted."""
        return self.needs_restart and self.value != self.running
