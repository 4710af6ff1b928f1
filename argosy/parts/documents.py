"""The documents that are trusted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argosy.http.graphql.trusted import TrustedDocuments
from argosy.parts.ground import Ground


class Registered:
    """Documents that clients may ask for by their hash."""

    def __init__(self, ground: Ground) -> None:
        self.trusted = TrustedDocuments(ground.settings.trusted_documents)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read them, and look at them while the server runs."""
        await self.trusted.open()
        try:
            yield
        finally:
            await self.trusted.close()
