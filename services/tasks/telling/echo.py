"""Tells those who follow tasks of what other servers on the same database do with them."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from itertools import islice
from uuid import UUID

import structlog

from services.errors import Unavailable
from services.events.bus import Channel
from services.events.log import Event
from services.events.tail import Tail
from services.store.rows import marks
from services.store.store import Store
from services.tasks.records import TaskProgress, read_task
from services.tasks.telling.board import Board, Runner

LOOK_SECONDS = 1.0  # between two looks at what runs elsewhere: it is written once a second
MOST = 100  # rows that are read at once

log = structlog.get_logger(__name__)


class Echo:
    """Publishes what the rows say of tasks that are followed here. `open` starts it."""

    def __init__(
        self,
        *,
        store: Store,
        channel: Channel[TaskProgress],
        board: Board,
        runner: Runner,
        tail: Tail,
    ) -> None:
        self._store = store
        self._channel = channel
        self._board = board
        self._runner = runner
        self._heard: set[UUID] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        tail.listen(self._hear)

    async def open(self) -> None:
        """Start to listen."""
        self._loop = asyncio.create_task(self._tell_forever(), name="echo")

    async def close(self) -> None:
        """Stop."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    @property
    def is_well(self) -> bool:
        """Whether it listens."""
        return self._loop is not None and not self._loop.done()

    def _hear(self, event: Event) -> None:
        if event.task_id is None:
            return
        if event.task_id in self._channel.followed or self._board.concerns(event):
            self._heard.add(event.task_id)
            self._wake.set()

    async def _tell_forever(self) -> None:
        while True:
            try:
                await self._tell()
            except Unavailable as error:
                log.warning("echo.cannot", reason=error.message)
            except Exception:
                log.exception("echo.crashed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()

    async def _tell(self) -> None:
        """Tell of what was heard, and of what runs elsewhere."""
        heard, self._heard = self._heard, set()
        await self._publish(heard, "1 = 1")
        shown = self._board.running.union(self._channel.followed) - heard
        await self._publish(shown, "state = 'RUNNING'")

    async def _publish(self, task_ids: Collection[UUID], condition: str) -> None:
        elsewhere = (task_id for task_id in task_ids if self._runner.live(task_id) is None)
        while some := list(islice(elsewhere, MOST)):
            rows = await self._store.fetch(
                f"SELECT * FROM tasks WHERE id IN ({marks(len(some))}) AND {condition}",  # noqa: S608
                *some,
            )
            for row in rows:
                task = read_task(row)
                if self._runner.live(task.id) is None:  # it may have begun here meanwhile
                    self._channel.publish(task.id, TaskProgress.of(task))
