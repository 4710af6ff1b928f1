"""Ids: a word and a UUIDv7, such as `task_0199c2f0-…`.

The UUID is ordered by time (RFC 9562, version 7); the word says what it is an id of. A bare
UUID is accepted too, because the clients of older systems pass one.
"""

from uuid import UUID

import uuid_utils.compat

from services.errors import ErrorCode, InvalidInput

REMOVAL = "removal"
SESSION = "session"
TASK = "task"
FILE = "file"
KEY = "key"
NOTIFIER = "notifier"
WEBHOOK = "webhook"
DELIVERY = "delivery"
ALERT = "alert"


def new_id() -> UUID:
    """Return a new id, greater than those made before it."""
    return uuid_utils.compat.uuid7()


def show(word: str, value: UUID) -> str:
    """Return the text of an id."""
    return f"{word}_{value}"


def read(word: str, text: str, *, field: str) -> UUID:
    """Return the id in `text`, or raise `InvalidInput` about the argument `field`."""
    try:
        return UUID(text.removeprefix(f"{word}_"))
    except ValueError:
        message = f"{text[:64]!r} is not the id of a {word}. Ids look like {word}_0199c2f0-…"
        raise InvalidInput(message, code=ErrorCode.INVALID_ID, field=field) from None


def split(text: str, *, field: str) -> tuple[str, UUID]:
    """Return the word and the UUID of any id, or raise `InvalidInput` about `field`."""
    word, _, value = text.partition("_")
    try:
        return word, UUID(value)
    except ValueError:
        message = f"{text[:64]!r} is no id. Ids look like {TASK}_0199c2f0-…"
        raise InvalidInput(message, code=ErrorCode.INVALID_ID, field=field) from None
