"""PostgreSQL: a pool of connections, a transaction for each piece of work."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import structlog
from asyncpg import InterfaceError, PostgresError
from asyncpg.exceptions import TransactionRollbackError
from tortoise import BaseDBAsyncClient
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError

from services.errors import Unavailable
from services.store.context import Surroundings
from services.store.credentials import connection
from services.store.gate import Gate
from services.store.rows import Row, numbered
from services.store.store import Companion, NewEvent, Work, run_all, write_events

T = TypeVar("T")

log = structlog.get_logger(__name__)

TRIES = 5  # of work that the server rolls back because others were in its way

# Held from the numbering of events to the commit, so that numbers appear in their order.
EVENT_LOCK = 0x4172676F7379


class PostgresTransaction:
    """A piece of work in a transaction of its own."""

    dialect = "postgres"

    def __init__(self, client: TransactionWrapper) -> None:
        self.client: BaseDBAsyncClient = client
        self.transaction = client
        self.events: list[NewEvent] = []
        self.calls: list[Callable[[], None]] = []

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        return await self.client.execute_query_dict(numbered(statement), list(values))

    async def execute(self, statement: str, *values: object) -> None:
        await self.client.execute_query(numbered(statement), list(values))

    async def execute_many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        await self.client.execute_many(numbered(statement), [list(row) for row in values])

    def record(self, event: NewEvent) -> None:
        self.events.append(event)

    def after_commit(self, call: Callable[[], None]) -> None:
        self.calls.append(call)


class PostgresStore:
    """The store of an installation that may grow to several hosts."""

    dialect = "postgres"

    _surroundings: Surroundings  # these two from `open` on
    _pool: AsyncpgDBClient

    def __init__(self, url: str) -> None:
        self._url = url
        self._running: set[asyncio.Task[object]] = set()
        self._watchers: list[Callable[[], None]] = []
        self._companions: list[Companion] = []
        self.failures = 0
        self.gate = Gate()

    async def open(self) -> None:
        self._surroundings = await Surroundings.enter({"default": connection(self._url)})
        self._pool = cast("AsyncpgDBClient", self._surroundings.client("default"))

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        try:
            rows = await self._pool.execute_query_dict(numbered(statement), list(values))
        except _FAULTS as error:
            raise self._unavailable(error) from error
        return cast("Sequence[Row]", rows)

    async def write(self, work: Work[T]) -> T:
        self.gate.check()
        # A task of its own: a caller who goes away must not cut a commit in two.
        task = self._surroundings.start(self._transact(work), "store write")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    def watch(self, call: Callable[[], None]) -> None:
        self._watchers.append(call)

    def accompany(self, companion: Companion) -> None:
        self._companions.append(companion)

    async def close(self) -> None:
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._surroundings.leave()

    async def _transact(self, work: Work[T]) -> T:
        try:
            transaction, result = await self._retried(work)
        except IntegrityError:
            raise  # a row that breaks a rule of its table: the caller's affair
        except _FAULTS as error:
            raise self._unavailable(error) from error
        run_all([*transaction.calls, *(self._watchers if transaction.events else ())])
        return result

    async def _retried(self, work: Work[T]) -> tuple[PostgresTransaction, T]:
        for _ in range(TRIES - 1):
            try:
                return await self._committed(work)
            except TransactionRollbackError as error:  # a deadlock, and we are its victim
                log.info("store.again", reason=str(error))
        return await self._committed(work)

    async def _committed(self, work: Work[T]) -> tuple[PostgresTransaction, T]:
        async with self._pool._in_transaction() as client:  # noqa: SLF001 - its public door asks a global
            transaction = PostgresTransaction(cast("TransactionWrapper", client))
            result = await work(transaction)
            if transaction.events:
                await transaction.fetch("SELECT pg_advisory_xact_lock(?)", EVENT_LOCK)
                await write_events(transaction, transaction.events, self._companions)
        return transaction, result

    def _unavailable(self, error: BaseException) -> Unavailable:
        log.error("store.failed", reason=str(error))
        self.failures += 1
        message = "The database cannot do this now. The log says why; is PostgreSQL running?"
        return Unavailable(message)


_FAULTS = (OperationalError, DBConnectionError, PostgresError, InterfaceError, OSError)
