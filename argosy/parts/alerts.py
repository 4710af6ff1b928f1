"""What is wrong with the server: taken from all parts, watched for, shown."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from argosy.parts.ground import Ground


class AlertsPart:
    """Watches over the server. `ground.issues` takes what other parts find wrong."""

    def __init__(self, ground: Ground) -> None:
        self.alerts = ground.issues

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look now and then at what may be wrong."""
        async with AsyncExitStack():
            yield
