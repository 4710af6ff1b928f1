"""GraphQL over HTTP, by the specification of that name: POST and GET at one address."""

from collections.abc import Callable

import structlog
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from argosy.http.answers import json_response
from argosy.http.authentication import Authenticator
from argosy.http.errors import BadRequest, headers_of, status_of
from argosy.http.graphql.errors import RequestRefused, show_error, show_refusal
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.request import GraphQLRequest, read_body, read_parameters
from argosy.http.negotiation import choose, preference
from schema.types.context import Context, Services
from services.errors import ArgosyError

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
LARGEST_BODY = 1_000_000  # bytes, and of a message over a WebSocket
CLIENT_LEFT = 499  # for the metrics: nobody reads that answer

log = structlog.get_logger(__name__)


class GraphQLEndpoint:
    """Answers GraphQL requests; a browser that wants a page gets the playground."""

    def __init__(
        self,
        *,
        executor: Executor,
        services: Services,
        authenticator: Authenticator,
        playground: Callable[[], Response],
    ) -> None:
        self._executor = executor
        self._services = services
        self._authenticator = authenticator
        self._playground = playground

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        if _wants_page(request):
            return self._playground()
        request_id = request.scope["state"]["request_id"]
        chosen = choose(request.headers, (JSON, GRAPHQL_JSON))
        kind = chosen[0] if chosen else JSON
        try:
            if chosen is None:
                message = f"Accept {GRAPHQL_JSON} or {JSON}: these are given here."
                raise BadRequest(406, message)  # noqa: TRY301 - shown like all the others
            identity = await self._authenticator.identify(request.headers)
            asked = await _read(request)
            context = Context(identity, self._services, request_id)
            body = await self._execute(asked, context, may_change=request.method == "POST")
            return json_response(body, media_type=kind)
        except RequestRefused as refusal:
            body = {"errors": show_refusal(refusal, request_id)}
            # Who asks for plain JSON by name is of the old school: 200 says that GraphQL
            # answered, and the errors are in the body (GraphQL over HTTP, section 6.4.1).
            old_school = chosen is not None and kind == JSON and chosen[1].is_named
            return json_response(body, 200 if old_school else 400, media_type=kind)
        except ArgosyError as error:
            body = {"errors": [show_error(error, request_id)]}
            return json_response(body, status_of(error), headers_of(error), kind)
        except ClientDisconnect:
            log.debug("graphql.left")
            return Response(status_code=CLIENT_LEFT)
        except Exception:
            log.exception("graphql.crashed")
            body = {"errors": [show_error(ArgosyError("Internal error"), request_id)]}
            return json_response(body, 500, media_type=kind)

    async def _execute(
        self, asked: GraphQLRequest, context: Context, *, may_change: bool
    ) -> dict[str, object]:
        operation = self._executor.prepare(asked)
        if operation.type is OperationType.SUBSCRIPTION:
            message = "Subscriptions run over a WebSocket (graphql-transport-ws) at this address."
            raise BadRequest(400, message)
        if operation.type is OperationType.MUTATION and not may_change:
            raise BadRequest(405, "A mutation is sent by POST.", allow="POST")
        return await self._executor.run(operation, asked, context)


async def _read(request: Request) -> GraphQLRequest:
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
    return read_body(await _body(request))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise BadRequest(413, f"The body is larger than {LARGEST_BODY} bytes.")
    return bytes(body)


def _wants_page(request: Request) -> bool:
    return (
        request.method != "POST"
        and "query" not in request.query_params
        and preference(request.headers, "accept", "text/html", absent=0.0).is_named
    )
