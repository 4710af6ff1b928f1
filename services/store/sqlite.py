"""SQLite: one writer that groups commits, one reader beside it.

Every write is durable when it is answered (`synchronous=FULL`), and that costs an fsync.
So the writer takes all the work that is waiting into one transaction, each piece behind a
savepoint of its own, and answers all of it after one commit. `sqlite_transaction` says where
the work runs. Where the disk is full, SQLite
takes the whole transaction back, savepoints or not: then each piece is done again by itself.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import structlog
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.exceptions import IntegrityError, OperationalError

from services.errors import Unavailable
from services.store.context import Surroundings
from services.store.gate import Gate
from services.store.rows import Row, for_sqlite
from services.store.sqlite_transaction import Done, NotBegun, do_on_loop, go_on
from services.store.store import Companion, Work, run_all

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
        self._watchers: list[Callable[[], None]] = []
        self._companions: list[Companion] = []
        self.failures = 0
        self._turn = asyncio.Lock()  # of whoever has the writer
        self.gate = Gate()

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
            raise self._unavailable(error) from error
        return cast("Sequence[Row]", rows)

    async def write(self, work: Work[T]) -> T:
        if self._task.done():
            raise _stopping()
        self.gate.check()
        piece = _Piece(work)
        self._waiting.put_nowait(piece)
        return cast("T", await piece.answer)

    async def alone(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` with the connection that writes, in its thread and outside of transactions.

        Nothing else is written meanwhile. Raises what `work` does, and `Unavailable`.
        """
        async with self._turn:
            try:
                return cast("T", await self._call(work))
            except _FAULTS as error:
                raise self._unavailable(error) from error

    def watch(self, call: Callable[[], None]) -> None:
        self._watchers.append(call)

    def accompany(self, companion: Companion) -> None:
        self._companions.append(companion)

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
                async with self._turn:
                    await self._commit(pieces)
            if None in group:
                break
        while not self._waiting.empty():
            if piece := self._waiting.get_nowait():
                self._fail(piece, _stopping())

    async def _commit(self, pieces: list[_Piece]) -> None:
        """Do these pieces in one transaction and answer them; one by one where that fails."""
        try:
            done = await self._transact([piece.work for piece in pieces])
        except NotBegun as error:
            # Another process has the database: each of them would wait as long as this did.
            for piece in pieces:
                self._fail(piece, error.reason)
        except Exception as error:  # noqa: BLE001 - it belongs to the caller
            if len(pieces) == 1:
                self._fail(pieces[0], error)
                return
            for piece in pieces:
                if not piece.answer.done():
                    await self._commit([piece])
        else:
            for piece, outcome in zip(pieces, done, strict=True):
                self._answer(piece, outcome)
            if any(outcome.has_events for outcome in done):
                run_all(self._watchers)

    async def _transact(self, works: list[Work[Any]]) -> list[Done]:
        """Commit all work that can be done, and return what came of each."""
        done: list[Done] = []
        await self._in_thread(works, done)
        client = SqliteTransactionWrapper(self._writer)
        while len(done) < len(works):
            try:
                done.append(await do_on_loop(client, works[len(done)], self._companions))
            except BaseException:
                with suppress(Exception):
                    await client.rollback()
                raise
            await self._in_thread(works, done)
        return done

    async def _in_thread(self, works: list[Work[Any]], done: list[Done]) -> None:
        await self._call(go_on, works, done, self._companions)

    async def _call(self, work: Callable[..., object], *arguments: object) -> object:
        """Call `work` with SQLite's connection, in the thread of that."""
        try:
            await self._writer.create_connection(with_db=True)  # does nothing once there is one
        except Exception as error:
            raise NotBegun(error) from error
        connection = cast("Any", self._writer._connection)  # noqa: SLF001 - as Tortoise does
        # As aiosqlite does for each statement: call a function in the connection's thread.
        return await connection._execute(work, connection._conn, *arguments)  # noqa: SLF001

    def _answer(self, piece: _Piece, outcome: Done) -> None:
        if outcome.error is not None:
            self._fail(piece, outcome.error)
            return
        run_all(outcome.calls)
        if not piece.answer.done():
            piece.answer.set_result(outcome.result)

    def _fail(self, piece: _Piece, error: Exception) -> None:
        if not piece.answer.done():
            # A row that breaks a rule of its table is the caller's affair, not the database's.
            fault = isinstance(error, _FAULTS) and not isinstance(error, IntegrityError)
            piece.answer.set_exception(self._unavailable(error) if fault else error)

    def _unavailable(self, error: Exception) -> Unavailable:
        log.error("store.failed", reason=str(error))
        self.failures += 1
        message = "The database cannot do this now. The log says why; look at the disk."
        return Unavailable(message)


_FAULTS = (OperationalError, sqlite3.Error, MemoryError, NotBegun)


def _stopping() -> Unavailable:
    message = "The server is stopping."
    return Unavailable(message)
