"""What users do with tasks: add, look at, follow, cancel."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Protocol
from uuid import UUID

from services.access.identity import Identity
from services.clock import Clock
from services.engines.filters import kind_of
from services.engines.options import Options, Secrets
from services.errors import ArgosyError, Conflict, ErrorCode, InvalidInput, InvalidInputs
from services.events.bus import Channel
from services.events.kinds import EventKind
from services.files.names import name_from_url
from services.ids import TASK, new_id, read, show
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import shown
from services.sealing import Sealer
from services.store.rows import write_json
from services.store.store import NewEvent, Store, Transaction
from services.tasks.asking import Asked, read_asked
from services.tasks.moves import move
from services.tasks.options import NO_SECRETS, USUAL, write_options, write_secrets
from services.tasks.orders import Order, Orders, Request
from services.tasks.positions import last_position
from services.tasks.queries import TaskQueries, find_task
from services.tasks.records import Task, TaskProgress, bound_to
from services.tasks.states import TaskState

MOST_IDS = 1000

INSERT = """
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, due_at, created_at, total,
        host, kind, priority, position, is_due, fingerprint, options, secrets,
        revision, attempt, failures, received, active_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)
"""


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
        sealer: Sealer,
        engines: Collection[str] = ("http",),
    ) -> None:
        super().__init__(store=store)
        self._clock = clock
        self._orders = Orders(policy=policy, engines=engines)
        self._sealer = sealer
        self._channel = channel
        self._runner = runner

    async def add(
        self,
        identity: Identity,
        urls: Sequence[str],
        *,
        folder: str = "",
        options: Options = USUAL,
        secrets: Secrets = NO_SECRETS,
    ) -> list[Task]:
        """Add a task for each URL, all or none; they are durable when this returns.

        `folder` is relative to the owner's. Raises `InvalidInputs` with one error for each
        argument that makes no sense.
        """
        return await self._add(identity, Request(urls, folder, options, secrets))

    async def ask(
        self,
        identity: Identity,
        urls: Sequence[str],
        *,
        folder: str = "",
        metalinks: Sequence[str] = (),
        asked: Asked | None = None,
    ) -> list[Task]:
        """Add tasks like `add`, with options as people give them.

        Each file of each of `metalinks` (documents) becomes a task too; then there may be no
        URLs.
        """
        errors: list[ArgosyError] = []
        options, secrets = read_asked(asked or Asked(), errors)
        request = Request(urls, folder, options, secrets, tuple(metalinks))
        return await self._add(identity, request, errors)

    async def _add(
        self, identity: Identity, request: Request, errors: Sequence[ArgosyError] = ()
    ) -> list[Task]:
        orders, found = self._orders.read(request)
        if errors or found:
            raise InvalidInputs([*found, *errors])
        now = self._clock.now()
        tasks = [
            _new_task(identity.user_id, request, order, now, index)
            for index, order in enumerate(orders)
        ]
        sealed = await self._seal(tasks, request.secrets)

        async def insert(transaction: Transaction) -> None:
            rows = [
                _row(task, secret, order.fingerprint(task.folder))
                for task, secret, order in zip(tasks, sealed, orders, strict=True)
            ]
            await transaction.execute_many(INSERT, rows)
            for task in tasks:
                data: dict[str, object] = {"state": task.state.value, "url": shown(task.url)}
                transaction.record(
                    NewEvent(task.owner_id, task.id, EventKind.TASK_ADDED.value, data, now)
                )
            transaction.after_commit(self._runner.wake)

        await self._store.write(insert)
        return tasks

    async def _seal(self, tasks: Sequence[Task], secrets: Secrets) -> list[str | None]:
        """Return the secrets sealed for each of `tasks`; None where there are none."""
        if secrets == NO_SECRETS:
            return [None] * len(tasks)
        content = write_secrets(secrets)

        def seal() -> list[str | None]:
            return [self._sealer.seal(content, bound_to(task)) for task in tasks]

        return await asyncio.to_thread(seal)

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

    async def follow(
        self, identity: Identity, task_id: UUID, after: str | None = None
    ) -> AsyncGenerator[TaskProgress, None]:
        """Yield how a task is doing: now, then whenever that changes, until it is finished.

        What is so now is left out where `after` is its cursor. Whoever is slow gets the newest,
        not all. Raises `NotFound` like `get`.
        """
        with self._channel.follow(task_id) as feed:
            task = await self.get(identity, task_id)
            newest = self._runner.live(task_id) or TaskProgress.of(task)
            if newest.cursor != after:
                yield newest
            if newest.is_finished:
                return
            async with aclosing(feed.values()) as changes:
                async for progress in changes:
                    if progress.revision < newest.revision or progress == newest:
                        continue  # published before the row was read, or told by another too
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


def _new_task(owner_id: int, request: Request, order: Order, now: datetime, index: int) -> Task:
    name = order.options.name or name_from_url(order.url)
    return Task(
        id=new_id(),
        owner_id=owner_id,
        engine=order.engine,
        url=str(order.url),
        folder=request.folder,
        name=name,
        state=TaskState.PENDING,
        phase=None,
        revision=0,
        attempt=0,
        failures=0,
        received=0,
        total=order.options.size,
        active_ms=0,
        error_code=None,
        error_message=None,
        created_at=now,
        started_at=None,
        finished_at=None,
        due_at=max(now, request.start_at or now),
        host=order.url.host or "",
        kind=kind_of(name, None),
        priority=request.priority,
        position=last_position(now, index),
        options=order.options,
    )


def _row(task: Task, sealed: str | None, fingerprint: str) -> tuple[object, ...]:
    """Return the values of `INSERT`."""
    return (
        *(task.id, task.owner_id, task.engine, task.url, task.folder, task.name),
        *(task.state.value, task.due_at, task.created_at, task.total),
        *(task.host, task.kind and task.kind.value, task.priority.value, task.position),
        *(task.due_at <= task.created_at, fingerprint),
        *(write_json(write_options(task.options)), sealed),
    )
