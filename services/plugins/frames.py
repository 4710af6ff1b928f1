"""How the server and the process of a plugin talk: frames over a socket pair.

A frame is its length in four bytes, a letter, and so many bytes: `J` and JSON, or `B` and bytes of
a file.
"""

import struct
from typing import Any

import orjson

HEAD = struct.Struct("!Ic")
LARGEST_MESSAGE = 1 << 20
LARGEST_CHUNK = 256 << 10
MESSAGE, CHUNK = b"J", b"B"

Message = dict[str, Any]


class BadFrame(Exception):
    """The other side does not speak as it should."""


def pack(message: Message) -> bytes:
    """Return a message as a frame. Raises `BadFrame` where it is none, or too large."""
    try:
        body = orjson.dumps(message)
    except (orjson.JSONEncodeError, RecursionError) as error:
        reason = f"it is nothing that JSON knows: {error}"
        raise BadFrame(reason) from error
    if len(body) > LARGEST_MESSAGE:
        reason = f"it has {len(body)} bytes, more than {LARGEST_MESSAGE}"
        raise BadFrame(reason)
    return HEAD.pack(len(body), MESSAGE) + body


def pack_chunk(chunk: bytes) -> bytes:
    """Return bytes of a file as a frame."""
    return HEAD.pack(len(chunk), CHUNK) + chunk


def read_head(head: bytes) -> tuple[int, bytes]:
    """Return the size and the kind of the frame that begins with `head`; raise `BadFrame`."""
    size, kind = HEAD.unpack(head)
    most = {MESSAGE: LARGEST_MESSAGE, CHUNK: LARGEST_CHUNK}.get(kind)
    if most is None or size > most:
        reason = "what comes is no frame"
        raise BadFrame(reason)
    return int(size), bytes(kind)


def unpack(body: bytes) -> Message:
    """Return the message in the body of a frame; raise `BadFrame`."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = "what comes is no JSON"
        raise BadFrame(reason) from error
    if not isinstance(message, dict):
        reason = "what comes is no message"
        raise BadFrame(reason)
    return message
