"""How errors look to clients of GraphQL."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from graphql import GraphQLError

from services.errors import ArgosyError, ErrorCode, RateLimited

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
LIMIT_EXCEEDED = "GRAPHQL_LIMIT_EXCEEDED"
NOT_PERSISTED = "PERSISTED_QUERY_NOT_FOUND"
NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"

UNREADABLE = "A value cannot be read as what the schema has in its place."
LONGEST = 300  # letters of a message
# How graphql-core repeats values, and what stays of that.
REPETITIONS = (
    (re.compile(r",? found: .*", re.DOTALL), "."),
    (re.compile(r"(cannot represent [\w -]{0,40}\bvalue): .*", re.DOTALL), r"\1."),
    (re.compile(r"\bValue .+ does not exist in", re.DOTALL), "The value does not exist in"),
    (re.compile(r", found ((?:Block)?String) .*", re.DOTALL), r", found \1."),
)

log = structlog.get_logger(__name__)


class RequestRefused(Exception):
    """A request that was not executed, and why; `limit` is the one that it is beyond."""

    def __init__(
        self,
        errors: Iterable[GraphQLError],
        code: str,
        *,
        limit: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.errors = list(errors)
        self.code = code
        self.limit = limit


class StreamFailed(Exception):
    """A subscription whose stream of events did not come about."""

    def __init__(self, errors: Iterable[GraphQLError]) -> None:
        super().__init__("no stream")
        self.errors = list(errors)


def show_refusal(refusal: RequestRefused, request_id: str) -> list[dict[str, Any]]:
    """Return the errors of a request that was not executed."""
    extensions: dict[str, object] = {"code": refusal.code, "requestId": request_id}
    if refusal.limit is not None:
        extensions["limit"] = refusal.limit
    return [
        {
            **error.formatted,
            "message": UNREADABLE if _is_foreign(error) else _cut(error.message),
            "extensions": extensions,
        }
        for error in refusal.errors
    ]


def show_error(error: ArgosyError, request_id: str) -> dict[str, Any]:
    """Return an error that has no place in a document."""
    return {"message": error.message, "extensions": _extensions(error, request_id)}


def show_failures(errors: Iterable[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """Return the errors of an execution; what nobody foresaw is masked and logged."""
    return [_show_failure(error, request_id) for error in errors]


def _show_failure(error: GraphQLError, request_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = {**error.formatted, "message": _cut(error.message)}
    match error.original_error:
        case ArgosyError() as known:
            shown["message"] = known.message
            shown["extensions"] = _extensions(known, request_id)
        case None | GraphQLError():
            shown["extensions"] = {
                "code": ErrorCode.INVALID_INPUT.value,
                "requestId": request_id,
            }
        case unforeseen:
            log.error("graphql.crashed", path=error.path, exc_info=unforeseen)
            shown["message"] = "Internal error"
            shown["extensions"] = {
                "code": ErrorCode.INTERNAL_ERROR.value,
                "requestId": request_id,
            }
    return shown


def _is_foreign(error: GraphQLError) -> bool:
    """Return whether its words are Python's, which are for programmers."""
    origin: Exception | None = error
    while isinstance(origin, GraphQLError):
        origin = origin.original_error
    return origin is not None


def _cut(message: str) -> str:
    """Return a message of graphql-core without the values that it was given: they may be secret.

    What is left may still repeat long names.
    """
    for repetition, rest in REPETITIONS:
        message = repetition.sub(rest, message)
    return message if len(message) <= LONGEST else message[: LONGEST - 1] + "…"


def _extensions(error: ArgosyError, request_id: str) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": error.code.value, "requestId": request_id}
    if error.field is not None:
        extensions["field"] = error.field
    if isinstance(error, RateLimited):
        extensions["retryAfter"] = error.retry_seconds
    return extensions
