"""What users do with tasks: pause them, let them go on, cancel them, have them tried again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from services.access.identity import Identity
from services.access.quotas.quotas import Quotas, Room
from services.clock import Clock
from services.errors import Conflict, ErrorCode
from services.events.bus import Channel
from services.ids import TASK, show
from services.store.store import Store, Transaction
from services.tasks.changing.results import Done, check_ids, for_each, owners_of
from services.tasks.moves import illegal, move
from services.tasks.records import Task, TaskProgress
from services.tasks.running.group_files import begin_again
from services.tasks.states import TaskState

GOES_ON = frozenset({TaskState.PENDING, TaskState.RUNNING, TaskState.RETRYING})
RETRIED = frozenset({TaskState.FAILED, TaskState.CANCELLED, TaskState.SKIPPED, TaskState.RETRYING})
KEEPS_BYTES = frozenset({TaskState.FAILED, TaskState.RETRYING})
LOST_SECRETS = "SELECT 1 FROM tasks WHERE id = ? AND secrets = ''"

Step = Callable[[Transaction, Task, datetime], Awaitable[Task]]


class Runner(Protocol):
    """Whoever does the tasks."""

    def wake(self) -> None:
        """Look for work: there may be some."""
        ...

    def stop(self, task: Task) -> None:
        """Stop working on a task that is no longer to be done, and keep what there is of it."""
        ...

    def drop(self, task: Task) -> None:
        """Stop working on a task that is cancelled, and remove what there is of it."""
        ...

    def give_way(self, task_id: UUID) -> None:
        """Put a running task back, with all that it has: it begins again with what is new."""
        ...

    def live(self, task_id: UUID) -> TaskProgress | None:
        """Return how a task is doing that is running here."""
        ...


class Changes:
    """Moves tasks between states as their owners want it.

    Each call takes up to 1,000 ids and is one transaction. What is as it is wanted already is no
    error; what cannot be is an error of its own, and changes nothing.
    """

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

    async def pause(self, identity: Identity, ids: Sequence[str]) -> Done:
        """Stop tasks until somebody resumes them; what has come of them is kept."""
        return await self._each(identity, ids, self._pause)

    async def resume(self, identity: Identity, ids: Sequence[str]) -> Done:
        """Let paused tasks wait for their turns again, each at its place and not before its time.

        Those that were never stopped are as they should be.
        """
        return await self._each(identity, ids, self._resume)

    async def cancel(self, identity: Identity, ids: Sequence[str]) -> Done:
        """Cancel tasks, and remove what has come of them."""
        return await self._each(identity, ids, self._cancel)

    async def retry(self, identity: Identity, ids: Sequence[str]) -> Done:
        """Have tasks tried again that failed, were cancelled or skipped: at once, as if new.

        One that waits to be tried again does not wait any longer. What is not finished then counts
        for the quota of its owner again.
        """
        check_ids(ids)
        now = self._clock.now()

        async def write(transaction: Transaction) -> Done:
            room = await self._quotas.room(transaction, await owners_of(transaction, ids))
            return await for_each(
                transaction, identity, ids, lambda task: self._retry(transaction, task, now, room)
            )

        return await self._store.write(write)

    async def _each(self, identity: Identity, ids: Sequence[str], step: Step) -> Done:
        check_ids(ids)
        now = self._clock.now()

        async def write(transaction: Transaction) -> Done:
            return await for_each(
                transaction, identity, ids, lambda task: step(transaction, task, now)
            )

        return await self._store.write(write)

    async def _pause(self, transaction: Transaction, task: Task, now: datetime) -> Task:
        if task.state is TaskState.PAUSED:
            return task
        paused = await move(
            transaction,
            task.id,
            TaskState.PAUSED,
            at=now,
            attempt=None,
            kind=None,
            **newest(task, self._runner),
        )
        if paused is None:
            raise illegal(task, "paused")
        transaction.after_commit(partial(self._tell, paused, self._runner.stop))
        return paused

    async def _resume(self, transaction: Transaction, task: Task, now: datetime) -> Task:
        if task.state in GOES_ON:
            return task
        if task.state is not TaskState.PAUSED:
            raise illegal(task, "resumed")
        is_due = task.due_at <= now
        return await self._queued(transaction, task, now, is_due=is_due)

    async def _cancel(self, transaction: Transaction, task: Task, now: datetime) -> Task:
        if task.state is TaskState.CANCELLED:
            return task
        cancelled = await move(transaction, task.id, TaskState.CANCELLED, at=now, finished_at=now)
        if cancelled is None:
            raise illegal(task, "cancelled")
        transaction.after_commit(partial(self._tell, cancelled, self._runner.drop))
        return cancelled

    async def _retry(self, transaction: Transaction, task: Task, now: datetime, room: Room) -> Task:
        if task.state in {TaskState.PENDING, TaskState.RUNNING}:
            return task
        if task.state not in RETRIED:
            raise illegal(task, "tried again")
        if await transaction.fetch(LOST_SECRETS, task.id):
            message = (
                f"The logins and cookies of {show(TASK, task.id)} are gone since it is "
                f"{task.state.value}; add the download again."
            )
            raise Conflict(message, code=ErrorCode.ILLEGAL_MOVE)
        if task.is_finished:
            room.take(task.owner_id)
        columns: dict[str, object] = {"due_at": now, "failures": 0, "finished_at": None}
        columns |= {"error_code": None, "error_message": None}
        if task.state not in KEEPS_BYTES:
            columns["received"] = 0
        if task.is_group:
            await begin_again(transaction, task.id)
        return await self._queued(transaction, task, now, is_due=True, **columns)

    async def _queued(
        self, transaction: Transaction, task: Task, now: datetime, **columns: object
    ) -> Task:
        """Let a task that is locked wait for its turn."""
        queued = await move(
            transaction, task.id, TaskState.PENDING, at=now, attempt=None, kind=None, **columns
        )
        if queued is None:
            raise illegal(task, "queued")
        transaction.after_commit(partial(self._tell, queued, lambda _: self._runner.wake()))
        return queued

    def _tell(self, task: Task, runner: Callable[[Task], None]) -> None:
        self._channel.publish(task.id, TaskProgress.of(task))
        runner(task)


def newest(task: Task, runner: Runner) -> dict[str, object]:
    """Return what of a running task is newer than its row: nobody will report it any more."""
    # Read, not touched: this may run in the thread of the database.
    live = runner.live(task.id) if task.state is TaskState.RUNNING else None
    if live is None or live.revision != task.revision:
        return {}
    return {"name": live.name, "received": live.received, "total": live.total}
