"""Reads the settings from all that they come from, and puts them together.

A flag goes before the environment, the environment before what was kept in the database while a
server ran, that before `argosy.toml`, and that before the default.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from argosy.settings import (
    DATA_DIR,
    FILE,
    NEVER_KEPT,
    NOT_SETTINGS,
    PREFIX,
    SECRETS,
    Layers,
    Settings,
)
from services.logs.levels import LogLevel

log = structlog.get_logger(__name__)


class BadSettings(Exception):
    """Some settings cannot be used; `problems` has a line for each, `found` each by its name."""

    def __init__(self, problems: list[str], found: Mapping[str, str] | None = None) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
        self.found = dict(found or {})


class _Merged(Settings):
    """The settings, out of what was put together and nothing else."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load_settings(**flags: object) -> Settings:
    """Read the settings; `flags` from the command line go before the environment and the file.

    Raises `BadSettings` with everything that is wrong.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    folder = given.get("data_dir") or os.environ.get(f"{PREFIX}DATA_DIR") or DATA_DIR
    file = Path(str(folder)) / FILE
    in_file, problems = _read_file(file)
    layers = Layers(
        flags=given, environment=EnvSettingsSource(Settings)(), in_file=in_file, file=file
    )
    try:
        settings = settle(layers)
    except BadSettings as bad:
        raise BadSettings(problems + bad.problems) from None
    if problems:
        raise BadSettings(problems)
    return settings


def settle(layers: Layers) -> Settings:
    """Return the settings that all layers come to; raise `BadSettings`."""
    try:
        loaded = _Merged.model_validate(layers.merged)
    except ValidationError as error:
        errors = error.errors()
        found = {_name(each): _words(each) for each in errors}
        raise BadSettings([_problem(each, layers) for each in errors], found) from None
    values = {name: getattr(loaded, name) for name in Settings.model_fields}
    data_dir = loaded.data_dir.absolute()
    download_dir = loaded.download_dir or data_dir / "downloads"
    values |= {"data_dir": data_dir, "download_dir": download_dir.absolute()}
    for name in ("secret_key_file", "backup_dir"):
        if values[name] is not None:
            values[name] = values[name].absolute()
    return Settings.model_construct(**values).with_layers(layers)


def settle_kept(layers: Layers, kept: Mapping[str, object]) -> Settings:
    """Return the settings with what was kept, without what of that cannot be used."""
    ignored = {name: why for name in kept if (why := _why_never(name))}
    while True:
        usable = {name: value for name, value in kept.items() if name not in ignored}
        try:
            settings = settle(layers.keeping(usable, ignored))
        except BadSettings as bad:
            # Where it is about no one of them, all of them are suspects.
            found = bad.found.keys() & usable.keys() or usable.keys()
            if not found:
                raise
            ignored |= {name: bad.found.get(name, bad.problems[0]) for name in found}
        else:
            for name, why in ignored.items():
                log.warning("settings.kept_ignored", name=name, reason=why)
            return settings


def _why_never(name: str) -> str | None:
    """Return why nothing that is kept under a name counts."""
    if name not in Settings.model_fields:
        return "This version has no such setting."
    if name in NEVER_KEPT:
        return "It is not taken from the database."
    return None


def unknown_names() -> list[str]:
    """Return the variables that look like settings and are none."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    return sorted(n for n in os.environ if n.startswith(PREFIX) and n not in known)


def wants_details() -> bool:
    """Whether the log level asks for tracebacks, even where no settings could be read."""
    return os.environ.get(f"{PREFIX}LOG_LEVEL") == LogLevel.DEBUG


def _read_file(file: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what the settings file says, and what is wrong with it."""
    try:
        text = file.expanduser().read_bytes().decode()
        values = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError, RuntimeError):  # the last: no such home
        return {}, []
    except OSError as error:
        return {}, [f"{file}: {error.strerror}"]
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return {}, [f"{file}: line {line}, column {column}: this is not UTF-8"]
    except tomllib.TOMLDecodeError as error:
        words, _, where = str(error).removesuffix(")").rpartition(" (at ")
        return {}, [f"{file}: {where}: {words[:1].lower()}{words[1:]}"]
    if "data_dir" not in values:
        return values, []
    del values["data_dir"]
    how = f"use {PREFIX}DATA_DIR or --data-dir"
    return values, [f"{file}: data_dir cannot be set here, for this file lies in it; {how}"]


def _name(found: ErrorDetails) -> str:
    return str(found["loc"][0]) if found["loc"] else "settings"


def _words(found: ErrorDetails) -> str:
    words = found["msg"].removeprefix("Value error, ")
    return words[:1].lower() + words[1:]


def _problem(found: ErrorDetails, layers: Layers) -> str:
    name = _name(found)
    if found["type"] == "extra_forbidden":
        return f"{layers.file}: there is no setting {name}."
    value = "" if name in SECRETS else f" (it is {str(found['input'])[:80]!r})"
    return f"{PREFIX}{name.upper()}: {_words(found)}{value}"
