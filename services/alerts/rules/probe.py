"""Asking what may not answer: a disk that is gone holds whoever looks at it."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Probe(Generic[T]):
    """Asks in a thread, and never again while that hangs: so at most one thread is lost."""

    def __init__(self, ask: Callable[[], T], *, seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._asking: asyncio.Future[T] | None = None

    async def answer(self) -> T:
        """Return the answer; raise `TimeoutError`, or what asking raises."""
        if self._asking is None:
            self._asking = asyncio.ensure_future(asyncio.to_thread(self._ask))
        async with asyncio.timeout(self._seconds):
            await asyncio.wait([self._asking])
        done, self._asking = self._asking, None
        return done.result()
