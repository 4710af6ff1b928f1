"""The settings of this program, as whoever keeps and changes them needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from services.configuration.setting import Description, Source

Kept = Mapping[str, object]  # what was set while the server ran, by name

NOTHING: Kept = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settled:
    """All values, and where each comes from. `bad` says what is wrong with what was given."""

    values: Mapping[str, object] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    bad: Mapping[str, str] = field(default_factory=dict)


class Sheet(Protocol):
    """Knows every setting, and what all sources together come to."""

    @property
    def descriptions(self) -> Mapping[str, Description]:
        """Every setting by its name, in order."""
        ...

    @property
    def kept(self) -> Kept:
        """What was kept at the start, and could be used."""
        ...

    @property
    def ignored(self) -> Mapping[str, str]:
        """What was kept at the start and could not be used, and why."""
        ...

    def value(self, name: str) -> object:
        """Return what the server was built with."""
        ...

    def settle(self, kept: Kept, first: Kept = NOTHING) -> Settled:
        """Return what holds with `kept`, and `first` before everything else.

        Or, in `bad`, a sentence for each of them that cannot be used.
        """
        ...

    def show(self, value: object) -> str | None:
        """Return a value as its variable takes it; None where there is none."""
        ...
