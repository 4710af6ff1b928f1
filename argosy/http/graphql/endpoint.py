"""GraphQL over HTTP, by the specification of that name: POST and GET at one address."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace

import structlog
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from argosy.http.allowances import Allowances, allowance_of
from argosy.http.answers import json_response
from argosy.http.errors import BadRequest, headers_of, status_of
from argosy.http.graphql.caching import Caching
from argosy.http.graphql.documents import Operation
from argosy.http.graphql.errors import (
    RequestRefused,
    StreamFailed,
    show_error,
    show_failures,
    show_refusal,
)
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.gate import LARGEST as LARGEST_OF_ANYBODY
from argosy.http.graphql.gate import Gate, is_worth_reading
from argosy.http.graphql.request import GraphQLRequest, read_body, read_parameters
from argosy.http.graphql.sse import EVENT_STREAM, EventStream, Following, once
from argosy.http.negotiation import choose, preference
from argosy.http.open_connections import OpenConnections
from schema.types.context import Context, Services
from services.access.identity import ANONYMOUS, Identity
from services.errors import ArgosyError, InvalidInput, Unauthorized

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
LARGEST_BODY = 1_000_000  # bytes
CLIENT_LEFT = 499  # for the metrics: nobody reads that answer

log = structlog.get_logger(__name__)


class GraphQLEndpoint:
    """Answers GraphQL requests; a browser that wants a page gets the playground."""

    def __init__(
        self,
        *,
        executor: Executor,
        services: Services,
        authenticator: Allowances,
        gate: Gate,
        connections: OpenConnections,
        playground: Callable[[Request], Awaitable[Response]],
        caching: Caching,
    ) -> None:
        self._executor = executor
        self._services = services
        self._authenticator = authenticator
        self._connections = connections
        self._playground = playground
        self._gate = gate
        self._caching = caching

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        if _wants_page(request):
            return await self._playground(request)
        request_id = request.scope["state"]["request_id"]
        chosen = choose(request.headers, _offered(request))
        # What goes wrong before a stream begins is told in JSON, with the status for it.
        kind = chosen[0] if chosen and chosen[0] != EVENT_STREAM else JSON
        try:
            return await self._answer(request, chosen and chosen[0], request_id)
        except RequestRefused as refusal:
            body = {"errors": show_refusal(refusal, request_id)}
            # Who asks for plain JSON by name is of the old school: 200 says that GraphQL
            # answered, and the errors are in the body (GraphQL over HTTP, section 6.4.1).
            old_school = chosen is not None and chosen[0] == JSON and chosen[1].is_named
            return json_response(body, 200 if old_school else 400, media_type=kind)
        except (ArgosyError, StreamFailed) as error:
            return _show(error, request_id, kind)
        except ClientDisconnect:
            log.debug("graphql.left")
            return Response(status_code=CLIENT_LEFT)
        except Exception:
            log.exception("graphql.crashed")
            body = {"errors": [show_error(ArgosyError("Internal error"), request_id)]}
            return json_response(body, 500, media_type=kind)

    async def _answer(self, request: Request, kind: str | None, request_id: str) -> Response:
        if kind is None:
            await self._authenticator.identify(request)
            message = f"Accept {GRAPHQL_JSON}, {JSON} or {EVENT_STREAM}: these are given here."
            raise BadRequest(406, message)
        identity, asked = await self._admit(request)
        operation = await self._executor.prepare(asked)
        if operation.type is OperationType.MUTATION and request.method != "POST":
            raise BadRequest(405, "A mutation is sent by POST.", allow="POST")
        last = request.headers.get("last-event-id") if kind == EVENT_STREAM else None
        caller = request.scope["state"]["caller"]
        context = Context(
            identity,
            self._services,
            request_id,
            caller,
            last or None,
            allowance_of(request.scope),
        )
        if operation.type is OperationType.SUBSCRIPTION:
            if kind != EVENT_STREAM:
                message = (
                    f"Subscriptions run at this address as {EVENT_STREAM}, or over a WebSocket "
                    "(graphql-transport-ws)."
                )
                raise BadRequest(400, message)
            return await self._follow(operation, asked, context)
        body = await self._executor.run(operation, asked, context)
        if kind == EVENT_STREAM:
            return EventStream(once(body), context)
        answer = json_response(body, media_type=kind)
        if request.method == "POST" or asked.sha256 is None or "errors" in body:
            return answer
        return self._caching.mark(request, answer)

    async def _admit(self, request: Request) -> tuple[Identity, GraphQLRequest]:
        """Return who asks and what; nobody asks only for what is open to all."""
        try:
            identity = await self._authenticator.identify(request)
        except Unauthorized as refusal:
            asked = await _read_of_anybody(request)
            if asked is None:
                raise refusal from None
            asked = self._executor.whole(asked, is_stranger=True)
            if not self._gate.lets_in(asked):
                raise refusal from None
            # What strangers send is not remembered for others.
            return ANONYMOUS, replace(asked, sha256=None)
        return identity, self._executor.whole(await _read(request))

    async def _follow(
        self, operation: Operation, asked: GraphQLRequest, context: Context
    ) -> Response:
        following = Following()
        with ExitStack() as held:
            held.enter_context(self._connections.of(context.identity, following.leave))
            answers = await self._executor.begin(operation, asked, context)
            following.held = held.pop_all()
        return EventStream(answers, context, following)


def _offered(request: Request) -> list[str]:
    """Return the media types that an answer may have; a stream is only for who asks for one."""
    wish = preference(request.headers, "accept", EVENT_STREAM, absent=0.0)
    wants_stream = wish.is_named and request.method != "HEAD"
    return [JSON, GRAPHQL_JSON, *([EVENT_STREAM] if wants_stream else [])]


def _show(error: ArgosyError | StreamFailed, request_id: str, kind: str) -> Response:
    if isinstance(error, ArgosyError):
        body = {"errors": [show_error(error, request_id)]}
        return json_response(body, status_of(error), headers_of(error), kind)
    reasons = (failure.original_error for failure in error.errors)
    known = [reason for reason in reasons if isinstance(reason, ArgosyError)]
    body = {"errors": show_failures(error.errors, request_id)}
    return json_response(body, status_of(known[0]) if known else 500, media_type=kind)


async def _read_of_anybody(request: Request) -> GraphQLRequest | None:
    """Return what is asked by somebody who has not proved who they are, if it is worth a look."""
    if not is_worth_reading(request):
        return None
    try:
        return await _read(request, LARGEST_OF_ANYBODY)
    except InvalidInput:
        return None


async def _read(request: Request, largest: int = LARGEST_BODY) -> GraphQLRequest:
    if request.method != "POST":
        return read_parameters(request.query_params)
    kind, *parameters = (
        word.strip().lower() for word in request.headers.get("content-type", "").split(";")
    )
    if kind != JSON:
        named = f"{kind[:60]!r}" if kind else "one without a type"
        raise BadRequest(415, f"The body should be {JSON}, not {named}.")
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")]
    if any(charset not in {"utf-8", "utf8"} for charset in charsets):
        raise BadRequest(415, "The body should be in UTF-8.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadRequest(415, "The body should not be compressed.")
    return read_body(await _body(request, largest))


async def _body(request: Request, largest: int) -> bytes:
    too_large = BadRequest(413, f"The body is larger than {largest} bytes.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > largest:
        raise too_large  # before any of it is read
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise too_large
    return bytes(body)


def _wants_page(request: Request) -> bool:
    return (
        request.method != "POST"
        and not {"query", "extensions"} & set(request.query_params)
        and preference(request.headers, "accept", "text/html", absent=0.0).is_named
    )
