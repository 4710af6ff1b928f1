"""Recording that tasks are done: all that end while one transaction is written share the next.

Thousands of small files end faster than a database takes them one by one.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from services.clock import Clock
from services.engines.engine import Fetched
from services.errors import Unavailable
from services.ids import new_id
from services.statistics.counting import add_downloads
from services.statistics.transfers import add_transfers
from services.store.store import Store, Transaction
from services.tasks.moves import end_attempts, move_all
from services.tasks.records import Task
from services.tasks.running.claim import Claim
from services.tasks.running.sources import amounts_of
from services.tasks.states import TaskState

MOST = 64  # tasks in one transaction

DESCRIBE = "UPDATE tasks SET name = ?, received = ?, total = ?, active_ms = ? WHERE id = ?"
INSERT_FILE = """
    INSERT INTO files (id, task_id, name, path, size, sha256, etag, modified_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

Take = Callable[[Transaction, datetime, int], Awaitable[list[Claim]]]
Result = tuple[Task | None, list[Claim]]


@dataclass(frozen=True, slots=True)
class _Ended:
    """A task whose file is there, how many to take in its place, and whoever waits for that."""

    claim: Claim
    fetched: Fetched
    most: int
    answer: asyncio.Future[Result]


class Completions:
    """Writes what has ended, and takes what is next. `take` claims so many tasks."""

    def __init__(self, *, store: Store, clock: Clock, take: Take) -> None:
        self._store = store
        self._clock = clock
        self._take = take
        self._waiting: list[_Ended] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, claim: Claim, fetched: Fetched, most: int) -> Result:
        """Record that a task is done, and claim up to `most` others.

        Returns the task as it is then, None if it is no longer this worker's, and the claims.
        """
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Ended(claim, fetched, most, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="completions")
        return await answer

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._write([ended for ended in group if not ended.answer.done()])
        finally:
            self._writing = None

    async def _write(self, group: Sequence[_Ended]) -> None:
        """Record a group and answer it; one by one where that fails for what one of them is."""
        now = self._clock.now()

        async def write(transaction: Transaction) -> list[Result]:
            return await self._record(transaction, group, now)

        try:
            results = await self._store.write(write)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            if len(group) > 1 and not isinstance(error, Unavailable):
                for ended in group:
                    await self._write([ended])
                return
            for ended in group:
                if not ended.answer.done():
                    ended.answer.set_exception(error)
        else:
            for ended, result in zip(group, results, strict=True):
                if not ended.answer.done():
                    ended.answer.set_result(result)

    async def _record(
        self, transaction: Transaction, group: Sequence[_Ended], now: datetime
    ) -> list[Result]:
        moved = await move_all(
            transaction,
            [(ended.claim.task.id, ended.claim.task.attempt) for ended in group],
            TaskState.COMPLETED,
            at=now,
            error_code=None,
            error_message=None,
            finished_at=now,
        )
        monotonic = self._clock.monotonic()
        tasks = [
            replace(
                moved[ended.claim.task.id],
                name=ended.fetched.name,
                received=ended.fetched.size,
                total=ended.fetched.size,
                active_ms=ended.claim.active_ms(monotonic),
            )
            if ended.claim.task.id in moved
            else None
            for ended in group
        ]
        done = [(task, ended) for task, ended in zip(tasks, group, strict=True) if task]
        await end_attempts(transaction, [task for task, _ in done], now)
        await _describe(transaction, done, now)
        taken = iter(await self._take(transaction, now, sum(ended.most for ended in group)))
        shares = [list(islice(taken, ended.most)) for ended in group]
        return list(zip(tasks, shares, strict=True))


async def _describe(
    transaction: Transaction, done: Sequence[tuple[Task, _Ended]], now: datetime
) -> None:
    """Write what came of each of these tasks, its file, and the sums that it adds to."""
    if not done:
        return
    await transaction.execute_many(
        DESCRIBE, [(t.name, t.received, t.total, t.active_ms, t.id) for t, _ in done]
    )
    files = [(task, ended.fetched) for task, ended in done if not task.is_group]  # theirs are there
    await transaction.execute_many(
        INSERT_FILE,
        [
            (new_id(), t.id, f.name, f.path, f.size, f.sha256, f.etag, f.modified, now)
            for t, f in files
        ],
    )
    owners: defaultdict[int, list[tuple[Task, _Ended]]] = defaultdict(list)
    for task, ended in done:
        owners[task.owner_id].append((task, ended))
    for owner_id, theirs in sorted(owners.items()):
        await add_downloads(
            *(transaction, owner_id, now),
            count=len(theirs),
            size=sum(task.received for task, _ in theirs),
            milliseconds=sum(max(1, task.active_ms) for task, _ in theirs),
            stored=sum(_growth(task, ended) for task, ended in theirs),
        )
        amounts = await amounts_of(transaction, [task for task, _ in theirs])
        await add_transfers(transaction, owner_id, now, amounts)


def _growth(task: Task, ended: _Ended) -> int:
    """Return by how much what lies there has grown; a file may have taken another's place."""
    previous, fetched = ended.claim.previous, ended.fetched
    if task.is_group:
        return 0  # its files were counted one by one
    is_in_its_place = previous is not None and previous.path == fetched.path
    return fetched.size - (previous.size if previous and is_in_its_place else 0)
