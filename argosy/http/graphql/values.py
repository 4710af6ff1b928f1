"""JSON from clients."""

from collections.abc import Iterable
from typing import Any

import orjson

from services.errors import InvalidInput

DEEPEST = 64  # levels of objects and lists


def read_json(text: bytes | str, *, what: str, field: str | None = None) -> Any:
    """Return what stands in `text`, which is called `what`; raise `InvalidInput`."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(_reason(text, what, error), field=field) from error
    if _is_deep(content):
        message = f"{what} is nested deeper than {DEEPEST} levels."
        raise InvalidInput(message, field=field)
    return content


def _is_deep(content: object) -> bool:
    level, depth = [content], 0
    while level and depth < DEEPEST:
        level, depth = [inner for outer in level for inner in _inside(outer)], depth + 1
    return bool(level)


def _inside(value: object) -> list[object]:
    """Return the objects and lists right inside one."""
    if isinstance(value, dict):
        inside: Iterable[object] = value.values()
    elif isinstance(value, list):
        inside = value
    else:
        return []
    return [inner for inner in inside if isinstance(inner, dict | list)]


def _reason(text: bytes | str, what: str, error: orjson.JSONDecodeError) -> str:
    if isinstance(text, bytes):
        try:
            text.decode()
        except UnicodeDecodeError as fault:
            return f"{what} is not in UTF-8: byte {fault.start + 1} cannot be read."
    return f"{what} is not JSON: {error}."
