"""Telling other programs what happens."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID

from argosy.parts.ground import Ground
from services.configuration.live import Apply
from services.events.bus import Channel
from services.pruning import Pruning
from services.tasks.records import TaskProgress
from services.webhooks.callbacks import Callbacks
from services.webhooks.deliveries import Deliveries, DeliveryLog
from services.webhooks.dispatcher import Dispatcher
from services.webhooks.line import LEASE_MARGIN, Line
from services.webhooks.outbox import Outbox
from services.webhooks.progress import ProgressTeller
from services.webhooks.seals import Seals
from services.webhooks.sender import Sender
from services.webhooks.webhooks import Webhooks


class WebhooksPart:
    """Endpoints, what they are told, and whoever tells it.

    `live` says how a task goes that is running here.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        user_agent: str,
        channel: Channel[TaskProgress],
        live: Callable[[UUID], TaskProgress | None],
    ) -> None:
        store, clock, settings = ground.store, ground.clock, ground.settings
        seconds = settings.webhook_timeout
        self._line = Line(
            store=store,
            clock=clock,
            lease=timedelta(seconds=2 * seconds) + LEASE_MARGIN,
            per_endpoint=settings.webhook_concurrency_per_endpoint,
        )
        self.dispatcher = Dispatcher(
            line=self._line,
            sender=Sender(
                policy=ground.policy, user_agent=user_agent, clock=clock, seconds=seconds
            ),
            seals=Seals(ground.sealer),
            issues=ground.issues,
            clock=clock,
            metrics=ground.metrics,
            most=settings.webhook_concurrency,
        )
        wake = self.dispatcher.wake
        self.webhooks = Webhooks(
            store=store,
            clock=clock,
            policy=ground.policy,
            sealer=ground.sealer,
            issues=ground.issues,
        )
        self.callbacks = Callbacks(
            store=store, clock=clock, policy=ground.policy, sealer=ground.sealer
        )
        self.deliveries = Deliveries(store=store, clock=clock, wake=wake)
        self._progress = ProgressTeller(
            store=store, clock=clock, channel=channel, live=live, wake=wake
        )
        self._log = DeliveryLog(
            store=store,
            clock=clock,
            age=timedelta(days=settings.webhook_log_days),
            entries=settings.webhook_log_entries,
        )
        self._pruning = Pruning(self._log, name="webhook deliveries", seconds=600)
        store.accompany(Outbox(wake).accompany)

    def applies(self) -> dict[str, Apply]:
        """Return what takes new values of settings while the server runs."""
        return {
            "webhook_concurrency": partial(setattr, self.dispatcher, "most"),
            "webhook_concurrency_per_endpoint": partial(setattr, self._line, "per_endpoint"),
            "webhook_log_days": self._keep,
            "webhook_log_entries": partial(setattr, self._log, "entries"),
        }

    def _keep(self, days: float) -> None:
        self._log.age = timedelta(days=days)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send, and forget what was sent long ago."""
        async with AsyncExitStack() as stack:
            for part in (self.dispatcher, self._progress, self._pruning):
                await part.open()
                stack.push_async_callback(part.close)
            yield
