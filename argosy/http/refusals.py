"""Answers to what is refused before a handler has it, in the form of the address it is for."""

from starlette.types import Receive, Scope, Send

from argosy.http.answers import json_response
from argosy.http.errors import NothingHere, error_body, headers_of, status_of
from argosy.http.graphql.errors import show_error
from services.errors import ArgosyError

GRAPHQL = "/graphql"


async def refuse(error: ArgosyError, scope: Scope, receive: Receive, send: Send) -> None:
    """Tell of `error`; the handshake of a socket is answered as a request is."""
    request_id = scope["state"]["request_id"]
    if scope["path"] == GRAPHQL:
        body: dict[str, object] = {"errors": [show_error(error, request_id)]}
    else:
        body = error_body(error, request_id)
    await json_response(body, status_of(error), headers_of(error))(scope, receive, send)


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or the handshake of a socket, for an address that there is not."""
    await refuse(NothingHere(), scope, receive, send)
