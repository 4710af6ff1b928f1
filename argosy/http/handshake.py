"""The beginning of a WebSocket; what is refused there is told as everywhere else over HTTP."""

from typing import Any
from uuid import uuid4

from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.server import ServerProtocol

from argosy.http.answers import json_response
from argosy.http.surroundings import HEADERS
from services.errors import ErrorCode

VERSION = "13"  # of the protocol, RFC 6455
HOW = (
    "This is no handshake of a WebSocket: it is a GET in HTTP/1.1 with Upgrade: websocket, "
    "Connection: Upgrade, Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes."
)
REFUSALS = {
    400: (ErrorCode.INVALID_INPUT, HOW),
    403: (ErrorCode.FORBIDDEN, "There is no WebSocket at this address."),
    405: (ErrorCode.INVALID_INPUT, HOW),
    426: (ErrorCode.INVALID_INPUT, HOW),
    431: (ErrorCode.LIMIT_REACHED, "The handshake has too many headers, or one that is too long."),
    503: (ErrorCode.UNAVAILABLE, "The server is stopping."),
    505: (ErrorCode.INVALID_INPUT, HOW),
}
UNFORESEEN = (ErrorCode.INTERNAL_ERROR, "Internal error")


class Handshaking(ServerProtocol):
    """The protocol of the library, with refusals in our own words."""

    def reject(self, status: Any, text: str) -> Response:
        """Return the answer to a handshake that leads to nothing; the given words go nowhere."""
        del text
        number = int(status)
        code, message = REFUSALS.get(number, UNFORESEEN)
        body = {"code": code.value, "message": message, "requestId": uuid4().hex}
        answer = json_response({"error": body}, number, {"Connection": "close"})
        if number in {400, 426}:
            answer.headers["Sec-WebSocket-Version"] = VERSION
        headers = [*answer.raw_headers, *HEADERS]
        named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        phrase = super().reject(number, "").reason_phrase
        return Response(number, phrase, Headers(named), bytes(answer.body))
