"""Telling other programs what happens."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from uuid import UUID

from argosy.parts.ground import Ground
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
        self.dispatcher = Dispatcher(
            line=Line(
                store=store,
                clock=clock,
                lease=timedelta(seconds=2 * seconds) + LEASE_MARGIN,
                per_endpoint=settings.webhook_concurrency_per_endpoint,
            ),
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
        deliveries = DeliveryLog(
            store=store,
            clock=clock,
            age=timedelta(days=settings.webhook_log_days),
            entries=settings.webhook_log_entries,
        )
        self._pruning = Pruning(deliveries, name="webhook deliveries", seconds=600)
        store.accompany(Outbox(wake).accompany)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send, and forget what was sent long ago."""
        async with AsyncExitStack() as stack:
            for part in (self.dispatcher, self._progress, self._pruning):
                await part.open()
                stack.push_async_callback(part.close)
            yield
