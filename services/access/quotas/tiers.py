"""Tiers: how much each user may ask for, as the operator has set it up."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from services.errors import Conflict, InvalidInput

UNLIMITED = "unlimited"  # is always there, and what a user has who was given nothing else
GREATEST = 1 << 62
NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Tier:
    """What a user of this tier may use; None is no limit. Days are those of UTC.

    `stored_bytes` are those of files that lie there, `tasks_at_once` tasks that are not finished.
    """

    name: str
    downloads_per_day: int | None = None
    bytes_per_day: int | None = None
    tasks_at_once: int | None = None
    stored_bytes: int | None = None

    def __str__(self) -> str:
        limits = ((name, getattr(self, name)) for name in QUOTAS)
        given = ", ".join(f"{name}={limit}" for name, limit in limits if limit is not None)
        return f"{self.name} ({given or 'no limits'})"

    @property
    def counts_bytes(self) -> bool:
        """Whether somebody has to look at the bytes that come in."""
        return self.bytes_per_day is not None or self.stored_bytes is not None


QUOTAS = tuple(field.name for field in fields(Tier))[1:]


class Tiers:
    """The tiers that there are."""

    def __init__(self, tiers: Iterable[Tier] = ()) -> None:
        self.replace(tiers)

    def replace(self, tiers: Iterable[Tier]) -> None:
        """Have these from now on, and the one that is always there."""
        self._tiers = {tier.name: tier for tier in (Tier(UNLIMITED), *tiers)}

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(sorted(self._tiers))

    def find(self, name: str) -> Tier | None:
        """Return a tier; None if the settings do not have it any more."""
        return self._tiers.get(name)

    def check(self, name: str, *, field: str | None = None) -> None:
        """Raise `InvalidInput` if there is no such tier to give somebody."""
        if name not in self._tiers:
            message = f"There is no tier {name[:32]!r}. Take one of: {', '.join(self.names)}."
            raise InvalidInput(message, field=field)

    @property
    def counting_bytes(self) -> tuple[str, ...]:
        """The names of the tiers that limit bytes."""
        return tuple(name for name, tier in self._tiers.items() if tier.counts_bytes)


def gone(name: str) -> Conflict:
    """Return the error that says that somebody's tier is not in the settings any more."""
    message = (
        f"The tier {name} of this user is not in the settings, so nothing new is taken on. Ask an "
        "administrator to put it into ARGOSY_TIERS, or to give the user another tier."
    )
    return Conflict(message)


def read_tiers(value: object) -> tuple[Tier, ...]:
    """Return the tiers in JSON text or in tables; raise `ValueError` with all that is wrong."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            message = f"this is not JSON: {error.msg} at letter {error.pos + 1}"
            raise ValueError(message) from None
        except RecursionError:
            message = "this is too deep to be tiers"
            raise ValueError(message) from None
    if isinstance(value, tuple) and all(isinstance(tier, Tier) for tier in value):
        return value
    if not isinstance(value, Mapping):
        message = 'give a table of tiers by name: {"free": {"downloads_per_day": 100}}'
        raise ValueError(message)  # noqa: TRY004 - the settings tell values that are wrong
    wrong: list[str] = []
    tiers = [_read(name, limits, wrong) for name, limits in value.items()]
    if wrong:
        raise ValueError("; ".join(wrong))
    return tuple(tiers)


def _read(name: str, limits: object, wrong: list[str]) -> Tier:
    """Return one tier; what is wrong with it is added to `wrong`."""
    if name == UNLIMITED:
        wrong.append(f"{UNLIMITED} is always there and has no limits; name yours otherwise")
    elif not NAME.fullmatch(name):
        wrong.append(
            f"{name[:64]!r} cannot be a tier's name: it has up to 32 small letters and digits, "
            "with - and _ between them"
        )
    if not isinstance(limits, Mapping):
        wrong.append(f"{name[:64]}: give a table of limits, such as downloads_per_day")
        return Tier(name)
    wrong += [
        f"{name[:64]}: there is no {str(key)[:64]!r}; there are {', '.join(QUOTAS)}"
        for key in limits
        if key not in QUOTAS
    ]
    found = {key: limits[key] for key in QUOTAS if key in limits}
    for key, limit in found.items():
        is_number = isinstance(limit, int) and not isinstance(limit, bool)
        if limit is not None and not (is_number and 0 <= limit <= GREATEST):
            wrong.append(f"{name[:64]}: {key} is a whole number from 0 on, or null for no limit")
    return Tier(name, **found)
