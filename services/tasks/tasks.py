"""The tasks of users: added, looked at, followed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.access.identity import Identity
from services.access.quotas.quotas import Quotas
from services.clock import Clock
from services.engines.options import Options, Secrets
from services.errors import ArgosyError, InvalidInputs
from services.events.bus import Channel
from services.repetition import Key
from services.sealing import Sealer
from services.store.store import Store, Transaction
from services.tasks.adding.asking import Asked, read_asked
from services.tasks.adding.duplicates import Duplicate, Duplicates
from services.tasks.adding.insertion import answered, insert_tasks, new_task
from services.tasks.adding.orders import Order, Orders, Request
from services.tasks.listing.queries import TaskQueries
from services.tasks.options import NO_SECRETS, USUAL, write_secrets
from services.tasks.priorities import Priority
from services.tasks.records import Task, TaskProgress, bound_to
from services.webhooks.callbacks import Callbacks, SealedCallbacks


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
        quotas: Quotas,
        callbacks: Callbacks,
    ) -> None:
        super().__init__(store=store)
        self._quotas = quotas
        self._callbacks = callbacks
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
        is given. Raises `InvalidInputs` with one error for each argument that makes no sense, and
        `QuotaExceeded` where it is more than the owner's tier allows.
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
        group: str | None = None,
        callback: str | None = None,
    ) -> list[Task]:
        """Add tasks like `add`, with options as people give them.

        With `group`, its name, all URLs become one task, with a file for each. Each file of each
        of `metalinks` (documents) becomes a task too; then there may be no URLs. None is started
        before `start_at`. `callback` is a URL that is told how each goes. Whoever asks the same
        again with the same `key`, within a day, is given the same tasks; raises `Conflict` if it
        is not the same.
        """
        errors: list[ArgosyError] = []
        options, secrets = read_asked(asked or Asked(), errors)
        documents = tuple(metalinks)
        request = Request(
            *(urls, folder, options, secrets, documents, priority, start_at, key, force, group),
            callback=callback,
        )
        return await self._add(identity, request, errors)

    async def _add(
        self, identity: Identity, request: Request, errors: Sequence[ArgosyError] = ()
    ) -> list[Task]:
        orders, found = self._orders.read(request)
        found += self._about_callback(request.callback)
        if errors or found:
            raise InvalidInputs([*found, *errors])
        now, owner_id = self._clock.now(), identity.user_id
        known = await self._known(owner_id, request, orders)
        tasks = [
            new_task(owner_id, request, order, now, index, duplicate=duplicate)
            for index, (order, duplicate) in enumerate(zip(orders, known, strict=True))
        ]
        sealed = await self._seal(tasks, request.secrets)
        told = await self._seal_callbacks(owner_id, tasks, request.callback)
        key = await self._key(request)

        async def write(transaction: Transaction) -> list[Task]:
            ids = [task.id for task in tasks]
            if key and (before := await answered(transaction, owner_id, key, ids, now)) is not None:
                return before
            waiting = sum(not task.is_finished for task in tasks)
            downloads = sum(max(1, len(order.parts)) for order in orders)
            await self._quotas.admit(
                transaction, owner_id, downloads=downloads, tasks=waiting, now=now
            )
            if told is not None:
                await self._callbacks.ensure(transaction, owner_id, told.secret)
            await insert_tasks(transaction, tasks, orders, sealed, told.urls if told else None)
            transaction.after_commit(self._runner.wake)
            return tasks

        return await self._store.write(write)

    async def _known(
        self, owner_id: int, request: Request, orders: Sequence[Order]
    ) -> list[Duplicate | None]:
        """Return for each order what has fetched the same already, unless that is no matter."""
        if request.force:
            return [None] * len(orders)
        return await self._duplicates.find(owner_id, orders, request.folder)

    async def _key(self, request: Request) -> Key | None:
        """Return the key of a request with the fingerprints of what is asked."""
        if request.key is None:
            return None
        prints = await asyncio.to_thread(self._sealer.prints_of, request.content())
        return Key(request.key, prints)

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

    def _about_callback(self, url: str | None) -> list[ArgosyError]:
        """Return what is wrong with a callback."""
        try:
            if url is not None:
                self._callbacks.check(url)
        except ArgosyError as error:
            return [error]
        return []

    async def _seal_callbacks(
        self, owner_id: int, tasks: Sequence[Task], url: str | None
    ) -> SealedCallbacks | None:
        """Return the sealed callback of each task; None where there is none."""
        if url is None:
            return None
        return await self._callbacks.seal(owner_id, [task.id for task in tasks], url)

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
