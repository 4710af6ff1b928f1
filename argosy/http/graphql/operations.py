"""The operations that run on one WebSocket: bounded together, and otherwise each on its own."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import structlog
from graphql import GraphQLError, OperationType
from starlette.websockets import WebSocketDisconnect

from argosy.http.graphql.errors import (
    RequestRefused,
    StreamFailed,
    show_error,
    show_failures,
    show_refusal,
)
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.messages import Message
from argosy.http.graphql.request import GraphQLRequest
from schema.types.context import Context
from services.errors import ArgosyError, ErrorCode, InvalidInput

MOST_QUERIES = 4  # that are executed, or wait to be read, at a time
MOST_EVENTS = 4  # of subscriptions; a client that does not read is owed no more than these
# Of what asks for all that runs, in letters. Those of documents count several times: what is
# made of a document is some 300 times as large, and what is made of variables 20 to 40 times.
MOST_WEIGHT = 220_000
TIMES = 8
DENSEST = 4500  # letters of a document; one that is longer has no more signs in it

Send = Callable[[str, str, object], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Running:
    """An operation, and what it weighs."""

    task: asyncio.Task[None]
    weight: int


class Operations:
    """Starts operations and ends them, and sends what they give."""

    def __init__(self, *, executor: Executor, most: int, send: Send) -> None:
        self._executor = executor
        self._most = most
        self._send = send
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # with those that were completed just now
        self._queries = asyncio.Semaphore(MOST_QUERIES)
        self._events = asyncio.Semaphore(MOST_EVENTS)

    def __contains__(self, key: str) -> bool:
        return key in self._running

    async def start(
        self, key: str, message: Message, request: GraphQLRequest, context: Context
    ) -> None:
        """Start an operation, or say why not."""
        allowance = context.allowance
        weight = message.size + TIMES * min(len(request.query), DENSEST)
        if refused := (allowance and allowance.refusal) or self._refusal(weight):
            await self._send("error", key, [show_error(refused, context.request_id)])
            return
        while len(self._tasks) >= 2 * self._most:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._operate(key, request, context), name=f"operation {key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._running[key] = _Running(task, weight)

    def complete(self, key: str) -> None:
        """End an operation that the client has had enough of, if it runs."""
        if running := self._running.pop(key, None):
            running.task.cancel()

    def cancel(self) -> None:
        """End all of them."""
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Wait for the end of what was cancelled."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _refusal(self, weight: int) -> InvalidInput | None:
        if len(self._running) >= self._most:
            message = f"One connection runs {self._most} operations at most; open another."
            return InvalidInput(message, code=ErrorCode.LIMIT_REACHED)
        others = sum(running.weight for running in self._running.values())
        if others and weight + others > MOST_WEIGHT:
            message = (
                "The operations of this connection are too large together, documents and "
                "variables: wait until some have ended, or open another connection."
            )
            return InvalidInput(message, code=ErrorCode.LIMIT_REACHED)
        return None

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
        running = self._running.get(key)
        if running is None or running.task is not asyncio.current_task():
            return  # the client has ended it, and may use the id again
        del self._running[key]
        with suppress(WebSocketDisconnect):
            if errors:
                await self._send("error", key, errors)
            else:
                await self._send("complete", key, None)

    async def _run(self, key: str, request: GraphQLRequest, context: Context) -> None:
        operation = await self._executor.prepare(request)
        if operation.type is not OperationType.SUBSCRIPTION:
            async with self._queries:
                answer = await self._executor.run(operation, request, context)
                await self._send("next", key, answer)
            return
        # A client that reads slowly makes this wait, and its source is bounded.
        begun = await self._executor.begin(operation, request, context, self._events)
        async with aclosing(begun) as answers:
            async for answer in answers:
                await self._send("next", key, answer)
