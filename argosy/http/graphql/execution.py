"""Executing operations."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from inspect import isawaitable
from typing import Any, cast

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    create_source_event_stream,
    execute,
    execute_subscription_event,
)
from graphql import Executor as Execution
from strawberry.execution import optimized_is_awaitable

from argosy.http.graphql.documents import Documents, Operation
from argosy.http.graphql.errors import RequestRefused, StreamFailed, show_failures
from argosy.http.graphql.persisted import PersistedDocuments
from argosy.http.graphql.request import GraphQLRequest
from argosy.http.graphql.rules.limits import COST
from schema.types.context import Context
from services.errors import ErrorCode, Forbidden, InvalidInput, Unauthorized
from services.metrics import Metrics

Response = dict[str, Any]

MOST_ERRORS = 10  # about variables: each shows the whole value, which may be large


class Executor:
    """Executes what was read and validated."""

    def __init__(
        self,
        *,
        schema: GraphQLSchema,
        metrics: Metrics,
        most_subscriptions: int,
        introspection: bool,
        persisted: PersistedDocuments,
    ) -> None:
        self._schema = schema
        self._metrics = metrics
        self.most_subscriptions = most_subscriptions  # of one user, over all connections
        self._subscriptions: Counter[int] = Counter()
        self.introspection = introspection
        self._documents = Documents(schema)
        self._persisted = persisted
        self._turn = asyncio.Lock()

    def forget_documents(self) -> int:
        """Read every document anew; return how many were remembered, by their hashes too."""
        return self._documents.clear() + self._persisted.clear()

    def whole(self, request: GraphQLRequest, *, is_stranger: bool = False) -> GraphQLRequest:
        """Return the request with its document, where it has but a hash; raise `RequestRefused`."""
        try:
            return self._persisted.whole(request, is_stranger=is_stranger)
        except RequestRefused:
            self._metrics.operations.labels(type="unknown", outcome="refused").inc()
            raise

    def examine(self, text: str) -> str | None:
        """Read a document ahead of time, and return what is wrong with it, if anything."""
        try:
            self._documents.read(text)
        except RequestRefused as refusal:
            return "; ".join(error.message for error in refusal.errors)
        return None

    async def prepare(self, request: GraphQLRequest) -> Operation:
        """Return the operation that `request` means; raise `RequestRefused`.

        New documents are read one after another, and between two of them everybody else has a
        turn: many that are large, sent at once, hold nobody up for longer than a few do.
        """
        try:
            operation = await self._read(request)
        except RequestRefused:
            self._metrics.operations.labels(type="unknown", outcome="refused").inc()
            raise
        self._persisted.keep(request)
        return operation

    async def _read(self, request: GraphQLRequest) -> Operation:
        if self._documents.knows(request):
            return self._documents.operation(request)
        async with self._turn:
            await asyncio.sleep(0)
            try:
                return self._documents.operation(request)
            finally:
                await asyncio.sleep(0)

    async def run(
        self, operation: Operation, request: GraphQLRequest, context: Context
    ) -> Response:
        """Execute a query or mutation; raise `RequestRefused` for bad variables."""
        self._check_introspection(operation, context)
        result = execute(
            self._schema,
            operation.document,
            context_value=context,
            variable_values=request.variables,
            operation_name=request.operation_name,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=True,
            max_coercion_errors=MOST_ERRORS,
        )
        if isawaitable(result):
            result = await result
        response = self._show(result, operation, context)
        outcome = "failed" if "errors" in response else "done"
        self._metrics.operations.labels(type=operation.type.value, outcome=outcome).inc()
        return response

    async def begin(
        self,
        operation: Operation,
        request: GraphQLRequest,
        context: Context,
        turns: AbstractAsyncContextManager[Any] | None = None,
    ) -> AsyncGenerator[Response, None]:
        """Begin a subscription and return its responses, which raise what its source raises.

        Each is made within `turns`, if given, which ends when the next one is asked for: nothing
        is made for who has not taken what was made before.
        Raises `RequestRefused` for bad variables, `StreamFailed` where the stream did not come
        about, and `InvalidInput` where the user follows as much as one may.
        """
        self._check_introspection(operation, context)
        if self._subscriptions[context.identity.user_id] >= self.most_subscriptions:
            message = (
                f"One user runs {self.most_subscriptions} subscriptions at most: end some, or "
                "follow queueProgress and taskEvents in place of each task."
            )
            raise InvalidInput(message, code=ErrorCode.LIMIT_REACHED)
        execution = Execution.build(
            self._schema,
            operation.document,
            context_value=context,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            hide_suggestions=True,
            max_coercion_errors=MOST_ERRORS,
        )
        if isinstance(execution, list):
            raise self._refused(execution, operation.type)
        source = create_source_event_stream(execution)
        if isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            errors = source.errors or []
            if all(error.path is None for error in errors):
                raise self._refused(errors, operation.type)
            raise StreamFailed(errors)
        events = cast("AsyncGenerator[Any, None]", source)
        return self._follow(events, execution, operation, context, turns or nullcontext())

    def _check_introspection(self, operation: Operation, context: Context) -> None:
        if not operation.introspects:
            return
        if not self.introspection:
            message = (
                "This server does not describe its schema (`ARGOSY_INTROSPECTION`): ask whoever "
                "runs it, or read `graphql/schema.graphql` of its version."
            )
            raise Forbidden(message)
        if not context.identity.user_id:
            message = "Sign in to have the schema described."
            raise Unauthorized(message)

    async def _follow(
        self,
        events: AsyncGenerator[Any, None],
        execution: Execution[Any],
        operation: Operation,
        context: Context,
        turns: AbstractAsyncContextManager[Any],
    ) -> AsyncGenerator[Response, None]:
        outcome, user_id = "failed", context.identity.user_id
        self._subscriptions[user_id] += 1
        try:
            with self._metrics.subscriptions.track_inprogress():
                async with aclosing(events):
                    async for event in events:
                        async with turns:
                            result = execute_subscription_event(
                                execution.build_per_event_executor(event)
                            )
                            if isawaitable(result):
                                result = await result
                            yield self._show(result, operation, context)
            outcome = "done"
        except (GeneratorExit, asyncio.CancelledError):
            outcome = "done"  # the client has had enough
            raise
        finally:
            self._subscriptions[user_id] -= 1
            self._metrics.operations.labels(type=operation.type.value, outcome=outcome).inc()

    def _show(self, result: ExecutionResult, operation: Operation, context: Context) -> Response:
        errors = result.errors or []
        if result.data is None and errors and all(error.path is None for error in errors):
            raise self._refused(errors, operation.type)
        cost = {"requested": operation.cost, "maximum": COST.most}
        response: Response = {"data": result.data, "extensions": {"cost": cost}}
        if errors:
            response["errors"] = show_failures(errors, context.request_id)
        return response

    def _refused(self, errors: Iterable[GraphQLError], kind: OperationType) -> RequestRefused:
        self._metrics.operations.labels(type=kind.value, outcome="refused").inc()
        return RequestRefused(errors, ErrorCode.INVALID_INPUT.value)
