"""Bringing in the code of a plugin."""

import importlib
import sys
from importlib.util import module_from_spec, spec_from_file_location
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from services.plugins.hooks import PROJECT
from services.plugins.hookspecs import Hooks

PACKAGE = "argosy_plugin_"  # and the name: what a plugin of a folder is called inside Python
FILE = "plugin"


class BadPlugin(Exception):
    """It was brought in, and is not what its manifest says."""


def load(name: str, file: str | None, module: str | None, hooks: list[str]) -> Any:
    """Return the hooks of a plugin, to be called by their names.

    Raises whatever the plugin raises, and `BadPlugin`.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    plugin = _of_package(module) if module else _of_file(name, Path(file or ""))
    manager.register(plugin, name)
    manager.check_pending()
    callers = manager.get_hookcallers(plugin) or []
    has = {caller.name for caller in callers}
    if missing := sorted(set(hooks) - has):
        message = f"Its manifest lists the hook {missing[0]}, and there is no such @hook."
        raise BadPlugin(message)
    if more := sorted(has - set(hooks)):
        message = f"It has the hook {more[0]}, which its manifest does not list."
        raise BadPlugin(message)
    return manager.hook


def _of_package(value: str) -> Any:
    module, _, attribute = value.partition(":")
    found = importlib.import_module(module)
    return attrgetter(attribute)(found) if attribute else found


def _of_file(name: str, file: Path) -> ModuleType:
    """Run a file; one of a folder is in a package, and may import what lies beside it."""
    if file.stem != FILE:
        return _run(PACKAGE + name, file)
    package = ModuleType(PACKAGE + name)
    package.__path__ = [str(file.parent)]
    sys.modules[package.__name__] = package
    return _run(f"{package.__name__}.{FILE}", file)


def _run(name: str, file: Path) -> ModuleType:
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        message = f"{file.name} is no file of Python."
        raise BadPlugin(message)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
