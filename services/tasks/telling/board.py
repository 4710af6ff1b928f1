"""All running tasks of a user in one stream: first how they stand, then what has changed.

Each follower has a view of its own, which holds the newest of each task that has changed since
it was last given something: however slow it is, that is one delta. Nothing is computed while
nobody follows.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID
from zlib import crc32

from services.access.identity import Identity
from services.clock import Clock
from services.errors import Forbidden
from services.events.bus import Channel
from services.events.kinds import EventKind
from services.events.log import Event
from services.events.tail import Tail
from services.store.store import Store
from services.tasks.limits.pauses import Pauses
from services.tasks.records import TaskProgress, read_task
from services.tasks.states import TaskState

LOOK_SECONDS = 1.0  # between two looks whether a queue was paused
COUNTING_SHARE = 20  # after a count, that many times as long as it took until the next one
MOST_LEFT = 1024  # tasks that ran and are remembered, so that old news does not bring them back


class Runner(Protocol):
    """Whoever does the tasks."""

    def live(self, task_id: UUID) -> TaskProgress | None:
        """Return how a task is doing that is running here."""
        ...


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """How a queue is doing: all running tasks, or those of which something is new.

    `speed` is bytes a second, of all that run.
    """

    is_snapshot: bool
    tasks: Sequence[TaskProgress]
    running: int
    waiting: int
    speed: int
    is_paused: bool
    cursor: str


class View:
    """What one follower was told, and what they were not told yet."""

    def __init__(self, owner_id: int | None) -> None:
        self.owner_id = owner_id  # None is everybody
        self.is_counted = False  # whether the number of waiting tasks is still right
        self._running: dict[UUID, TaskProgress] = {}
        self._changed: dict[UUID, TaskProgress] = {}
        self._left: dict[UUID, int] = {}
        self._is_begun = False
        self._wake = asyncio.Event()

    @property
    def running(self) -> dict[UUID, TaskProgress]:
        """The running tasks that the follower knows of."""
        return self._running

    def sees(self, owner_id: int | None) -> bool:
        """Whether this is about what `owner_id` owns."""
        return self.owner_id is None or self.owner_id == owner_id

    def concerns(self, event: Event) -> bool:
        """Whether `event` may be about a task that runs, or ran when the follower was told."""
        is_near = event.task_id in self._running or event.task_id in self._changed
        return self.sees(event.owner_id) and (is_near or event.kind is EventKind.TASK_STARTED)

    def offer(self, progress: TaskProgress) -> None:
        """Hold the newest of a task that runs, or has just ceased to."""
        key = progress.task_id
        if not self.sees(progress.owner_id):
            return
        known = self._changed.get(key) or self._running.get(key)
        if known is None:
            is_new = not self._is_begun or progress.state is TaskState.RUNNING
            is_new = is_new and progress.revision > self._left.get(key, -1)
        else:
            is_new = progress.revision >= known.revision and progress != known
        if not is_new:
            return
        self._changed[key] = progress
        self._wake.set()

    def miscount(self) -> None:
        """Say that the number of waiting tasks may be another."""
        self.is_counted = False
        self._wake.set()

    def begin(self, running: Sequence[TaskProgress]) -> list[TaskProgress]:
        """Return how things stand: `running`, and what was offered since they were read."""
        self._running = {progress.task_id: progress for progress in running}
        changed, self._changed = self._changed, {}
        self._is_begun = True
        for progress in changed.values():
            known = self._running.get(progress.task_id)
            if known is None or progress.revision >= known.revision:
                self._apply(progress)
        return [self._running[key] for key in sorted(self._running)]

    def take(self) -> list[TaskProgress]:
        """Return what is new since the last time."""
        changed, self._changed = self._changed, {}
        for progress in changed.values():
            self._apply(progress)
        return list(changed.values())

    async def wait(self) -> None:
        """Wait until something is new, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._wake.wait()
        self._wake.clear()

    def _apply(self, progress: TaskProgress) -> None:
        if progress.state is TaskState.RUNNING:
            self._running[progress.task_id] = progress
            return
        self._running.pop(progress.task_id, None)
        self._left[progress.task_id] = progress.revision
        if len(self._left) > MOST_LEFT:
            del self._left[next(iter(self._left))]


class Board:
    """Shows users how their queues are doing."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        channel: Channel[TaskProgress],
        runner: Runner,
        pauses: Pauses,
        tail: Tail,
        interval: float,
    ) -> None:
        self._store = store
        self._clock = clock
        self._channel = channel
        self._runner = runner
        self._pauses = pauses
        self.interval = interval
        self._views: set[View] = set()
        tail.listen(self._hear)

    async def follow(
        self, identity: Identity, *, everybody: bool = False, after: str | None = None
    ) -> AsyncGenerator[QueueProgress, None]:
        """Yield how a queue is doing: all of it, then what is new, at most once an interval.

        How it stands now is left out where `after` is its cursor. `everybody` is for
        administrators; raises `Forbidden` for others.
        """
        if everybody and not identity.is_admin:
            message = "Only administrators see the queues of everybody."
            raise Forbidden(message)
        owner_id = None if everybody else identity.user_id
        with self._watching(View(owner_id)) as view:
            tasks = view.begin(await self._read(owner_id))
            waiting, next_count = await self._count(view)
            told = self._item(view, tasks, waiting, is_snapshot=True)
            if told.cursor != after:
                yield told
            while True:
                await asyncio.sleep(self.interval)
                await view.wait()
                if not view.is_counted and self._clock.monotonic() >= next_count:
                    waiting, next_count = await self._count(view)
                item = self._item(view, view.take(), waiting)
                if item.tasks or _sums(item) != _sums(told):
                    told = item
                    yield told

    def concerns(self, event: Event) -> bool:
        """Whether `event` may change what somebody is shown of a running task."""
        return any(view.concerns(event) for view in self._views)

    @property
    def running(self) -> set[UUID]:
        """The running tasks that somebody is shown."""
        return {key for view in self._views for key in view.running}

    @property
    def followers(self) -> int:
        """How many follow a queue."""
        return len(self._views)

    @contextmanager
    def _watching(self, view: View) -> Iterator[View]:
        self._views.add(view)
        try:
            with self._channel.tap(view.offer):
                yield view
        finally:
            self._views.discard(view)

    def _hear(self, event: Event) -> None:
        if event.task_id is None:
            return
        for view in self._views:
            if view.sees(event.owner_id):
                view.miscount()

    def _item(
        self, view: View, tasks: Sequence[TaskProgress], waiting: int, *, is_snapshot: bool = False
    ) -> QueueProgress:
        is_paused = self._pauses.is_server_paused or view.owner_id in self._pauses.users
        running = view.running.values()
        said = crc32(b"paused" if is_paused else b"")
        for progress in running:  # in whatever order they are
            said ^= crc32(progress.cursor.encode(), progress.task_id.int & 0xFFFFFFFF)
        return QueueProgress(
            is_snapshot=is_snapshot,
            tasks=tasks,
            running=len(running),
            waiting=waiting,
            speed=sum(progress.speed for progress in running),
            is_paused=is_paused,
            cursor=f"{len(running)}.{waiting}.{said:08x}",
        )

    async def _read(self, owner_id: int | None) -> list[TaskProgress]:
        condition, values = _owned_by(owner_id)
        rows = await self._store.fetch(
            f"SELECT * FROM tasks WHERE state = 'RUNNING' AND {condition}",  # noqa: S608
            *values,
        )
        found = (TaskProgress.of(read_task(row)) for row in rows)
        return [self._runner.live(progress.task_id) or progress for progress in found]

    async def _count(self, view: View) -> tuple[int, float]:
        """Return how many tasks wait, and from when on that may be counted again."""
        began = self._clock.monotonic()
        view.is_counted = True
        condition, values = _owned_by(view.owner_id)
        rows = await self._store.fetch(
            "SELECT COUNT(*) AS n FROM tasks "  # noqa: S608
            f"WHERE state IN ('PENDING', 'RETRYING') AND {condition}",
            *values,
        )
        ended = self._clock.monotonic()
        return int(rows[0]["n"]), ended + COUNTING_SHARE * (ended - began)


def _owned_by(owner_id: int | None) -> tuple[str, list[object]]:
    return ("1 = 1", []) if owner_id is None else ("owner_id = ?", [owner_id])


def _sums(item: QueueProgress) -> tuple[int, int, int, bool]:
    return item.running, item.waiting, item.speed, item.is_paused
