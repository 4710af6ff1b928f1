"""A piece of work in SQLite's transaction: in the thread of the connection, or on the loop.

Each statement that the loop hands to the connection's thread costs two changes of thread, and
that is more than SQLite takes for it. Work awaits nothing but its transaction; so all of a
group is done in that thread at one go, by a transaction that never suspends. Work that wants
more (Tortoise's models) is taken back and done on the loop, at its place among the others.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from tortoise import BaseDBAsyncClient
from tortoise.backends.sqlite.client import SqliteTransactionWrapper
from tortoise.exceptions import IntegrityError, OperationalError

from services.store.rows import Row, for_sqlite
from services.store.store import Companion, NewEvent, Work, write_events

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a piece of work: its result or its error, and the calls that it asked for."""

    result: object = None
    error: Exception | None = None
    calls: Sequence[Callable[[], None]] = ()
    has_events: bool = False


class NotBegun(Exception):
    """The transaction could not begin, and why."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NeedsLoop(BaseException):
    """The work wants more than statements. No `Exception`: work must not catch it."""


class _Recording:
    """What both transactions keep until the work is done."""

    dialect = "sqlite"

    def __init__(self) -> None:
        self.events: list[NewEvent] = []
        self.calls: list[Callable[[], None]] = []

    def record(self, event: NewEvent) -> None:
        self.events.append(event)

    def after_commit(self, call: Callable[[], None]) -> None:
        self.calls.append(call)


class ThreadTransaction(_Recording):
    """What work sees in the connection's thread: nothing in it ever suspends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection

    @property
    def client(self) -> BaseDBAsyncClient:
        raise NeedsLoop

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        try:
            given = [for_sqlite(value) for value in values]
            # Fetched whatever it is: a statement that is not read to its end stays open.
            return self._connection.execute(statement, given).fetchall()
        except sqlite3.Error as error:
            raise _as_tortoise(error) from error

    async def execute(self, statement: str, *values: object) -> None:
        await self.fetch(statement, *values)

    async def execute_many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        try:
            self._connection.executemany(
                statement, [[for_sqlite(v) for v in row] for row in values]
            )
        except sqlite3.Error as error:
            raise _as_tortoise(error) from error


class LoopTransaction(_Recording):
    """What work sees on the event loop: each statement goes to the connection's thread."""

    def __init__(self, client: SqliteTransactionWrapper) -> None:
        super().__init__()
        self.client: BaseDBAsyncClient = client
        self.transaction = client

    @property
    def is_open(self) -> bool:
        """Whether SQLite has not taken the transaction back."""
        return bool(self.transaction._connection.in_transaction)  # noqa: SLF001 - nobody else knows

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        _, rows = await self.client.execute_query(statement, [for_sqlite(v) for v in values])
        return rows

    async def execute(self, statement: str, *values: object) -> None:
        await self.fetch(statement, *values)

    async def execute_many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        await self.client.execute_many(statement, [[for_sqlite(v) for v in row] for row in values])


def go_on(
    connection: sqlite3.Connection,
    works: Sequence[Work[Any]],
    done: list[Done],
    companions: Sequence[Companion],
) -> None:
    """Do `works` from where `done` ends, up to one that needs the loop; commit after the last.

    Runs in the connection's thread. Raises `NotBegun`, or what made an end of the transaction;
    then nothing of it is written.
    """
    if not done:
        _begin(connection)
    try:
        for work in works[len(done) :]:
            done.append(_attempt(connection, work, companions))  # noqa: PERF401 - the next one may need the loop
        connection.commit()
    except NeedsLoop:
        return
    except BaseException:
        with suppress(Exception):
            connection.rollback()
        raise


async def do_on_loop(
    client: SqliteTransactionWrapper, work: Work[Any], companions: Sequence[Companion]
) -> Done:
    """Do a piece of work in the transaction of `client`. Raises if that made an end of it."""
    transaction = LoopTransaction(client)
    try:
        await client.savepoint()
        result = await work(transaction)
        if transaction.events:
            await write_events(transaction, transaction.events, companions)
        await client.release_savepoint()
    except Exception as error:
        if not transaction.is_open:
            raise
        await client.savepoint_rollback()
        return Done(error=error)
    return Done(result, calls=transaction.calls, has_events=bool(transaction.events))


def _begin(connection: sqlite3.Connection) -> None:
    try:
        # IMMEDIATE: a deferred transaction that reads first fails at its first write if
        # the command line wrote meanwhile, and no busy timeout helps.
        connection.execute("BEGIN IMMEDIATE")
    except Exception as error:
        raise NotBegun(error) from error


def _attempt(
    connection: sqlite3.Connection, work: Work[Any], companions: Sequence[Companion]
) -> Done:
    transaction = ThreadTransaction(connection)
    connection.execute("SAVEPOINT piece")
    try:
        result = _finish(work(transaction))
        if transaction.events:
            _finish(write_events(transaction, transaction.events, companions))
        connection.execute("RELEASE piece")
    except NeedsLoop:
        connection.execute("ROLLBACK TO piece")  # an error where there is no transaction any more
        connection.execute("RELEASE piece")
        raise
    except Exception as error:
        if not connection.in_transaction:
            raise
        connection.execute("ROLLBACK TO piece")
        connection.execute("RELEASE piece")
        return Done(error=error)
    return Done(result, calls=transaction.calls, has_events=bool(transaction.events))


def _finish(awaitable: Awaitable[T]) -> T:
    """Return the result of what does not suspend; whatever does needs the loop."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    steps.close()
    raise NeedsLoop


def _as_tortoise(error: sqlite3.Error) -> Exception:
    """Return the error as Tortoise tells it: whoever catches it need not know who ran the work."""
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(error)
    return OperationalError(error) if isinstance(error, sqlite3.OperationalError) else error
