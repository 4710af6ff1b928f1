"""GraphQL as server-sent events: the protocol graphql-sse, with a connection for each operation.

The protocol: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from argosy.http.connection import ABORT_SECONDS
from argosy.http.graphql.errors import (
    RequestRefused,
    show_error,
    show_failures,
    show_refusal,
)
from schema.types.context import Context
from services.errors import ArgosyError, Unauthorized

EVENT_STREAM = "text/event-stream"
HEARTBEAT_SECONDS = 12.0  # less than what proxies wait for, and what clients do
HEARTBEAT = b":\n\n"
RETRY_MILLISECONDS = 2000
# Some proxies and browsers give nothing on before they have a few kilobytes.
BEGINNING = b":" + b" " * 2048 + b"\n" + f"retry: {RETRY_MILLISECONDS}\n\n".encode()
COMPLETE = b"event: complete\ndata:\n\n"  # without `data` browsers would not tell of it
HEADERS = {
    "Cache-Control": "no-cache, no-transform",  # what is compressed on the way is held back
    "X-Accel-Buffering": "no",
}

Answers = AsyncGenerator[dict[str, Any], None]


class Following:
    """That somebody follows something: what is held for it, and why it is over, if it is."""

    def __init__(self) -> None:
        self.held = ExitStack()  # to be closed at the end
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def leave(self, reason: str) -> None:
        """End it: whoever follows may no longer."""
        if not self.over.done():
            self.over.set_result(reason)


class EventStream(Response):
    """Sends what an operation gives, as it comes, until it ends or the client goes.

    A client that reads slowly makes the operation wait, and its source is bounded; one that
    reads nothing is cut off by its connection.
    """

    media_type = EVENT_STREAM

    def __init__(
        self, answers: Answers, context: Context, following: Following | None = None
    ) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._answers = answers
        self._context = context
        self._following = following or Following()
        self._is_sending = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        over = self._following.over
        abort = scope["state"]["abort"]
        over.add_done_callback(lambda _: over.get_loop().call_later(ABORT_SECONDS, abort))
        with self._following.held:
            await self._stream(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        over = self._following.over
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        await send(_part(BEGINNING))
        pump = asyncio.create_task(self._pump(send), name="event stream")
        gone = asyncio.create_task(_left(receive), name="event stream's client")
        scope["state"]["stop"] = pump.cancel  # for when the server stops
        ends: set[asyncio.Future[Any]] = {pump, gone, over}
        try:
            while not any(end.done() for end in ends):
                done, _ = await asyncio.wait(
                    ends, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if not done and not self._is_sending:
                    await send(_part(HEARTBEAT))
        finally:
            pump.cancel()
            gone.cancel()
            await asyncio.gather(pump, gone, return_exceptions=True)
        await send(_part(self._goodbye(over.result()) if over.done() else b"", is_last=True))

    def _goodbye(self, reason: str) -> bytes:
        error = show_error(Unauthorized(reason), self._context.request_id)
        return _next({"errors": [error]}) + COMPLETE

    async def _pump(self, send: Send) -> None:
        async with aclosing(self._frames()) as frames:
            async for frame in frames:
                self._is_sending = True
                await send(_part(frame))
                self._is_sending = False

    async def _frames(self) -> AsyncGenerator[bytes, None]:
        request_id = self._context.request_id
        try:
            async with aclosing(self._answers) as answers:
                async for answer in answers:
                    yield _next(answer, self._context.event_id)
        except RequestRefused as refusal:
            yield _next({"errors": show_refusal(refusal, request_id)})
        except ArgosyError as error:
            yield _next({"errors": [show_error(error, request_id)]})
        except Exception as error:  # noqa: BLE001 - the answer has begun: it is told in its place
            unforeseen = GraphQLError("Internal error", original_error=error)
            yield _next({"errors": show_failures([unforeseen], request_id)})
        yield COMPLETE


async def once(answer: dict[str, Any]) -> Answers:
    """Yield what a query or a mutation gives."""
    yield answer


def _next(answer: dict[str, Any], event_id: str | None = None) -> bytes:
    head = b"" if event_id is None else f"id: {event_id}\n".encode()
    return b"event: next\n%bdata: %b\n\n" % (head, orjson.dumps(answer))


def _part(body: bytes, *, is_last: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": not is_last}


async def _left(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
