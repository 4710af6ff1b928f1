"""Telling users of alerts over services that they named."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from argosy.parts.ground import Ground
from services.notifiers.dispatcher import Dispatcher
from services.notifiers.notices import note
from services.notifiers.notifiers import Notifiers
from services.notifiers.sender import Sender
from services.outgoing.guard.proxy import GuardedProxy


class NotifiersPart:
    """Notifiers, and what sends to them through the guarded proxy."""

    def __init__(self, ground: Ground) -> None:
        self._proxy = GuardedProxy(policy=ground.policy)
        sender = Sender(proxy=self._proxy)
        self.dispatcher = Dispatcher(
            store=ground.store,
            clock=ground.clock,
            sealer=ground.sealer,
            sender=sender,
            metrics=ground.metrics,
        )
        self.notifiers = Notifiers(
            store=ground.store,
            clock=ground.clock,
            sealer=ground.sealer,
            sender=sender,
            on_change=self.dispatcher.hurry,
        )
        ground.store.accompany(note)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send what is due."""
        async with AsyncExitStack() as stack:
            for part in (self._proxy, self.dispatcher):
                await part.open()
                stack.push_async_callback(part.close)
            yield
