"""What a client accepts: weighted lists, as RFC 9110 section 12 has them."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers


@dataclass(frozen=True, slots=True)
class Preference:
    """How much a client wants something, from 0 (not at all) to 1, and whether by its name."""

    weight: float
    is_named: bool
    position: int


def preference(headers: Headers, header: str, value: str, *, absent: float) -> Preference:
    """Return how much the client wants `value`, judged by what is closest to its name.

    `absent` is the weight where the client does not send the header at all.
    """
    wildcards = (value.partition("/")[0] + "/*", "*/*", "*")
    found: dict[str, tuple[float, int]] = {}
    given = ",".join(headers.getlist(header))
    for position, part in enumerate(given.split(",")):
        name, *parameters = (word.strip().lower() for word in part.split(";"))
        found.setdefault(name, (_weight(parameters), position))
    for name in (value, *wildcards):
        if name in found:
            weight, position = found[name]
            return Preference(weight, name == value, position)
    return Preference(absent if not given.strip() else 0.0, is_named=False, position=0)


def choose(headers: Headers, offered: Sequence[str]) -> tuple[str, Preference] | None:
    """Return the media type to answer in, or None if the client takes none of `offered`.

    Of types wanted equally, one that is named goes before one that a wildcard takes in, then
    the one named first, then the one offered first.
    """
    wanted = [(kind, preference(headers, "accept", kind, absent=1.0)) for kind in offered]
    acceptable = [(kind, wish) for kind, wish in wanted if wish.weight > 0]
    if not acceptable:
        return None
    return min(
        acceptable, key=lambda item: (-item[1].weight, not item[1].is_named, item[1].position)
    )


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
