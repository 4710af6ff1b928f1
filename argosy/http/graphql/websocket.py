"""GraphQL over a WebSocket: the protocol graphql-transport-ws."""

import asyncio
from collections.abc import Mapping
from uuid import uuid4

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from argosy.http.allowances import Allowances
from argosy.http.connection import ABORT_SECONDS
from argosy.http.graphql.errors import RequestRefused, show_refusal
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.messages import (
    SUBPROTOCOL,
    CloseCode,
    Closed,
    Message,
    read_message,
    write_message,
)
from argosy.http.graphql.operations import Operations
from argosy.http.graphql.request import read_object
from argosy.http.open_connections import OpenConnections
from schema.types.context import Context, Services
from services.access.caller import Caller
from services.access.identity import Identity
from services.access.limits.rate_limits import Allowance
from services.errors import InvalidInput, RateLimited, Unauthorized, Unavailable
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
        authenticator: Allowances,
        metrics: Metrics,
        connections: OpenConnections,
        most_operations: int,
        init_seconds: float = INIT_SECONDS,
    ) -> None:
        self.executor = executor
        self.services = services
        self.authenticator = authenticator
        self.metrics = metrics
        self.connections = connections
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
        self._speaking = asyncio.Lock()
        self._ended: Closed | None = None  # by this server, whatever is being done
        self._operations = Operations(
            executor=endpoint.executor, most=endpoint.most_operations, send=self._send
        )

    async def hold(self) -> None:
        """Talk until one side has had enough."""
        closed: Closed | None = None
        try:
            await self._talk()
        except TimeoutError:
            code = CloseCode.INITIALISATION_TIMEOUT
            closed = self._ended or Closed(code, "Connection initialisation timeout")
        except Closed as reason:
            closed = reason
        except (RateLimited, Unavailable) as error:
            closed = Closed(CloseCode.TRY_AGAIN_LATER, error.message)
        except WebSocketDisconnect:
            pass
        except Exception:
            log.exception("websocket.crashed")
            closed = Closed(CloseCode.INTERNAL_ERROR, "Internal error")
        finally:
            self._operations.cancel()
        if closed is not None and self._socket.client_state is WebSocketState.CONNECTED:
            await self._socket.close(closed.code, closed.reason)
        await self._operations.ended()

    def leave(self, reason: str) -> None:
        """Close, whatever is being done: who speaks here may no longer."""
        if self._ended is not None:
            return
        self._ended = Closed(CloseCode.FORBIDDEN, reason)
        loop = asyncio.get_running_loop()
        self._waiting.reschedule(loop.time())
        loop.call_later(ABORT_SECONDS, self._socket.scope["state"]["abort"])

    async def _talk(self) -> None:
        caller: Caller = self._socket.scope["state"]["caller"]
        connections = self._endpoint.connections
        async with asyncio.timeout(self._endpoint.init_seconds) as self._waiting:
            with connections.of_stranger(caller):
                identity = await self._introduction()
            with connections.of(identity, self.leave):
                await self._send("connection_ack")
                self._waiting.reschedule(None)
                while True:
                    message = await self._receive()
                    # Over the limit, nothing is started; what runs goes on, and can be ended.
                    allowance = await self._endpoint.authenticator.tally(identity, caller)
                    await self._take(message, identity, allowance)

    async def _introduction(self) -> Identity:
        """Return with whom this is, once they have said so."""
        while True:
            message = await self._receive()
            match message.type:
                case "connection_init":
                    return await self._identify(message.payload or {})
                case "ping":
                    await self._send("pong", payload=message.payload)
                case "subscribe":
                    raise Closed(CloseCode.UNAUTHORIZED, "Unauthorized")

    async def _identify(self, payload: Mapping[str, object]) -> Identity:
        # What a browser cannot send as a header stands in the payload; the payload goes first.
        given = {name.lower(): str(value) for name, value in payload.items()}
        try:
            return await self._endpoint.authenticator.identify(self._socket, given)
        except Unauthorized:
            raise Closed(CloseCode.FORBIDDEN, "Forbidden") from None

    async def _take(
        self, message: Message, identity: Identity, allowance: Allowance | None
    ) -> None:
        match message.type:
            case "connection_init":
                code = CloseCode.TOO_MANY_INITIALISATIONS
                raise Closed(code, "Too many initialisation requests")
            case "ping":
                await self._send("pong", payload=message.payload)
            case "subscribe":
                await self._subscribe(message, identity, allowance)
            case "complete":
                self._operations.complete(str(message.id))

    async def _subscribe(
        self, message: Message, identity: Identity, allowance: Allowance | None
    ) -> None:
        key = str(message.id)
        if key in self._operations:
            raise Closed(CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {key} already exists")
        try:
            request = read_object(message.payload, what="The payload")
        except InvalidInput as error:
            raise Closed(CloseCode.BAD_MESSAGE, error.message) from None
        request_id = uuid4().hex
        try:
            request = self._endpoint.executor.whole(request)
        except RequestRefused as refusal:
            await self._send("error", key, show_refusal(refusal, request_id))
            return
        context = Context(
            identity,
            self._endpoint.services,
            request_id,
            self._socket.scope["state"]["caller"],
            allowance=allowance,
        )
        await self._operations.start(key, message, request, context)

    async def _receive(self) -> Message:
        received = await self._socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1006))
        text = received.get("text")
        return read_message(text if isinstance(text, str) else None)

    async def _send(self, kind: str, key: str | None = None, payload: object = None) -> None:
        async with self._speaking:  # what waits for it is not written out yet, and small
            await self._socket.send_text(write_message(kind, key, payload))
