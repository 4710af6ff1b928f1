"""What some tests need and what is no part of Argosy."""

import os
import shutil
from typing import NoReturn

import pytest


def needs(*names: str) -> list[str]:
    """Return the paths of these programs; where one is missing, skip the test, or fail in CI."""
    found = {name: shutil.which(name) for name in names}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        _do_without(f"not on the path: {', '.join(missing)}")
    return [path for path in found.values() if path is not None]


def needs_variable(name: str) -> str:
    """Return a variable of the environment; without it, skip the test, or fail in CI."""
    value = os.environ.get(name)
    if not value:
        _do_without(f"{name} is not set")
    return value


def _do_without(message: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
