"""Sends what waits in the line: right after the commit that wrote it, and until it is taken.

`open` starts it and `close` ends it: what is being sent is given back, and sent again by whoever
comes next.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import structlog
from yarl import URL

from services.alerts.issues import Issues, Level
from services.clock import Clock
from services.errors import Unavailable
from services.metrics import Metrics
from services.webhooks.line import Line, Outcome, Taken
from services.webhooks.records import DeliveryState
from services.webhooks.seals import Opened, Seals
from services.webhooks.sender import Answer, Sender
from services.webhooks.sending import headers_to_send, secrets_in, shown_headers
from services.webhooks.switching import RULE

LOOK_SECONDS = 1.0  # between two looks for what is due again, or was left by another server
AGAIN_SECONDS = 1.0  # after something went wrong
log = structlog.get_logger(__name__)


class Dispatcher:
    """Sends from this process, up to `most` at once."""

    def __init__(
        self,
        *,
        line: Line,
        sender: Sender,
        seals: Seals,
        issues: Issues,
        clock: Clock,
        metrics: Metrics,
        most: int,
    ) -> None:
        self._line = line
        self._sender = sender
        self._seals = seals
        self._issues = issues
        self._clock = clock
        self._metrics = metrics
        self.most = most
        self._wake = asyncio.Event()
        self._sending: dict[asyncio.Task[None], Taken] = {}
        self._resting: dict[UUID, datetime] = {}
        self._loop: asyncio.Task[None] | None = None
        self._is_failing = False

    async def open(self) -> None:
        """Free what a crash left, and start."""
        await self._line.recover()
        self._loop = asyncio.create_task(self._look_forever(), name="webhooks")

    async def close(self) -> None:
        """Stop, and what is being sent with it."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
        sending = dict(self._sending)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await self._give_back([taken for task, taken in sending.items() if task.cancelled()])
        await self._sender.close()

    def wake(self) -> None:
        """Look for work: there may be some."""
        self._wake.set()

    @property
    def is_well(self) -> bool:
        """Whether somebody looks for what is to be sent, and could the last time."""
        return self._loop is not None and not self._loop.done() and not self._is_failing

    @property
    def sending(self) -> int:
        """How much is being sent."""
        return len(self._sending)

    async def look(self) -> None:
        """Begin to send what is due, as much as may be sent at once."""
        now = self._clock.now()
        self._resting = {e: until for e, until in self._resting.items() if until > now}
        free = self.most - len(self._sending)
        if free <= 0:
            return
        busy = Counter(taken.delivery.webhook_id for taken in self._sending.values())
        for taken in await self._line.take(free, busy, self._resting):
            name = f"webhook delivery {taken.delivery.number}"
            task = asyncio.create_task(self._see_through(taken), name=name)
            self._sending[task] = taken
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._sending.pop(task, None)
        self._wake.set()

    async def _look_forever(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.look()
                self._is_failing = False
            except Unavailable as error:
                self._is_failing = True
                log.warning("webhooks.cannot", reason=error.message)
            except Exception:
                self._is_failing = True
                log.exception("webhooks.crashed")
            if self._is_failing:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()

    async def _give_back(self, taken: Sequence[Taken]) -> None:
        """Let others send at once what was not sent to its end."""
        try:
            for each in taken:
                await self._line.give_back(each)
        except Unavailable as error:  # their leases run out
            log.warning("webhooks.cannot", reason=error.message)

    async def _see_through(self, taken: Taken) -> None:
        try:
            await self._send(taken)
        except Unavailable as error:  # its lease runs out, and it is sent again
            log.warning("webhooks.cannot", reason=error.message)
        except Exception:
            log.exception("webhooks.crashed", delivery=taken.delivery.number)

    async def _send(self, taken: Taken) -> None:
        delivery, now = taken.delivery, self._clock.now()
        if delivery.tries == 1:
            waited = (now - delivery.created_at).total_seconds()
            self._metrics.webhook_first_seconds.observe(max(0.0, waited))
        if not taken.is_active:
            await self._line.conclude(taken, Answer(0, error="The webhook is switched off."), {})
            return
        try:
            opened = await self._seals.open(taken)
        except Unavailable as error:
            answer, sent = Answer(0, error=error.message), dict[str, str]()
        else:
            answer, sent = await self._exchange(taken, opened, now)
        outcome = await self._line.conclude(taken, answer, sent)
        if outcome is not None:
            await self._tell(taken, answer, outcome)

    async def _exchange(
        self, taken: Taken, opened: Opened, now: datetime
    ) -> tuple[Answer, dict[str, str]]:
        delivery = taken.delivery
        headers = headers_to_send(delivery, opened, now)
        url = URL(opened.url, encoded=True)
        answer = await self._sender.send(url, headers, delivery.body, secrets_in(opened, url))
        if answer.asked and not answer.is_taken and not delivery.is_callback:
            self._resting[delivery.webhook_id] = now + answer.asked
        return answer, shown_headers(headers, opened)

    async def _tell(self, taken: Taken, answer: Answer, outcome: Outcome) -> None:
        delivery = taken.delivery
        result = "retried" if outcome.state is DeliveryState.WAITING else outcome.state.lower()
        self._metrics.webhook_deliveries.labels(outcome=result).inc()
        log.info(
            "webhook.tried",
            webhook_id=str(delivery.webhook_id),
            told=delivery.event,
            number=delivery.tries,
            outcome=result,
            status=answer.status,
            milliseconds=answer.milliseconds,
        )
        if outcome.because is not None:
            await self._issues.report(
                RULE,
                f"A webhook was switched off. {outcome.because} Repair the receiver, then switch "
                "the webhook on again.",
                level=Level.WARNING,
                subject=str(delivery.webhook_id),
                owner_id=delivery.owner_id,
            )
