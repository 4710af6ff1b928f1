"""The settings of a plugin: what is secret in them is sealed and hidden.

A property is secret where its schema says `"secret": true` or `"format": "password"`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.redaction import HIDDEN
from services.sealing import Sealer
from services.store.rows import read_json, write_json

SEALED = "sealed"  # the one key of what stands in the place of a secret
DEEPEST = 10

Settings = dict[str, Any]
Schema = Mapping[str, Any]
Change = Callable[[Any], Any]


def with_defaults(schema: Schema, settings: Settings) -> Settings:
    """Return settings with what their schema says where they say nothing."""
    usual = {
        name: below["default"]
        for name, below in _properties(schema).items()
        if isinstance(below, Mapping) and "default" in below
    }
    return {**usual, **settings}


def merged(kept: Settings, given: Settings) -> Settings:
    """Return the settings that are kept, changed by those that are given.

    None takes a setting away. What is given as it is shown, hidden, stays as it is.
    """
    result = dict(kept)
    for name, value in given.items():
        if value is None:
            result.pop(name, None)
        elif value == HIDDEN and name in kept:
            continue
        elif isinstance(value, dict) and isinstance(kept.get(name), dict):
            result[name] = merged(kept[name], value)
        else:
            result[name] = value
    return result


def sealed(schema: Schema, settings: Settings, sealer: Sealer, name: str) -> Settings:
    """Return settings as they are stored. Raises `Unavailable` without a usable key."""

    def seal(value: Any) -> Any:
        return {SEALED: sealer.seal(write_json(value).encode(), bound_to(name))}

    return _changed(schema, settings, seal)


def opened(schema: Schema, settings: Settings, sealer: Sealer, name: str) -> Settings:
    """Return settings as the plugin gets them. Raises `Unavailable`."""

    def unseal(value: Any) -> Any:
        if not isinstance(value, dict) or set(value) != {SEALED}:
            return value  # it became secret with a newer version of the plugin
        return read_json(sealer.open(value[SEALED], bound_to(name)))

    return _changed(schema, settings, unseal)


def hidden(schema: Schema, settings: Settings) -> Settings:
    """Return settings as they are shown."""
    return _changed(schema, _without_sealed(settings), lambda _: HIDDEN)


def bound_to(name: str) -> str:
    """Return what the secrets of a plugin are sealed for."""
    return f"plugin {name}"


def resealed(settings: Any, renew: Callable[[str], str]) -> Any:
    """Return stored settings with each sealed text in them replaced."""
    if isinstance(settings, dict):
        if set(settings) == {SEALED} and isinstance(settings[SEALED], str):
            return {SEALED: renew(settings[SEALED])}
        return {name: resealed(value, renew) for name, value in settings.items()}
    return settings


def _without_sealed(settings: Any) -> Any:
    """Return settings without sealed text, wherever an older schema had it."""
    return resealed(settings, lambda _: HIDDEN)


def _changed(schema: Schema, settings: Settings, change: Change, depth: int = 0) -> Settings:
    """Return settings with each secret in them replaced by what `change` makes of it."""
    properties, result = _properties(schema), dict(settings)
    for name, value in settings.items():
        below = properties.get(name)
        if not isinstance(below, Mapping):
            continue
        if _is_secret(below):
            result[name] = change(value)
        elif isinstance(value, dict) and depth < DEEPEST:
            result[name] = _changed(below, value, change, depth + 1)
    return result


def _properties(schema: Schema) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _is_secret(schema: Schema) -> bool:
    return schema.get("secret") is True or schema.get("format") == "password"


def is_secret_at(schema: Schema, path: list[str]) -> bool:
    """Whether what lies at `path` is secret, or in something that is."""
    for part in path:
        below = _properties(schema).get(part)
        if not isinstance(below, Mapping):
            return False
        if _is_secret(below):
            return True
        schema = below
    return False
