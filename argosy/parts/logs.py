"""The log of the server: kept in files, counted, searched and followed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argosy.parts.ground import Ground
from services.events.log import EventLog
from services.logs.book import LogBook
from services.logs.counts import LogCounts
from services.logs.files import LogFiles
from services.logs.handler import installed
from services.logs.logs import Logs

FOLDER = "logs"  # in the data folder


class LogKeeping:
    """What becomes of each line of the log."""

    def __init__(self, ground: Ground, events: EventLog) -> None:
        settings = ground.settings
        files = LogFiles(
            settings.data_dir / FOLDER, size=settings.log_file_size, most=settings.log_files
        )
        self._counts = LogCounts(store=ground.store, metrics=ground.metrics)
        self.book = LogBook(files=files, counts=self._counts, metrics=ground.metrics)
        self.logs = Logs(book=self.book, counts=self._counts, events=events, metrics=ground.metrics)

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Keep what this process logs, from before the database is open until it is closed."""
        await self.book.open()
        handler = installed()
        if handler is not None:
            handler.attach(self.book.take)
        try:
            yield
        finally:
            if handler is not None:
                handler.detach()
            await self.book.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write down now and then how much was logged."""
        await self._counts.open()
        try:
            yield
        finally:
            await self._counts.close()
