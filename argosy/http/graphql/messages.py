"""The messages of graphql-transport-ws, and the codes that its sockets are closed with.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson

from argosy.http.graphql.values import read_json
from services.errors import InvalidInput

SUBPROTOCOL = "graphql-transport-ws"
LARGEST_MESSAGE = 256 * 1024  # bytes, whatever the number of its frames
MOST_REASON = 123


class CloseCode(IntEnum):
    """Why a socket was closed, above 4000 as the protocol has it.

    What is no WebSocket, or no UTF-8, or too long, never becomes a message: `SocketConnection`
    closes with 1002, 1007 and 1009 for it, with 1001 when the server stops, and with 1011 where
    a ping is not answered.
    """

    TRY_AGAIN_LATER = 1013  # as many connections as there may be
    BAD_MESSAGE = 4400
    UNAUTHORIZED = 4401  # subscribed before the connection was acknowledged
    FORBIDDEN = 4403  # the key was not accepted, or is no longer
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITIALISATIONS = 4429
    INTERNAL_ERROR = 4500


class Closed(Exception):
    """The socket is to be closed, or was."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        # RFC 6455, section 5.5: a control frame has 125 bytes, two of them for the code.
        self.reason = reason.encode()[:MOST_REASON].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Message:
    """One message from a client."""

    type: str
    id: str | None
    payload: dict[str, Any] | None
    size: int = 0  # letters of its text


TYPES = {"connection_init", "ping", "pong", "subscribe", "complete"}
WITH_ID = {"subscribe", "complete"}


def read_message(text: str | None) -> Message:
    """Return the message in `text` (None for a binary frame); raise `Closed` with 4400."""
    if text is None:
        raise Closed(CloseCode.BAD_MESSAGE, "Messages are text, this one is binary")
    try:
        content = read_json(text, what="The message")
    except InvalidInput as error:
        raise Closed(CloseCode.BAD_MESSAGE, error.message) from None
    if not isinstance(content, dict):
        raise Closed(CloseCode.BAD_MESSAGE, "The message is not an object")
    kind, key, payload = content.get("type"), content.get("id"), content.get("payload")
    if not isinstance(kind, str) or kind not in TYPES:
        raise Closed(CloseCode.BAD_MESSAGE, "The type of the message is not known")
    if kind in WITH_ID and not (isinstance(key, str) and 0 < len(key) <= 256):
        raise Closed(CloseCode.BAD_MESSAGE, "The message has no id of 1 to 256 letters")
    if not isinstance(payload, dict | None) or (kind == "subscribe" and payload is None):
        raise Closed(CloseCode.BAD_MESSAGE, "The payload of the message is not an object")
    return Message(kind, key if isinstance(key, str) else None, payload, len(text))


def write_message(kind: str, key: str | None = None, payload: object = None) -> str:
    """Return the text of a message."""
    content: dict[str, object] = {"type": kind}
    if key is not None:
        content["id"] = key
    if payload is not None:
        content["payload"] = payload
    return orjson.dumps(content).decode()
