"""JSON from clients."""

import re
from typing import Any

import orjson

from services.errors import InvalidInput

DEEPEST = 64  # levels of objects and lists
MOST_VALUES = 10_000  # each is an object of Python's, and is looked at where it is used
STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
BRACKETS = re.compile(rb"[\[\]{}]")


def read_json(text: bytes | str, *, what: str, field: str | None = None) -> Any:
    """Return what stands in `text`, which is called `what`; raise `InvalidInput`."""
    encoded = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    _check_shape(encoded, what, field)
    try:
        return orjson.loads(encoded)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(_reason(encoded, what, error), field=field) from error


def _check_shape(text: bytes, what: str, field: str | None) -> None:
    """Raise `InvalidInput` for what is deep or has many values, before anything is made of it."""
    if _openings(text) <= DEEPEST and text.count(b",") <= MOST_VALUES:
        return
    bare = STRINGS.sub(b"", text)
    values = bare.count(b",") + _openings(bare)
    if values > MOST_VALUES:
        message = f"{what} has more than {MOST_VALUES:,} values; send them in several requests."
        raise InvalidInput(message, field=field)
    if _depth(bare) > DEEPEST:
        message = f"{what} is nested deeper than {DEEPEST} levels."
        raise InvalidInput(message, field=field)


def _openings(text: bytes) -> int:
    return text.count(b"[") + text.count(b"{")


def _depth(bare: bytes) -> int:
    """Return how deep JSON without its strings is; for what is no JSON, any number."""
    depth = deepest = 0
    for sign in BRACKETS.findall(bare):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _reason(text: bytes, what: str, error: orjson.JSONDecodeError) -> str:
    try:
        text.decode()
    except UnicodeDecodeError as fault:
        return f"{what} is not in UTF-8: byte {fault.start + 1} cannot be read."
    return f"{what} is not JSON: {error}."
