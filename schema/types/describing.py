"""Words of the services, described for the schema."""

from collections.abc import Mapping
from enum import Enum

import strawberry


def describe(
    words: type[Enum],
    name: str,
    description: str,
    meanings: Mapping[Enum, str],
    prefix: str = "",
) -> None:
    """Give an enum its descriptions; what its names begin with here is left away there."""
    strawberry.enum(words, name=name, description=description)
    for value in words.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = meanings[words[value.name]]
        value.name = value.name.removeprefix(prefix)
