"""Cursors: places in lists, opaque to clients.

A cursor names the list and the order that it is of, so that one of another list is refused
instead of beginning somewhere.
"""

import base64
import binascii
from collections.abc import Sequence
from uuid import UUID

import orjson

from services.errors import InvalidInput

Part = str | int

LEAST, GREATEST = -(1 << 63), (1 << 63) - 1  # what a column of integers takes


def show(of: str, *parts: Part) -> str:
    """Return the cursor of a place in the list `of`."""
    return base64.urlsafe_b64encode(orjson.dumps([of, *parts])).decode().rstrip("=")


def read(of: str, text: str, shape: Sequence[type]) -> list[Part]:
    """Return the parts of a cursor, each of its type in `shape`.

    Raises `InvalidInput` about the argument `after` if it is of another list, or none.
    """
    try:
        coded = text.encode("ascii")
        found = orjson.loads(base64.urlsafe_b64decode(coded + b"=" * (-len(coded) % 4)))
    except (ValueError, binascii.Error):
        raise refusal() from None
    if not isinstance(found, list) or len(found) != len(shape) + 1 or found[0] != of:
        raise refusal()
    parts: list[Part] = found[1:]
    if not all(_fits(part, kind) for part, kind in zip(parts, shape, strict=True)):
        raise refusal()
    return parts


def read_id(of: str, text: str) -> UUID:
    """Return the id in a cursor that has nothing else in it. Raises as `read` does."""
    (part,) = read(of, text, (str,))
    try:
        return UUID(str(part))
    except ValueError:
        raise refusal() from None


def refusal() -> InvalidInput:
    """Return the error about a cursor that is none of this list."""
    message = "This is no cursor of this list in this order. Take one from `endCursor`."
    return InvalidInput(message, field="after")


def _fits(part: object, kind: type) -> bool:
    """Return whether a value is of a type, and one that a database takes."""
    if type(part) is not kind:
        return False
    if isinstance(part, int):
        return LEAST <= part <= GREATEST
    return not isinstance(part, str) or "\x00" not in part
