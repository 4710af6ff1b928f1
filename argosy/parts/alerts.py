"""What is wrong with the server: taken from all parts, watched for, shown."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from argosy.parts.ground import Ground
from services.alerts.desk import AlertDesk
from services.alerts.feed import AlertFeed
from services.alerts.listing import AlertListing
from services.events.tail import Tail


class AlertsPart:
    """Watches over the server. `ground.issues` takes what other parts find wrong."""

    def __init__(self, ground: Ground, *, tail: Tail) -> None:
        store, clock = ground.store, ground.clock
        self.alerts = ground.issues
        self.listing = AlertListing(store=store, tail=tail)
        self.desk = AlertDesk(store=store, clock=clock, metrics=ground.metrics)
        self.feed = AlertFeed(tail=tail)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look now and then at what may be wrong."""
        async with AsyncExitStack():
            yield
