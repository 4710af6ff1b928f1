"""The settings, described and written out: what `services/configuration` goes by."""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass, replace
from datetime import time
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from argosy.loading import BadSettings, settle
from argosy.settings import FIXED, PREFIX, SECRETS, Layers, Settings
from services.access.quotas.tiers import Tier
from services.configuration.setting import Bounds, Description, SettingKind, Source
from services.configuration.sheet import NOTHING, Kept, Settled

TYPES: dict[object, SettingKind] = {
    bool: SettingKind.BOOLEAN,
    int: SettingKind.INTEGER,
    float: SettingKind.NUMBER,
    Path: SettingKind.PATH,
}


class SettingsSheet:
    """Knows every setting. `settings` are those that the server was built with."""

    def __init__(self, settings: Settings) -> None:
        self._layers = settings.layers
        self.settings = settings
        self.descriptions: Mapping[str, Description] = {
            name: _described(name, field) for name, field in Settings.model_fields.items()
        }

    @property
    def ignored(self) -> Mapping[str, str]:
        """What was kept and could not be used at the start, and why."""
        return self._layers.ignored

    @property
    def kept(self) -> Kept:
        """What was kept at the start, and could be used."""
        return self._layers.kept

    def value(self, name: str) -> object:
        """Return what the server was built with."""
        return getattr(self.settings, name)

    def settle(self, kept: Kept, first: Kept = NOTHING) -> Settled:
        """Return what holds with `kept`, and `first` before everything else.

        Or, in `bad`, a sentence for each of them that cannot be used.
        """
        layers = replace(self._layers, kept=kept, flags={**self._layers.flags, **first})
        try:
            settings = settle(layers)
        except BadSettings as bad:
            return Settled(bad=bad.found)
        return Settled(
            values={name: getattr(settings, name) for name in self.descriptions},
            sources=_sources(layers, self.descriptions),
        )

    def show(self, value: object) -> str | None:
        """Return a value as its variable takes it; None where there is none."""
        return _shown(value)


def _sources(layers: Layers, names: Mapping[str, object]) -> dict[str, Source]:
    return {name: layers.source(name) for name in names}


def _described(name: str, field: FieldInfo) -> Description:
    kind = _without_none(field.annotation)
    is_secret = name in SECRETS or kind is SecretStr
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    return Description(
        name=name,
        variable=PREFIX + name.upper(),
        text=field.description or "",
        type=_type(kind),
        default=None if is_secret else _shown(default),
        choices=_choices(kind),
        bounds=_bounds(field.metadata),
        is_secret=is_secret,
        is_fixed=is_secret or name in FIXED,
    )


def _without_none(annotation: Any) -> Any:
    """Return the type of a setting without what says that it may have no value."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 else annotation
    return annotation


def _type(kind: Any) -> SettingKind:
    if _choices(kind) is not None:
        return SettingKind.CHOICE
    if get_origin(kind) in (tuple, list, set, frozenset):
        is_table = any(is_dataclass(arg) and arg is Tier for arg in get_args(kind))
        return SettingKind.JSON if is_table else SettingKind.LIST
    return TYPES.get(kind, SettingKind.TEXT)


def _choices(kind: Any) -> tuple[str, ...] | None:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    if get_origin(kind) is Literal:
        return tuple(str(word) for word in get_args(kind))
    return None


def _bounds(metadata: list[Any]) -> Bounds:
    """Return between what a number must be, as its field says."""
    least: Any = None
    most: Any = None
    excludes_least = False
    for rule in metadata:
        if isinstance(rule, Ge):
            least = rule.ge
        elif isinstance(rule, Gt):
            least, excludes_least = rule.gt, True
        elif isinstance(rule, Le):
            most = rule.le
        elif isinstance(rule, Lt):
            most = rule.lt
    return Bounds(least, most, excludes_least)


def _shown(value: Any) -> str | None:
    if value is None or isinstance(value, SecretStr):
        return None
    if isinstance(value, tuple | list | set | frozenset):
        is_table = bool(value) and all(isinstance(entry, Tier) for entry in value)
        return _tiers(value) if is_table else ",".join(filter(None, map(_shown, value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, time):
        return value.isoformat("minutes")
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value.value if isinstance(value, Enum) else value)


def _tiers(tiers: Any) -> str:
    tables = {tier.name: {k: v for k, v in asdict(tier).items() if k != "name"} for tier in tiers}
    given = {n: {k: v for k, v in t.items() if v is not None} for n, t in tables.items()}
    return json.dumps(given)
