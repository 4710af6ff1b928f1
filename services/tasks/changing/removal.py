"""Removing tasks, with their files or without, and regretting it within a minute."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from services.access.identity import Identity
from services.access.quotas.quotas import Quotas, Room
from services.clock import Clock
from services.errors import InvalidInput, NotFound, QuotaExceeded
from services.events.bus import Channel
from services.events.kinds import EventKind
from services.ids import REMOVAL, TASK, new_id, read, show
from services.store.rows import marks, read_time
from services.store.store import Store, Transaction
from services.tasks.changing.changes import Runner, newest
from services.tasks.changing.results import (
    MOST_IDS,
    Change,
    Done,
    Result,
    absent,
    check_ids,
    for_each,
    locking,
    owners_of,
)
from services.tasks.moves import amend, event_about, illegal, move
from services.tasks.records import Task, TaskProgress, read_task
from services.tasks.states import FINISHED, TaskState

REGRET = timedelta(seconds=60)
FEW = 200  # tasks of those that nobody waits for
PAUSE_SECONDS = 0.05  # between two of those
BATCH = MOST_IDS  # tasks in one transaction: others want to write too

FINISHED_ONES = """
    SELECT id FROM tasks
    WHERE owner_id = ? AND state = ? AND id > ? AND removed_at IS NULL AND finished_at <= ?
    ORDER BY id LIMIT ?
"""
# What was restored has all of its time again, from then on.
EXPIRED_ONES = """
    SELECT id FROM tasks
    WHERE owner_id = ? AND (finished_at, id) > (?, ?) AND finished_at <= ?
        AND state IN ('COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED')
        AND removed_at IS NULL AND (restored_at IS NULL OR restored_at <= ?)
    ORDER BY finished_at, id LIMIT ?
"""
OF_REMOVAL = "SELECT id FROM tasks WHERE removal_id = ? AND id > ? ORDER BY id LIMIT ?"
ABOUT_REMOVAL = "SELECT removed_at, removal_id, removed_from FROM tasks WHERE id = ?"
FIRST = UUID(int=0)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed: until `undo_until`, it can be restored by `removal_id`.

    `done` says what became of each id, where ids were given.
    """

    count: int
    removal_id: UUID
    undo_until: datetime
    done: Done


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. Of a removal of many, `done` holds the first thousand."""

    count: int
    done: Done


class Removal:
    """Takes tasks out of sight, and back. `Purge` makes an end of them."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        channel: Channel[TaskProgress],
        runner: Runner,
        quotas: Quotas,
    ) -> None:
        self._quotas = quotas
        self._store = store
        self._clock = clock
        self._channel = channel
        self._runner = runner

    async def remove(
        self, identity: Identity, ids: Sequence[str], *, with_files: bool = False
    ) -> Removed:
        """Remove up to 1,000 tasks; what is not finished is stopped first.

        Nothing is lost yet: files, and what had come of the unfinished, go when the minute is
        over.
        """
        check_ids(ids)
        now, removal_id = self._clock.now(), new_id()

        async def write(transaction: Transaction) -> Done:
            change = partial(self._remove, transaction, now, removal_id, with_files)
            return await for_each(transaction, identity, ids, change)

        done = await self._store.write(write)
        count = len({task.id for task in done.tasks})
        return Removed(count, removal_id, now + REGRET, done)

    async def clear_finished(
        self,
        identity: Identity,
        states: Collection[TaskState] | None = None,
        *,
        with_files: bool = False,
    ) -> Removed:
        """Remove all finished tasks of whoever asks, or those in `states`.

        Raises `InvalidInput` about `states` if one of them is not the end of a task.
        """
        wanted = FINISHED if states is None else frozenset(states)
        if not wanted <= FINISHED:
            message = "Only finished tasks are cleared: COMPLETED, FAILED, CANCELLED, SKIPPED."
            raise InvalidInput(message, field="states")
        now, removal_id = self._clock.now(), new_id()
        count = 0
        for state in sorted(wanted):
            last = FIRST
            while True:
                batch = (FINISHED_ONES, identity.user_id, state.value, last, now, BATCH)
                cleared = await self._store.write(
                    partial(_clear, batch, now, removal_id, with_files)
                )
                count += len(cleared)
                if len(cleared) < BATCH:
                    break
                last = cleared[-1].id
        return Removed(count, removal_id, now + REGRET, Done([]))

    async def expire(self, before: datetime, most: int) -> int:
        """Remove, with their files, tasks that ended `before`: `most` of everybody's, about.

        Whoever regrets one of them can restore it within a minute, like all that is removed.
        Returns how many went; where that is fewer than `most`, no others are left.
        """
        now, removal_id = self._clock.now(), new_id()
        count = 0
        for row in await self._store.fetch("SELECT id FROM users ORDER BY id"):
            last = BEGINNING, FIRST
            while count < most:
                batch = (EXPIRED_ONES, row["id"], *last, before, before, FEW)
                gone = await self._store.write(partial(_clear, batch, now, removal_id, True))
                count += len(gone)
                if len(gone) < FEW:
                    break
                last = max((task.finished_at or now, task.id) for task in gone)
                await asyncio.sleep(PAUSE_SECONDS)
        return count

    async def restore(
        self, identity: Identity, ids: Sequence[str] | None = None, removal: str | None = None
    ) -> Restored:
        """Restore tasks, or all of a removal, of less than a minute ago; others are `NotFound`.

        What was waiting or running waits for its turn again. One that was not removed is as it
        should be. What is not finished counts for the quota of its owner again. Raises
        `InvalidInput` unless it is either ids or a removal.
        """
        if (ids is None) is (removal is None):
            message = "Give ids, or the id of a removal."
            raise InvalidInput(message, field="ids")
        if removal is not None:
            return await self._restore_removal(identity, removal)
        ids = ids or ()
        check_ids(ids)
        done = await self._store.write(partial(self._restore_each, identity, ids))
        return Restored(len({task.id for task in done.tasks}), done)

    async def _restore_removal(self, identity: Identity, removal: str) -> Restored:
        """Restore all that one call has removed. Raises `NotFound` if there is nothing of it."""
        removal_id = read(REMOVAL, removal, field="removalId")
        results: list[Result] = []
        count, last = 0, FIRST
        while True:
            rows = await self._store.fetch(OF_REMOVAL, removal_id, last, BATCH)
            if not rows:
                break
            last = max(UUID(str(row["id"])) for row in rows)
            ids = [show(TASK, UUID(str(row["id"]))) for row in rows]
            done = await self._store.write(partial(self._restore_each, identity, ids))
            count += len(done.tasks)
            told = [r for r in done.results if r.task or isinstance(r.error, QuotaExceeded)]
            results += told[: BATCH - len(results)]
        if not count and (refused := Done(results).errors):
            raise refused[0]
        if not count:
            message = "There is nothing of this removal that could be restored."
            raise NotFound(message, field="removalId")
        return Restored(count, Done(results))

    async def _remove(
        self,
        transaction: Transaction,
        now: datetime,
        removal_id: UUID,
        with_files: bool,
        task: Task,
    ) -> Task:
        marked = _marked(task, now, removal_id, with_files)
        if task.is_finished or task.state is TaskState.PAUSED:
            return await amend(transaction, task, EventKind.TASK_REMOVED, at=now, **marked)
        removed = await move(
            transaction,
            task.id,
            TaskState.PAUSED,
            at=now,
            attempt=None,
            kind=EventKind.TASK_REMOVED,
            **newest(task, self._runner),
            **marked,
        )
        if removed is None:
            raise illegal(task, "removed")
        transaction.after_commit(partial(self._tell, removed))
        return removed

    async def _restore_each(
        self, identity: Identity, ids: Sequence[str], transaction: Transaction
    ) -> Done:
        now = self._clock.now()
        room = await self._quotas.room(transaction, await owners_of(transaction, ids))
        change: Change = partial(self._restore, transaction, now, room)
        done = await for_each(transaction, identity, ids, change, are_removed=True)
        if done.errors:  # those that are there were never removed
            there = await for_each(transaction, identity, ids, _as_it_is)
            pairs = zip(done.results, there.results, strict=True)
            done = Done([other if other.task else result for result, other in pairs])
        return done

    async def _restore(
        self, transaction: Transaction, now: datetime, room: Room, task: Task
    ) -> Task:
        (about,) = await transaction.fetch(ABOUT_REMOVAL, task.id)
        # Without a removal, it is being purged: perhaps its files are gone already.
        if about["removal_id"] is None or read_time(about["removed_at"]) + REGRET <= now:
            raise absent(task.id)
        if not task.is_finished:
            room.take(task.owner_id)
        columns: dict[str, object] = {"removed_at": None, "removal_id": None, "removed_from": None}
        columns |= {"removes_files": False, "restored_at": now}
        if task.is_finished or about["removed_from"] == TaskState.PAUSED:
            return await amend(transaction, task, EventKind.TASK_RESTORED, at=now, **columns)
        restored = await move(
            transaction,
            task.id,
            TaskState.PENDING,
            at=now,
            attempt=None,
            kind=EventKind.TASK_RESTORED,
            is_due=task.due_at <= now,
            **columns,
        )
        if restored is None:
            raise illegal(task, "restored")
        transaction.after_commit(self._runner.wake)
        return restored

    def _tell(self, task: Task) -> None:
        self._channel.publish(task.id, TaskProgress.of(task))
        self._runner.stop(task)


async def _as_it_is(task: Task) -> Task:
    return task


def _marked(task: Task, now: datetime, removal_id: UUID, with_files: bool) -> dict[str, object]:
    return {
        "removed_at": now,
        "removal_id": removal_id,
        "removed_from": task.state.value,
        "removes_files": with_files,
    }


async def _clear(
    batch: tuple[str, *tuple[object, ...]],
    now: datetime,
    removal_id: UUID,
    with_files: bool,
    transaction: Transaction,
) -> list[Task]:
    """Remove the tasks that a statement finds with its values; return them, by their ids."""
    statement, *values = batch
    rows = await transaction.fetch(statement + locking(transaction), *values)
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    changed = await transaction.fetch(
        "UPDATE tasks SET removed_at = ?, removal_id = ?, removed_from = state, "  # noqa: S608 - ours
        f"removes_files = ?, revision = revision + 1 WHERE id IN ({marks(len(ids))}) RETURNING *",
        *(now, removal_id, with_files),
        *ids,
    )
    tasks = sorted(map(read_task, changed), key=lambda task: task.id)
    for task in tasks:
        transaction.record(event_about(task, EventKind.TASK_REMOVED, now))
    return tasks
