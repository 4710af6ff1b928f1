"""What users do with tasks: add, look at, follow, cancel."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Protocol
from uuid import UUID

from yarl import URL

from models.task import Task as TaskRow
from services.access.identity import Identity
from services.clock import Clock
from services.errors import ArgosyError, Conflict, ErrorCode, InvalidInput, InvalidInputs
from services.events.bus import Channel
from services.events.kinds import EventKind
from services.files.names import name_from_url
from services.files.places import parse_folder
from services.ids import TASK, new_id, read, show
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import check_target, parse_url, shown
from services.store.store import NewEvent, Store, Transaction
from services.tasks.moves import move
from services.tasks.queries import TaskQueries, find_task
from services.tasks.records import Task, TaskProgress
from services.tasks.states import TaskState

MOST_URLS = 1000
MOST_IDS = 1000


class Runner(Protocol):
    """Whoever does the tasks."""

    def wake(self) -> None:
        """Look for work: there may be some."""
        ...

    def drop(self, task: Task) -> None:
        """Stop working on a task that is cancelled, and remove what there is of it."""
        ...

    def live(self, task_id: UUID) -> TaskProgress | None:
        """Return how a task is doing that is running here."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a call for several tasks."""

    tasks: list[Task]
    errors: list[ArgosyError]


class Tasks(TaskQueries):
    """The tasks of users."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        policy: AddressPolicy,
        channel: Channel[TaskProgress],
        runner: Runner,
    ) -> None:
        super().__init__(store=store)
        self._clock = clock
        self._policy = policy
        self._channel = channel
        self._runner = runner

    async def add(self, identity: Identity, urls: Sequence[str], *, folder: str = "") -> list[Task]:
        """Add a task for each URL, all or none; they are durable when this returns.

        `folder` is relative to the owner's. Raises `InvalidInputs` with one error for each
        argument that makes no sense.
        """
        parsed = self._parse(urls, folder)
        now = self._clock.now()
        tasks = [_new_task(identity.user_id, url, folder, now) for url in parsed]

        async def insert(transaction: Transaction) -> None:
            await TaskRow.bulk_create(map(_row, tasks), using_db=transaction.client)
            for task in tasks:
                data: dict[str, object] = {"state": task.state.value, "url": shown(task.url)}
                transaction.record(
                    NewEvent(task.owner_id, task.id, EventKind.TASK_ADDED.value, data, now)
                )
            transaction.after_commit(self._runner.wake)

        await self._store.write(insert)
        return tasks

    async def cancel(self, identity: Identity, ids: Sequence[str]) -> Done:
        """Cancel tasks; each id stands for itself. To cancel one twice is no error."""
        if not 0 < len(ids) <= MOST_IDS:
            message = f"Give 1 to {MOST_IDS} ids."
            raise InvalidInput(message, field="ids")
        now = self._clock.now()

        async def write(transaction: Transaction) -> Done:
            results: dict[int, Task | ArgosyError] = {}
            # In one order, whoever cancels: two who lock the same rows do not lock each other out.
            for position, text in sorted(enumerate(ids), key=itemgetter(1)):
                field = f"ids.{position}"
                try:
                    results[position] = await self._cancel(transaction, identity, text, field, now)
                except ArgosyError as error:
                    results[position] = error
            given = [results[position] for position in range(len(ids))]
            return Done(
                [result for result in given if isinstance(result, Task)],
                [result for result in given if isinstance(result, ArgosyError)],
            )

        return await self._store.write(write)

    async def look(self, identity: Identity, task_id: UUID) -> tuple[Task, TaskProgress]:
        """Return a task and how it is doing this moment. Raises `NotFound` like `get`."""
        task = await self.get(identity, task_id)
        return task, self._runner.live(task_id) or TaskProgress.of(task)

    async def follow(self, identity: Identity, task_id: UUID) -> AsyncGenerator[TaskProgress, None]:
        """Yield how a task is doing: now, then whenever that changes, until it is finished.

        Whoever is slow gets the newest, not all. Raises `NotFound` like `get`.
        """
        with self._channel.follow(task_id) as feed:
            task = await self.get(identity, task_id)
            newest = self._runner.live(task_id) or TaskProgress.of(task)
            yield newest
            if newest.is_finished:
                return
            async with aclosing(feed.values()) as changes:
                async for progress in changes:
                    if progress.revision < newest.revision:
                        continue  # published before the row was read
                    if not identity.may_see(progress.owner_id):
                        return
                    newest = progress
                    yield newest
                    if newest.is_finished:
                        return

    async def _cancel(
        self, transaction: Transaction, identity: Identity, text: str, field: str, now: datetime
    ) -> Task:
        task_id = read(TASK, text, field=field)
        task = await find_task(transaction, identity, task_id, field=field)
        if task.state is TaskState.CANCELLED:
            return task
        cancelled = await move(transaction, task_id, TaskState.CANCELLED, at=now, finished_at=now)
        if cancelled is None:
            message = f"{show(TASK, task_id)} is {task.state.value}; it cannot be cancelled."
            raise Conflict(message, code=ErrorCode.ILLEGAL_MOVE, field=field)
        transaction.after_commit(partial(self._tell_cancelled, cancelled))
        return cancelled

    def _tell_cancelled(self, task: Task) -> None:
        self._channel.publish(task.id, TaskProgress.of(task))
        self._runner.drop(task)

    def _parse(self, urls: Sequence[str], folder: str) -> list[URL]:
        errors: list[ArgosyError] = []
        parsed: list[URL] = []
        if not 0 < len(urls) <= MOST_URLS:
            errors.append(InvalidInput(f"Give 1 to {MOST_URLS} URLs.", field="urls"))
        for position, text in enumerate(urls[:MOST_URLS]):
            try:
                url = parse_url(text, field=f"urls.{position}")
                check_target(url, self._policy, field=f"urls.{position}")
            except ArgosyError as error:
                errors.append(error)
            else:
                parsed.append(url)
        try:
            parse_folder(folder, field="folder")
        except ArgosyError as error:
            errors.append(error)
        if errors:
            raise InvalidInputs(errors)
        return parsed


def _new_task(owner_id: int, url: URL, folder: str, now: datetime) -> Task:
    return Task(
        id=new_id(),
        owner_id=owner_id,
        engine="http",
        url=str(url),
        folder=folder,
        name=name_from_url(url),
        state=TaskState.PENDING,
        phase=None,
        revision=0,
        attempt=0,
        failures=0,
        received=0,
        total=None,
        active_ms=0,
        error_code=None,
        error_message=None,
        created_at=now,
        started_at=None,
        finished_at=None,
    )


def _row(task: Task) -> TaskRow:
    return TaskRow(
        id=task.id,
        owner_id=task.owner_id,
        engine=task.engine,
        url=task.url,
        folder=task.folder,
        name=task.name,
        state=task.state.value,
        due_at=task.created_at,
        created_at=task.created_at,
    )
