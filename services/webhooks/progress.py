"""How far running tasks have come, told now and then: only the newest of each task waits.

It comes from the runner's own counting, not from the log of events: what is lost of it matters to
nobody.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from uuid import UUID

import structlog

from services.clock import Clock
from services.errors import Unavailable
from services.events.bus import Channel
from services.store.rows import marks, read_id
from services.store.store import NewEvent, Store, Transaction
from services.tasks.records import TaskProgress, read_task
from services.tasks.states import TaskState
from services.webhooks.bodies import progress_body
from services.webhooks.kinds import JOB_PROGRESS
from services.webhooks.outbox import Endpoint, delivery_row, endpoints_of, write_deliveries

PAUSE_SECONDS = 5.0  # at most one for each task in that time
MOST = 500  # tasks in one transaction

# Held until the commit: whoever ends the task meanwhile tells of it afterwards.
HOLD = {
    "sqlite": "SELECT * FROM tasks WHERE id IN ({ids}) AND state = ?",
    "postgres": "SELECT * FROM tasks WHERE id IN ({ids}) AND state = ? ORDER BY id FOR SHARE",
}

log = structlog.get_logger(__name__)


class ProgressTeller:
    """Writes what is to be told of running tasks. `open` starts it; `wake` is called after."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        channel: Channel[TaskProgress],
        live: Callable[[UUID], TaskProgress | None],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._channel = channel
        self._live = live
        self._wake = wake
        self._heard: dict[UUID, None] = {}
        self._tapped = ExitStack()
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen to the runner, and tell of what is heard."""
        self._tapped.enter_context(self._channel.tap(self._hear))
        self._loop = asyncio.create_task(self._tell_forever(), name="webhook progress")

    async def close(self) -> None:
        """Stop."""
        self._tapped.close()
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def tell(self) -> None:
        """Write the newest of all tasks that went on since the last time."""
        heard, self._heard = list(self._heard), {}
        live = [found for task_id in heard if (found := self._live(task_id)) is not None]
        if not live:
            return
        endpoints = await endpoints_of(self._store, {progress.owner_id for progress in live})
        wanting = [endpoint for endpoint in endpoints if endpoint.wanted([JOB_PROGRESS])]
        if not wanting:
            return
        for start in range(0, len(live), MOST):
            await self._write(live[start : start + MOST], wanting)

    def _hear(self, progress: TaskProgress) -> None:
        if progress.state is TaskState.RUNNING:
            self._heard[progress.task_id] = None

    async def _write(self, live: Sequence[TaskProgress], wanting: Sequence[Endpoint]) -> None:
        now = self._clock.now()
        newest = {progress.task_id: progress for progress in live}

        async def write(transaction: Transaction) -> None:
            held = await transaction.fetch(
                HOLD[transaction.dialect].format(ids=marks(len(newest))),
                *newest,
                TaskState.RUNNING.value,
            )
            rows = []
            for row in held:
                task, callback = read_task(row), row["callback"]
                progress = newest[read_id(row["id"])]
                body = progress_body(progress, now)
                event = NewEvent(task.owner_id, task.id, JOB_PROGRESS, {}, now)
                rows += [
                    delivery_row(
                        *(endpoint, event, JOB_PROGRESS, body),
                        callback if endpoint.is_for_callbacks else None,
                    )
                    for endpoint in wanting
                    if endpoint.hears_of(task.owner_id)
                    and (callback if endpoint.is_for_callbacks else True)
                    and endpoint.conditions.takes_task(task)
                ]
            if rows:
                await write_deliveries(transaction, rows)
                transaction.after_commit(self._wake)

        await self._store.write(write)

    async def _tell_forever(self) -> None:
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await self.tell()
            except Unavailable as error:
                log.warning("webhooks.cannot", reason=error.message)
            except Exception:
                log.exception("webhooks.crashed")
