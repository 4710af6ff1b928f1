"""Work on a file beside what comes: syncing, and setting room aside."""

import asyncio
from collections.abc import Coroutine

from services.errors import FetchFailed


class Works:
    """What is done to one file by the by. `fault` is what went wrong with the last of them."""

    def __init__(self) -> None:
        self.fault: FetchFailed | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None], name: str) -> None:
        """Begin a piece of work, and wait for nothing."""
        task = asyncio.create_task(self._guard(work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def quiet(self) -> None:
        """Wait until all of them have ended."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def _guard(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except FetchFailed as error:
            self.fault = error
