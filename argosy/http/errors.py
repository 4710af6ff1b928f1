"""Errors over HTTP: one table of statuses."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from argosy.http.answers import json_response
from services.errors import (
    ArgosyError,
    Conflict,
    ErrorCode,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    Unauthorized,
    Unavailable,
)


class BadRequest(InvalidInput):
    """A request that HTTP has a status of its own for."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        allow: str | None = None,
        code: ErrorCode | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.headers = {"Allow": allow} if allow else {}


class NothingHere(NotFound):
    """An address that leads nowhere."""

    def __init__(self) -> None:
        super().__init__("There is nothing at this address.")


STATUSES: tuple[tuple[type[ArgosyError], int], ...] = (
    (InvalidInput, 400),
    (Unauthorized, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (RateLimited, 429),
    (Unavailable, 503),
    (ArgosyError, 500),
)


def status_of(error: ArgosyError) -> int:
    """Return the status that tells of `error`."""
    if isinstance(error, BadRequest):
        return error.status
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def headers_of(error: ArgosyError) -> dict[str, str]:
    """Return the headers that go with it."""
    if isinstance(error, Unauthorized):
        return {"WWW-Authenticate": 'Bearer realm="argosy"'}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.retry_seconds)}
    return dict(error.headers) if isinstance(error, BadRequest) else {}


def error_body(error: ArgosyError, request_id: str) -> dict[str, object]:
    """Return what tells of `error` outside GraphQL."""
    shown = {"code": error.code.value, "message": error.message, "requestId": request_id}
    return {"error": shown}


async def show_error(request: Request, error: Exception) -> Response:
    """Answer a request outside GraphQL with what went wrong."""
    known = error if isinstance(error, ArgosyError) else ArgosyError("Internal error")
    body = error_body(known, request.scope["state"]["request_id"])
    return json_response(body, status_of(known), headers_of(known))


async def show_not_found(request: Request, _error: Exception) -> Response:
    """Answer a request for an address that there is not."""
    return await show_error(request, NothingHere())


async def show_not_allowed(request: Request, error: Exception) -> Response:
    """Answer a request with a method that the address does not take."""
    allow = (error.headers or {}).get("Allow") if isinstance(error, HTTPException) else None
    message = "This address does not take that method."
    return await show_error(request, BadRequest(405, message, allow=allow))
