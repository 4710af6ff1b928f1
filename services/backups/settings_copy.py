"""The settings file as it goes into an archive: without what is secret in it."""

import json
import tomllib
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any


def without_secrets(text: str, secret: Collection[str]) -> tuple[str, list[str]]:
    """Return the settings without those that are secret, and the names of these.

    It is written anew: comments stay behind, for they may hold anything. Raises `ValueError` where
    the text is no TOML.
    """
    values = tomllib.loads(text)
    gone = [name for name in values if name in secret]
    kept = {name: value for name, value in values.items() if name not in secret}
    return "".join(f"{_key(name)} = {_shown(value)}\n" for name, value in kept.items()), gone


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{_key(k)} = {_shown(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(_shown(each) for each in value) + "]"
        case datetime() | date() | time():
            return value.isoformat()
        case str():
            return _quoted(value)
        case _:
            return str(value)  # numbers; inf and nan have the same names there


def _key(name: str) -> str:
    return _quoted(name)


def _quoted(text: str) -> str:
    """Return a string of TOML; what JSON escapes, it escapes the same way."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
