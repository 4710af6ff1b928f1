"""The tasks of users: added, looked at, followed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.access.identity import Identity
from services.clock import Clock
from services.engines.filters import kind_of
from services.engines.options import Options, Secrets
from services.errors import ArgosyError, ErrorCode, InvalidInputs
from services.events.bus import Channel
from services.events.kinds import EventKind
from services.files.names import name_from_url
from services.ids import new_id
from services.outgoing.urls import shown
from services.sealing import Sealer
from services.store.rows import write_json
from services.store.store import NewEvent, Store, Transaction
from services.tasks.asking import Asked, read_asked
from services.tasks.duplicates import Duplicate, Duplicates
from services.tasks.moves import event_about
from services.tasks.options import NO_SECRETS, USUAL, write_options, write_secrets
from services.tasks.orders import Order, Orders, Request
from services.tasks.positions import last_position
from services.tasks.priorities import Priority
from services.tasks.queries import TaskQueries
from services.tasks.records import Task, TaskProgress, bound_to
from services.tasks.repetition import Key, answered
from services.tasks.states import TaskState

INSERT = """
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, due_at, created_at, total,
        host, kind, priority, position, is_due, fingerprint, options, secrets,
        error_code, error_message, finished_at, revision, attempt, failures, received, active_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)
"""


class Runner(Protocol):
    """Whoever does the tasks."""

    def wake(self) -> None:
        """Look for work: there may be some."""
        ...

    def live(self, task_id: UUID) -> TaskProgress | None:
        """Return how a task is doing that is running here."""
        ...


class Tasks(TaskQueries):
    """The tasks of users."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        orders: Orders,
        channel: Channel[TaskProgress],
        runner: Runner,
        sealer: Sealer,
        duplicates: Duplicates,
    ) -> None:
        super().__init__(store=store)
        self._clock = clock
        self._orders = orders
        self._sealer = sealer
        self._duplicates = duplicates
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
        force: bool = False,
    ) -> list[Task]:
        """Add a task for each URL, all or none; they are durable when this returns.

        `folder` is relative to the owner's. What was fetched already is `SKIPPED`, unless `force`
        is given. Raises `InvalidInputs` with one error for each argument that makes no sense.
        """
        return await self._add(identity, Request(urls, folder, options, secrets, force=force))

    async def ask(
        self,
        identity: Identity,
        urls: Sequence[str],
        *,
        folder: str = "",
        metalinks: Sequence[str] = (),
        asked: Asked | None = None,
        priority: Priority = Priority.NORMAL,
        start_at: datetime | None = None,
        key: str | None = None,
        force: bool = False,
    ) -> list[Task]:
        """Add tasks like `add`, with options as people give them.

        Each file of each of `metalinks` (documents) becomes a task too; then there may be no
        URLs. None is started before `start_at`. Whoever asks the same again with the same `key`,
        within a day, is given the same tasks; raises `Conflict` if it is not the same.
        """
        errors: list[ArgosyError] = []
        options, secrets = read_asked(asked or Asked(), errors)
        documents = tuple(metalinks)
        request = Request(urls, folder, options, secrets, documents, priority, start_at, key, force)
        return await self._add(identity, request, errors)

    async def _add(
        self, identity: Identity, request: Request, errors: Sequence[ArgosyError] = ()
    ) -> list[Task]:
        orders, found = self._orders.read(request)
        if errors or found:
            raise InvalidInputs([*found, *errors])
        now, owner_id = self._clock.now(), identity.user_id
        known = await self._known(owner_id, request, orders)
        tasks = [
            _new_task(owner_id, request, order, now, index, duplicate=duplicate)
            for index, (order, duplicate) in enumerate(zip(orders, known, strict=True))
        ]
        sealed = await self._seal(tasks, request.secrets)
        key = await self._key(request)

        async def insert(transaction: Transaction) -> list[Task]:
            ids = [task.id for task in tasks]
            if key and (before := await answered(transaction, owner_id, key, ids, now)) is not None:
                return before
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
                if task.state is TaskState.SKIPPED:
                    transaction.record(event_about(task, EventKind.TASK_SKIPPED, now))
            transaction.after_commit(self._runner.wake)
            return tasks

        return await self._store.write(insert)

    async def _known(
        self, owner_id: int, request: Request, orders: Sequence[Order]
    ) -> list[Duplicate | None]:
        """Return for each order what has fetched the same already, unless that is no matter."""
        if request.force:
            return [None] * len(orders)
        return await self._duplicates.find(owner_id, orders, request.folder)

    async def _key(self, request: Request) -> Key | None:
        """Return the key of a request with the fingerprint of what is asked."""
        if request.key is None:
            return None
        printed = await asyncio.to_thread(self._sealer.print_of, request.content())
        return Key(request.key, printed)

    async def _seal(self, tasks: Sequence[Task], secrets: Secrets) -> list[str | None]:
        """Return the secrets sealed for each of `tasks`; None where there are none."""
        if secrets == NO_SECRETS:
            return [None] * len(tasks)
        content = write_secrets(secrets)

        def seal() -> list[str | None]:
            return [
                "" if task.is_finished else self._sealer.seal(content, bound_to(task))
                for task in tasks
            ]

        return await asyncio.to_thread(seal)

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


def _new_task(
    owner_id: int,
    request: Request,
    order: Order,
    now: datetime,
    index: int,
    *,
    duplicate: Duplicate | None,
) -> Task:
    name = order.options.name or name_from_url(order.url)
    return Task(
        id=new_id(),
        owner_id=owner_id,
        engine=order.engine,
        url=str(order.url),
        folder=request.folder,
        name=name,
        state=TaskState.SKIPPED if duplicate else TaskState.PENDING,
        phase=None,
        revision=0,
        attempt=0,
        failures=0,
        received=0,
        total=order.options.size,
        active_ms=0,
        error_code=ErrorCode.DUPLICATE if duplicate else None,
        error_message=duplicate.message if duplicate else None,
        created_at=now,
        started_at=None,
        finished_at=now if duplicate else None,
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
        *(task.error_code and task.error_code.value, task.error_message, task.finished_at),
    )
