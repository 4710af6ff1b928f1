"""GraphQL over a WebSocket: the protocol graphql-transport-ws."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import Any
from uuid import uuid4

import structlog
from graphql import GraphQLError, OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from argosy.http.authentication import Authenticator
from argosy.http.graphql.errors import (
    RequestRefused,
    StreamFailed,
    show_error,
    show_failures,
    show_refusal,
)
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.messages import (
    SUBPROTOCOL,
    CloseCode,
    Closed,
    Message,
    read_message,
    write_message,
)
from argosy.http.graphql.request import GraphQLRequest, read_object
from schema.types.context import Context, Services
from services.access.identity import Identity
from services.errors import ArgosyError, ErrorCode, InvalidInput, Unauthorized
from services.metrics import Metrics

INIT_SECONDS = 10.0


log = structlog.get_logger(__name__)


class WebSocketEndpoint:
    """Holds the conversations with clients."""

    def __init__(
        self,
        *,
        executor: Executor,
        services: Services,
        authenticator: Authenticator,
        metrics: Metrics,
        most_operations: int,
        init_seconds: float = INIT_SECONDS,
    ) -> None:
        self.executor = executor
        self.services = services
        self.authenticator = authenticator
        self.metrics = metrics
        self.most_operations = most_operations
        self.init_seconds = init_seconds

    async def hold(self, websocket: WebSocket) -> None:
        """Hold one conversation to its end."""
        if SUBPROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            code = CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE
            await websocket.close(code, "Subprotocol not acceptable")
            return
        await websocket.accept(subprotocol=SUBPROTOCOL)
        with self.metrics.connections.track_inprogress():
            await _Conversation(self, websocket).hold()


class _Conversation:
    """One socket and the operations that run on it."""

    def __init__(self, endpoint: WebSocketEndpoint, websocket: WebSocket) -> None:
        self._endpoint = endpoint
        self._socket = websocket
        self._identity: Identity | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def hold(self) -> None:
        """Talk until one side has had enough."""
        closed: Closed | None = None
        try:
            async with asyncio.timeout(self._endpoint.init_seconds) as self._waiting:
                while True:
                    await self._take(read_message(await self._receive()))
        except TimeoutError:
            code = CloseCode.INITIALISATION_TIMEOUT
            closed = Closed(code, "Connection initialisation timeout")
        except Closed as reason:
            closed = reason
        except WebSocketDisconnect:
            pass
        except Exception as error:
            known = isinstance(error, ArgosyError)
            if not known:
                log.exception("websocket.crashed")
            closed = Closed(CloseCode.INTERNAL_ERROR, str(error) if known else "Internal error")
        finally:
            await self._end_operations()
        if closed is not None and self._socket.client_state is WebSocketState.CONNECTED:
            await self._socket.close(closed.code, closed.reason)

    async def _receive(self) -> str | None:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1006))
        text = message.get("text")
        return text if isinstance(text, str) else None

    async def _take(self, message: Message) -> None:
        match message.type:
            case "connection_init":
                await self._initialise(message.payload or {})
            case "ping":
                await self._send("pong", payload=message.payload)
            case "subscribe":
                await self._subscribe(str(message.id), message.payload or {})
            case "complete":
                if operation := self._operations.pop(str(message.id), None):
                    operation.cancel()

    async def _initialise(self, payload: Mapping[str, object]) -> None:
        if self._identity is not None:
            code = CloseCode.TOO_MANY_INITIALISATIONS
            raise Closed(code, "Too many initialisation requests")
        # What a browser cannot send as a header stands in the payload.
        given = {name.lower(): str(value) for name, value in payload.items()}
        try:
            self._identity = await self._endpoint.authenticator.identify(self._socket, given)
        except Unauthorized:
            raise Closed(CloseCode.FORBIDDEN, "Forbidden") from None
        self._waiting.reschedule(None)
        await self._send("connection_ack")

    async def _subscribe(self, key: str, payload: dict[str, object]) -> None:
        if self._identity is None:
            raise Closed(CloseCode.UNAUTHORIZED, "Unauthorized")
        if key in self._operations:
            raise Closed(CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {key} already exists")
        try:
            request = read_object(payload, what="The payload")
        except InvalidInput as error:
            raise Closed(CloseCode.BAD_MESSAGE, error.message) from None
        context = Context(
            self._identity,
            self._endpoint.services,
            uuid4().hex,
            self._socket.scope["state"]["caller"],
        )
        if len(self._operations) >= self._endpoint.most_operations:
            most = self._endpoint.most_operations
            message = f"One connection runs {most} operations at most; open another."
            refused = InvalidInput(message, code=ErrorCode.LIMIT_REACHED)
            await self._send("error", key, [show_error(refused, context.request_id)])
            return
        task = asyncio.create_task(self._operate(key, request, context), name=f"operation {key}")
        self._operations[key] = task

    async def _operate(self, key: str, request: GraphQLRequest, context: Context) -> None:
        """Run one operation to its end; whatever goes wrong in it stays its own."""
        request_id = context.request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)  # of this task alone
        errors: list[dict[str, Any]] = []
        try:
            await self._run(key, request, context)
        except RequestRefused as refusal:
            errors = show_refusal(refusal, request_id)
        except ArgosyError as error:
            errors = [show_error(error, request_id)]
        except StreamFailed as failed:
            errors = show_failures(failed.errors, request_id)
        except WebSocketDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - one bad operation must not end its neighbours
            unforeseen = GraphQLError("Internal error", original_error=error)
            errors = show_failures([unforeseen], request_id)
        if self._operations.get(key) is not asyncio.current_task():
            return  # the client has ended it, and may use the id again
        del self._operations[key]
        with suppress(WebSocketDisconnect):
            if errors:
                await self._send("error", key, errors)
            else:
                await self._send("complete", key)

    async def _run(self, key: str, request: GraphQLRequest, context: Context) -> None:
        executor = self._endpoint.executor
        operation = executor.prepare(request)
        if operation.type is not OperationType.SUBSCRIPTION:
            await self._send("next", key, await executor.run(operation, request, context))
            return
        # A client that reads slowly makes this wait, and its source is bounded.
        async with aclosing(await executor.begin(operation, request, context)) as responses:
            async for response in responses:
                await self._send("next", key, response)

    async def _send(self, kind: str, key: str | None = None, payload: object = None) -> None:
        await self._socket.send_text(write_message(kind, key, payload))

    async def _end_operations(self) -> None:
        operations = list(self._operations.values())
        for operation in operations:
            operation.cancel()
        await asyncio.gather(*operations, return_exceptions=True)
