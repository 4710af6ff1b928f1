"""Sends notices when they are due, joined to one message for each notifier."""

import asyncio
from contextlib import suppress
from functools import partial
from uuid import UUID

import structlog

from services.clock import Clock
from services.errors import FetchFailed, Unavailable
from services.metrics import Metrics
from services.notifiers.addresses import open_url
from services.notifiers.digest import join
from services.notifiers.sender import Sender
from services.notifiers.taking import (
    Taken,
    due,
    failed,
    forget_old,
    give_back,
    release,
    sent,
    take,
)
from services.sealing import Sealer
from services.store.store import Store, Transaction

LOOK_SECONDS = 1.0
FORGET_SECONDS = 3600.0
MOST_AT_ONCE = 4

log = structlog.get_logger(__name__)


class Dispatcher:
    """Looks for what is due while it is open. What it was sending when it ends is sent again."""

    def __init__(
        self, *, store: Store, clock: Clock, sealer: Sealer, sender: Sender, metrics: Metrics
    ) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer
        self._sender = sender
        self._metrics = metrics
        self._sending: dict[UUID, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._forget_at = 0.0

    async def open(self) -> None:
        """Start to look for what is due."""
        if self._store.dialect == "sqlite":  # which has one server at a time
            await self._store.write(release)
        self._loop = asyncio.create_task(self._look_forever(), name="notices")

    async def close(self) -> None:
        """Stop; what is being sent is left for the next who looks."""
        tasks = [*self._sending.values(), *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop = None

    @property
    def is_well(self) -> bool:
        """Whether somebody looks for what is due."""
        return self._loop is not None and not self._loop.done()

    def hurry(self) -> None:
        """Look at once."""
        self._wake.set()

    async def look(self) -> None:
        """Begin to send what is due and sent by nobody."""
        for notifier_id in await due(self._store, self._clock.now()):
            if len(self._sending) >= MOST_AT_ONCE:
                return
            if notifier_id not in self._sending:
                task = asyncio.create_task(self._send(notifier_id), name="notice")
                self._sending[notifier_id] = task
                task.add_done_callback(partial(self._forget, notifier_id))

    async def settle(self) -> None:
        """Wait for what is being sent."""
        await asyncio.gather(*self._sending.values(), return_exceptions=True)

    def _forget(self, notifier_id: UUID, _task: asyncio.Task[None]) -> None:
        self._sending.pop(notifier_id, None)
        self._wake.set()  # there is room for another

    async def _look_forever(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.look()
                await self._forget_old()
            except Unavailable as error:
                log.warning("notices.cannot", reason=error.message)
            except Exception:
                log.exception("notices.crashed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()

    async def _send(self, notifier_id: UUID) -> None:
        now = self._clock.now()

        async def write(transaction: Transaction) -> Taken | None:
            return await take(transaction, notifier_id, now)

        try:
            taken = await self._store.write(write)
            if taken is not None:
                await self._tell(taken)
        except Unavailable as error:
            log.warning("notices.cannot", reason=error.message)
        except Exception:
            log.exception("notices.crashed", notifier_id=str(notifier_id))

    async def _tell(self, taken: Taken) -> None:
        try:
            url = await open_url(self._sealer, taken.notifier.id, taken.url)
            await self._sender.send(url, join(taken.notices, is_cut=taken.is_cut))
        except (FetchFailed, Unavailable) as error:
            await self._note_failure(taken, error.message)
        except BaseException:
            with suppress(Unavailable):
                await self._store.write(lambda transaction: give_back(transaction, taken))
            raise
        else:
            now = self._clock.now()
            await self._store.write(lambda transaction: sent(transaction, taken, now))
            self._metrics.notices.labels(result="sent").inc(len(taken.notices))
            log.info("notices.sent", notifier_id=str(taken.notifier.id), count=len(taken.notices))

    async def _note_failure(self, taken: Taken, reason: str) -> None:
        now = self._clock.now()
        given_up = await self._store.write(
            lambda transaction: failed(transaction, taken, reason, now)
        )
        self._metrics.notices.labels(result="failed").inc(len(taken.notices))
        self._metrics.notices.labels(result="given_up").inc(given_up)
        log.warning(
            "notices.failed",
            notifier_id=str(taken.notifier.id),
            service=taken.notifier.service,
            reason=reason,
            given_up=given_up,
        )

    async def _forget_old(self) -> None:
        if self._clock.monotonic() < self._forget_at:
            return
        self._forget_at = self._clock.monotonic() + FORGET_SECONDS
        now = self._clock.now()
        await self._store.write(lambda transaction: forget_old(transaction, now))
