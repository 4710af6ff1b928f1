"""Tells plugins what happened, after it is in the database.

The server that wrote an event tells its plugins of it: where several servers share a database,
each event is told by one. Nothing waits for a plugin, and where none wants to know, nothing is
done.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import structlog

from services.clock import Clock
from services.errors import Unavailable
from services.events.bus import Channel
from services.events.kinds import EventKind, ServerEventKind
from services.plugins.facts import about_error, about_event, about_file, about_progress, about_task
from services.plugins.hooks import Hook
from services.plugins.switchboard import Switchboard
from services.store.rows import marks, read_id
from services.store.store import NewEvent, Store, Transaction
from services.tasks.records import File, Task, TaskProgress, read_file, read_task
from services.tasks.states import TaskState

MOST_WAITING = 5000  # events; then the oldest are left out
BATCH = 100
PROGRESS_SECONDS = 5.0  # between two words about one task
MOST_WATCHED = 10_000  # tasks of whose last word is known
AGAIN_SECONDS = 1.0

HOOKS: dict[str, Hook] = {
    EventKind.TASK_ADDED.value: Hook.TASK_CREATED,
    EventKind.TASK_COMPLETED.value: Hook.COMPLETED,
    EventKind.TASK_FAILED.value: Hook.FAILED,
    ServerEventKind.ALERT_RAISED.value: Hook.ALERT_RAISED,
    ServerEventKind.BACKUP_COMPLETED.value: Hook.BACKUP_MADE,
}

log = structlog.get_logger(__name__)


class Happenings:
    """Passes on events and progress. `open` starts it."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        switchboard: Switchboard,
        channel: Channel[TaskProgress],
        root: Path,
    ) -> None:
        self._store = store
        self._clock = clock
        self._switchboard = switchboard
        self._channel = channel
        self._root = root
        self._events: deque[NewEvent] = deque(maxlen=MOST_WAITING)
        self._told: dict[UUID, float] = {}
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._taps = ExitStack()
        store.accompany(self._accompany)

    async def open(self) -> None:
        """Begin to pass on."""
        self._loop = asyncio.create_task(self._tell_forever(), name="plugin happenings")
        self._taps.enter_context(self._channel.tap(self._progress))

    async def close(self) -> None:
        """Pass on nothing more."""
        self._taps.close()
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
        self._events.clear()

    @property
    def is_well(self) -> bool:
        """Whether events are passed on."""
        return self._loop is not None and not self._loop.done()

    async def _accompany(self, transaction: Transaction, events: Sequence[NewEvent]) -> None:
        """Take those events of a transaction that some plugin wants, once it is committed."""
        wanted = [event for event in events if self._is_wanted(event)]
        if wanted:

            def take() -> None:
                self._events.extend(wanted)
                self._wake.set()

            transaction.after_commit(take)

    def _is_wanted(self, event: NewEvent) -> bool:
        hook = HOOKS.get(event.kind)
        return hook is not None and bool(self._switchboard.hosts_with(hook))

    async def _tell_forever(self) -> None:
        while True:
            while not self._events:
                self._wake.clear()
                await self._wake.wait()
            events = [self._events.popleft() for _ in range(min(BATCH, len(self._events)))]
            try:
                await self._tell(events)
            except Unavailable as error:
                log.warning("plugins.not_told", events=len(events), reason=error.message)
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception:
                log.exception("plugins.not_told", events=len(events))

    async def _tell(self, events: Sequence[NewEvent]) -> None:
        ids = list(dict.fromkeys(event.task_id for event in events if event.task_id is not None))
        done = EventKind.TASK_COMPLETED.value
        tasks = await self._tasks(ids)
        files = await self._files([e.task_id for e in events if e.kind == done and e.task_id])
        for event in events:
            hook = HOOKS[event.kind]
            if event.task_id is None:
                name = "alert" if hook is Hook.ALERT_RAISED else "backup"
                for host in self._switchboard.hosts_with(hook):
                    host.offer(hook, {name: about_event(event.data, event.at)})
            elif task := tasks.get(event.task_id):
                self._tell_of_task(hook, task, files.get(task.id, []))

    def _tell_of_task(self, hook: Hook, task: Task, files: Sequence[File]) -> None:
        for host in self._switchboard.hosts_with(hook):
            arguments: dict[str, object] = {"task": about_task(task, host.granted)}
            if hook is Hook.COMPLETED:
                arguments["files"] = [about_file(f, host.granted, self._root) for f in files]
            elif hook is Hook.FAILED:
                arguments["error"] = about_error(task)
            host.offer(hook, arguments)

    async def _tasks(self, ids: Sequence[UUID]) -> dict[UUID, Task]:
        if not ids:
            return {}
        statement = f"SELECT * FROM tasks WHERE id IN ({marks(len(ids))})"  # noqa: S608 - ours
        tasks = [read_task(row) for row in await self._store.fetch(statement, *ids)]
        return {task.id: task for task in tasks}

    async def _files(self, ids: Sequence[UUID]) -> dict[UUID, list[File]]:
        if not ids:
            return {}
        rows = await self._store.fetch(
            f"SELECT * FROM files WHERE task_id IN ({marks(len(ids))}) "  # noqa: S608 - ours
            "AND state = 'COMPLETED' ORDER BY task_id, position, id",
            *ids,
        )
        files: dict[UUID, list[File]] = {}
        for row in rows:
            files.setdefault(read_id(row["task_id"]), []).append(read_file(row))
        return files

    def _progress(self, progress: TaskProgress) -> None:
        """Pass on how far a task is, now and then; a task that does not run is forgotten."""
        hosts = self._switchboard.hosts_with(Hook.PROGRESS)
        if not hosts:
            return
        if progress.state is not TaskState.RUNNING:
            self._told.pop(progress.task_id, None)
            return
        now, last = self._clock.monotonic(), self._told.get(progress.task_id)
        if last is not None and now - last < PROGRESS_SECONDS:
            return
        while len(self._told) >= MOST_WATCHED:
            del self._told[next(iter(self._told))]
        self._told[progress.task_id] = now
        task, how_far = about_progress(progress)
        for host in hosts:
            host.offer(
                Hook.PROGRESS, {"task": task, "progress": how_far}, about=str(progress.task_id)
            )
