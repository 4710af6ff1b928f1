"""The engine loop: a thread of its own, because disks make a loop wait.

A write can hold a loop for tens of milliseconds and an fdatasync for hundreds. Engines
may; the API may not.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

import uvloop

T = TypeVar("T")

STOP_SECONDS = 2.0  # for whatever still runs in threads of the loop


class Call(Generic[T]):
    """Something that runs on the engine loop. Await it for its result, on the loop that called."""

    def __init__(
        self, engine_loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]
    ) -> None:
        self._caller = asyncio.get_running_loop()
        self._engine_loop = engine_loop
        self._result: asyncio.Future[T] = self._caller.create_future()
        self._task: asyncio.Task[T] | None = None
        self._cancelled = False
        engine_loop.call_soon_threadsafe(self._start, work)

    def __await__(self) -> Generator[Any, None, T]:
        return asyncio.shield(self._result).__await__()

    @property
    def is_done(self) -> bool:
        """Whether it has ended, one way or another."""
        return self._result.done()

    def cancel(self) -> None:
        """Ask it to stop. It has stopped when awaiting it raises `CancelledError`."""
        self._engine_loop.call_soon_threadsafe(self._cancel)

    def _start(self, work: Coroutine[Any, Any, T]) -> None:
        self._task = self._engine_loop.create_task(work)
        self._task.add_done_callback(self._finish)
        if self._cancelled:
            self._task.cancel()

    def _cancel(self) -> None:
        self._cancelled = True
        if self._task is not None:
            self._task.cancel()

    def _finish(self, task: asyncio.Task[T]) -> None:
        if not self._caller.is_closed():
            self._caller.call_soon_threadsafe(self._hand_over, task)

    def _hand_over(self, task: asyncio.Task[T]) -> None:
        if self._result.done():
            return
        if task.cancelled():
            self._result.cancel()
        elif error := task.exception():
            self._result.set_exception(error)
        else:
            self._result.set_result(task.result())


class EngineLoop:
    """A running loop in a thread."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="engines", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, T]) -> Call[T]:
        """Run `work` on the loop."""
        return Call(self._loop, work)

    def soon(self, call: Callable[[], object]) -> None:
        """Call `call` on the loop, soon."""
        self._loop.call_soon_threadsafe(call)

    async def answers(self, seconds: float) -> bool:
        """Whether the loop comes round within that time."""
        try:
            async with asyncio.timeout(seconds):
                await self.call(_nothing())
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Stop the loop, and wait a moment for its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join, STOP_SECONDS)

    @property
    def is_stuck(self) -> bool:
        """Whether something holds the stopped loop: a look-up, for one, cannot be cut short."""
        return self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()


async def _nothing() -> None:
    pass
