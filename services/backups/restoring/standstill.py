"""All that works in a server, so that it can be stopped for a moment and started anew."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from contextvars import Context
from typing import Protocol


class Standstill(Protocol):
    """Stops whoever writes by themselves, and remembers what is in the database."""

    def stopped(self) -> AbstractAsyncContextManager[None]:
        """Have all of it stopped; it starts anew at the end, with what the database has then."""
        ...


class NothingRuns:
    """For the command line, which has the data folder to itself."""

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        yield


class Works:
    """What `make` gives, which runs while it is entered."""

    def __init__(self, make: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._make = make
        self._stack: AsyncExitStack | None = None
        self._is_stopped = False
        self._turn = asyncio.Lock()

    @property
    def is_stopped(self) -> bool:
        """Whether all of it stands still for a moment: that is no fault of it."""
        return self._is_stopped

    @property
    def is_running(self) -> bool:
        """Whether all of it came up, the last time it was started."""
        return self._stack is not None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have it run."""
        await self._start()
        try:
            yield
        finally:
            await self._stop()

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        async with self._turn:
            self._is_stopped = True
            try:
                await self._stop()
                try:
                    yield
                finally:
                    # What works from now on has nothing to do with the request that asked.
                    await asyncio.create_task(self._start(), name="start anew", context=Context())
            finally:
                self._is_stopped = False

    async def _start(self) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._make())
            self._stack = stack.pop_all()

    async def _stop(self) -> None:
        stack, self._stack = self._stack, None
        if stack is not None:
            await stack.aclose()
