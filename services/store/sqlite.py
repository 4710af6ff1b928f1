"""SQLite: one writer that groups commits, one reader beside it.

Every write is durable when it is answered (`synchronous=FULL`), and that costs an fsync.
So the writer takes all the work that is waiting into one transaction, each piece behind a
savepoint of its own, and answers all of it after one commit. Where the disk is full, SQLite
takes the whole transaction back, savepoints or not: then each piece is done again by itself.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import structlog
from tortoise import BaseDBAsyncClient
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.exceptions import IntegrityError, OperationalError

from services.errors import Unavailable
from services.store.context import Surroundings
from services.store.rows import Row, for_sqlite
from services.store.store import INSERT_EVENT, NewEvent, Work, event_rows, run_all

T = TypeVar("T")

GROUP = 128  # pieces of work in one commit, at most

log = structlog.get_logger(__name__)


def connection(path: Path, **pragmas: str | int) -> dict[str, object]:
    """Return the settings of a connection to the database in `path`."""
    return {
        "engine": "tortoise.backends.sqlite",
        "credentials": {
            "file_path": str(path),
            "journal_mode": "WAL",
            "synchronous": "FULL",
            "busy_timeout": 10_000,
            "foreign_keys": "ON",
            **pragmas,
        },
    }


class SqliteTransaction:
    """A piece of work in the writer's transaction."""

    def __init__(self, client: SqliteTransactionWrapper) -> None:
        self.client: BaseDBAsyncClient = client
        self.transaction = client
        self.events: list[NewEvent] = []
        self.calls: list[Callable[[], None]] = []

    @property
    def is_open(self) -> bool:
        """Whether SQLite has not taken the transaction back."""
        return bool(self.transaction._connection.in_transaction)  # noqa: SLF001 - nobody else knows

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        _, rows = await self.client.execute_query(statement, [for_sqlite(v) for v in values])
        return rows

    async def execute(self, statement: str, *values: object) -> None:
        await self.client.execute_query(statement, [for_sqlite(v) for v in values])

    async def execute_many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        await self.client.execute_many(statement, [[for_sqlite(v) for v in row] for row in values])

    def record(self, event: NewEvent) -> None:
        self.events.append(event)

    def after_commit(self, call: Callable[[], None]) -> None:
        self.calls.append(call)


class _Piece:
    """Work that waits for the writer, and whoever waits for its result."""

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()


class SqliteStore:
    """The store of an installation on one machine."""

    dialect = "sqlite"

    _surroundings: Surroundings  # these four from `open` on
    _reader: SqliteClient
    _writer: SqliteClient
    _task: asyncio.Task[None]

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: asyncio.Queue[_Piece | None] = asyncio.Queue()

    async def open(self) -> None:
        connections = {
            "default": connection(self._path),
            "reader": connection(self._path, query_only="ON"),
        }
        self._surroundings = await Surroundings.enter(connections)
        self._reader = cast("SqliteClient", self._surroundings.client("reader"))
        self._writer = cast("SqliteClient", self._surroundings.client("default"))
        self._task = self._surroundings.start(self._write_forever(), "store writer")

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        try:
            _, rows = await self._reader.execute_query(statement, [for_sqlite(v) for v in values])
        except _FAULTS as error:
            raise _unavailable(error) from error
        return cast("Sequence[Row]", rows)

    async def write(self, work: Work[T]) -> T:
        if self._task.done():
            raise _stopping()
        piece = _Piece(work)
        self._waiting.put_nowait(piece)
        return cast("T", await piece.answer)

    async def close(self) -> None:
        self._waiting.put_nowait(None)
        await self._task
        await self._reader.close()  # whoever is last puts the log away, and it may not write
        await self._surroundings.leave()

    async def _write_forever(self) -> None:
        while True:
            group = [await self._waiting.get()]
            while len(group) < GROUP and not self._waiting.empty():
                group.append(self._waiting.get_nowait())
            # Nobody waits any more for what was abandoned before it began.
            pieces = [p for p in group if p is not None and not p.answer.done()]
            if pieces:
                await self._commit(pieces)
            if None in group:
                break
        while not self._waiting.empty():
            if piece := self._waiting.get_nowait():
                _fail(piece, _stopping())

    async def _commit(self, pieces: list[_Piece]) -> None:
        """Do these pieces in one transaction and answer them; one by one where that fails."""
        client = SqliteTransactionWrapper(self._writer)
        try:
            await self._begin(client)
        except Exception as error:  # noqa: BLE001 - it belongs to the callers
            # Another process has the database: each of them would wait as long as this did.
            for piece in pieces:
                _fail(piece, error)
            return
        try:
            done = await self._transact(client, pieces)
        except Exception as error:  # noqa: BLE001 - it belongs to the caller
            if len(pieces) == 1:
                _fail(pieces[0], error)
                return
            for piece in pieces:
                if not piece.answer.done():
                    await self._commit([piece])
            return
        for piece, transaction, result in done:
            if isinstance(result, Exception):
                _fail(piece, result)
                continue
            run_all(transaction.calls)
            if not piece.answer.done():
                piece.answer.set_result(result)

    async def _transact(
        self, client: SqliteTransactionWrapper, pieces: list[_Piece]
    ) -> list[tuple[_Piece, SqliteTransaction, object]]:
        """Commit all pieces that can be done, and return each with its result or its error."""
        done: list[tuple[_Piece, SqliteTransaction, object]] = []
        try:
            for piece in pieces:
                transaction = SqliteTransaction(client)
                try:
                    result = await self._attempt(transaction, piece.work)
                except Exception as error:
                    if not transaction.is_open:
                        raise
                    result = error
                done.append((piece, transaction, result))
            await client.commit()
        except BaseException:
            with suppress(Exception):
                await client.rollback()
            raise
        return done

    async def _begin(self, client: SqliteTransactionWrapper) -> None:
        await self._writer.create_connection(with_db=True)  # does nothing once there is one
        client._connection = cast("Any", self._writer._connection)  # noqa: SLF001 - as Tortoise does
        # IMMEDIATE: a deferred transaction that reads first fails at its first write if
        # the command line wrote meanwhile, and no busy timeout helps.
        await client.execute_query("BEGIN IMMEDIATE")

    async def _attempt(self, transaction: SqliteTransaction, work: Work[T]) -> T:
        await transaction.transaction.savepoint()
        try:
            result = await work(transaction)
            if transaction.events:
                await transaction.execute_many(INSERT_EVENT, event_rows(transaction.events))
            await transaction.transaction.release_savepoint()
        except BaseException:
            if transaction.is_open:
                await transaction.transaction.savepoint_rollback()
            raise
        return result


_FAULTS = (OperationalError, sqlite3.Error, MemoryError)


def _fail(piece: _Piece, error: Exception) -> None:
    if not piece.answer.done():
        # A row that breaks a rule of its table is the caller's affair, not the database's.
        fault = isinstance(error, _FAULTS) and not isinstance(error, IntegrityError)
        piece.answer.set_exception(_unavailable(error) if fault else error)


def _stopping() -> Unavailable:
    message = "The server is stopping."
    return Unavailable(message)


def _unavailable(error: Exception) -> Unavailable:
    log.error("store.failed", reason=str(error))
    message = "The database cannot do this now. The log says why; look at the disk."
    return Unavailable(message)
